"""The kinds of work, and how each is done: what a task makes is in the store when it returns.

Tasks are small frozen values that name what to make. TensorFlow is imported when the first one that needs it runs.
"""

import io
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import PIL
from PIL import Image

from generator import canonical, conclusions, crops, keys
from generator.arrays import Pixels
from generator.corpus import Corpus
from generator.errors import BuildError
from generator.recipes import Recipe
from generator.responses import Responses
from generator.store import Store
from generator.weights import Weights

if TYPE_CHECKING:
    from generator.network import Network


@dataclass(frozen=True)
class Visualize:
    """Synthesised images of some filters of one layer by one recipe."""

    layer: str
    recipe: Recipe
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Respond:
    """One pass over the photographs for all filters of some layers."""

    layers: tuple[tuple[str, str], ...]  # (layer, key)


@dataclass(frozen=True)
class Conclude:
    """The evidence about all filters of a layer."""

    layer: str
    key: str
    responses: str  # key
    below: str | None  # key of the responses of the layer below


@dataclass(frozen=True)
class Cut:
    """Strips of photographs of some filters of one layer."""

    kind: str  # one of CUTS
    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Project:
    """Projections of the top patches of some filters of one layer, by both methods at once."""

    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str, str], ...]  # (filter, key of the deconvnet's strip, key of the gradient's)


Task = Visualize | Respond | Conclude | Cut | Project

CUTS = ("patches", "spectrum", "means")
PROJECTIONS = ("deconvnet", "gradient")


def pieces(task: Task) -> int:
    """How many artifacts the task makes."""
    match task:
        case Respond():
            return len(task.layers)
        case Conclude():
            return 1
        case Project():
            return 2 * len(task.jobs)
        case _:
            return len(task.jobs)


@dataclass(frozen=True)
class Workshop:
    """What tasks work with."""

    weights: Weights
    corpus: Corpus | None
    store: Store

    @property
    def photographs(self) -> Corpus:
        """The corpus, which every task that asks for it has: without one there are no such tasks."""
        if self.corpus is None:
            raise ValueError("a task about photographs without photographs")
        return self.corpus

    @cached_property
    def network(self) -> "Network":
        """The differentiable network, made for the first task that computes."""
        return import_network()(self.weights)

    @cached_property
    def made(self) -> dict[str, Any]:
        """By what an artifact was made: recorded beside it, not part of its key."""
        import tensorflow as tf

        devices = tf.config.list_physical_devices("GPU")
        device = devices[0].name if devices else f"CPU {platform.machine()}"
        return {"tensorflow": tf.__version__, "python": platform.python_version(), "device": device}


def import_network() -> "type[Network]":
    """Import TensorFlow, quietly, and the network with it. A GPU's memory is taken as it is needed, not at once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)
    from generator.network import Network

    return Network


Step = Callable[[int, int], None]  # done, total: how far a task is


def run(task: Task, workshop: Workshop, step: Step) -> None:
    """Do a task. Raises BuildError if the store or the photographs will not have it."""
    match task:
        case Visualize():
            _visualize(task, workshop)
        case Respond():
            _respond(task, workshop, step)
        case Conclude():
            _conclude(task, workshop)
        case Cut():
            _cut(task, workshop)
        case Project():
            _project(task, workshop)


def _visualize(task: Visualize, workshop: Workshop) -> None:
    network = workshop.network  # before what follows, so that TensorFlow is set up first
    from generator.ascent import ascend

    digest = workshop.weights.digest(task.layer)
    pictures = ascend(network, task.layer, task.recipe, task.jobs)
    for (index, key), picture in zip(task.jobs, pictures, strict=True):
        height, width, _ = picture.pixels.shape
        inputs = keys.visualization(digest, task.layer, index, task.recipe)
        facts = picture.facts | {"width": width, "height": height}
        workshop.store.put(key, inputs, _png(picture.pixels), "png", facts, workshop.made)


def _respond(task: Respond, workshop: Workshop, step: Step) -> None:
    network, corpus = workshop.network, workshop.photographs
    from generator.patches import respond

    layers = [workshop.weights.layer(name) for name, _ in task.layers]
    everything = canonical.key({"layers": task.layers})
    checkpoint = workshop.store.root / "checkpoints" / f"{everything}.npz"
    found = respond(network, corpus, layers, checkpoint=checkpoint, progress=step)
    for name, own in task.layers:
        responses = found[name]
        inputs = keys.layer_responses(workshop.weights.digest(name), name, corpus.digest)
        facts = {"photographs": int(responses.photographs), "filters": len(responses.maximum)}
        workshop.store.put(own, inputs, responses.to_npz(), "npz", facts, workshop.made)


def _conclude(task: Conclude, workshop: Workshop) -> None:
    weights, corpus = workshop.weights, workshop.photographs
    layer = weights.layer(task.layer)
    below = _stored(task.below, workshop) if task.below else None
    found = conclusions.conclude(layer, weights, corpus, _stored(task.responses, workshop), below)
    upper = conclusions.above(layer, weights)
    digest = weights.digest(upper.name) if upper else None
    inputs = keys.layer_evidence(task.responses, corpus.naming, task.below, digest)
    workshop.store.put(task.key, inputs, conclusions.to_json(found), "evidence", {"filters": layer.filters}, {})


def _cut(task: Cut, workshop: Workshop) -> None:
    corpus, responses = workshop.photographs, _stored(task.responses, workshop)
    layer = workshop.weights.layer(task.layer)
    wanted = dict(task.jobs)
    if task.kind == "means":
        strips = crops.cut_wholes(corpus, responses, list(wanted))
    else:
        strips = crops.cut(corpus, layer, responses, list(wanted), "top" if task.kind == "patches" else "spectrum")
    for index, strip in strips:
        _put_strip(task.kind, task.responses, index, wanted[index], strip, workshop)


def _project(task: Project, workshop: Workshop) -> None:
    network, corpus = workshop.network, workshop.photographs
    from generator.projection import project

    responses, layer = _stored(task.responses, workshop), workshop.weights.layer(task.layer)
    wanted = {index: {"deconvnet": deconvnet, "gradient": gradient} for index, deconvnet, gradient in task.jobs}
    for index, strips in project(network, corpus, layer, responses, list(wanted)):
        for method, key in wanted[index].items():
            _put_strip(method, task.responses, index, key, strips[method], workshop)


def _put_strip(kind: str, responses: str, index: int, key: str, strip: crops.Strip, workshop: Workshop) -> None:
    inputs = keys.strip(kind, responses, workshop.photographs.naming, index)
    workshop.store.put(key, inputs, strip.payload, strip.suffix, strip.facts, {"pillow": PIL.__version__})


def _stored(key: str, workshop: Workshop) -> Responses:
    payload = workshop.store.read(key)
    if payload is None:
        raise BuildError("The responses of a layer have gone from the store. Run the same again: it makes them anew.")
    return Responses.from_npz(payload)


def _png(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()

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

from generator import canonical, crops, keys
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
class Cut:
    """Strips of top patches of some filters of one layer."""

    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


Task = Visualize | Respond | Cut


def pieces(task: Task) -> int:
    """How many artifacts the task makes."""
    return len(task.layers) if isinstance(task, Respond) else len(task.jobs)


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
        case Cut():
            _cut(task, workshop)


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


def _cut(task: Cut, workshop: Workshop) -> None:
    payload = workshop.store.read(task.responses)
    if payload is None:
        raise BuildError(f"The responses of {task.layer} have gone from the store. Run the same again.")
    corpus = workshop.photographs
    layer = workshop.weights.layer(task.layer)
    wanted = dict(task.jobs)
    for index, strip in crops.cut(corpus, layer, Responses.from_npz(payload), list(wanted)):
        inputs = keys.patches(task.responses, corpus.naming, index)
        workshop.store.put(wanted[index], inputs, strip.payload, strip.suffix, strip.facts, {"pillow": PIL.__version__})


def _png(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()

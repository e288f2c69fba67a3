"""How each task is done: what it makes is in the store when it returns.

TensorFlow is imported when the first task that needs it runs.
"""

import io
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import PIL
from PIL import Image

from generator.arrays import Pixels
from generator.build import passes
from generator.build.context import Workshop
from generator.build.tasks import (
    Conclude,
    Cut,
    Depict,
    Diversify,
    Follow,
    Measure,
    Merge,
    Part,
    Project,
    Respond,
    Task,
    Visualize,
)
from generator.errors import LostError
from generator.responses import albums, crops, footprints, shards
from generator.responses.evidence import conclusions
from generator.responses.statistics import Responses, conclude
from generator.store import canonical, keys

if TYPE_CHECKING:
    from generator.ascent.optimize import Visualization

Step = Callable[[int, int], None]  # done, total: how far a task is


def run(task: Task, workshop: Workshop, step: Step) -> None:
    """Do a task. Raises BuildError if the store or the photographs will not have it."""
    match task:
        case Visualize() | Diversify():
            _visualize(task, workshop)
        case Respond():
            _respond(task, workshop, step)
        case Part():
            _add_up(task, workshop)
        case Merge():
            _merge(task, workshop)
        case Conclude():
            _conclude(task, workshop)
        case Cut():
            _cut(task, workshop)
        case Depict():
            _depict(task, workshop, step)
        case Project():
            _project(task, workshop)
        case Follow():
            _follow(task, workshop, step)
        case Measure():
            _measure(task, workshop)
        case _:
            assert_never(task)


def _visualize(task: Visualize | Diversify, workshop: Workshop) -> None:
    network = workshop.network  # before what follows, so that TensorFlow is set up first
    from generator.ascent.facets import diversify
    from generator.ascent.optimize import ascend

    digest, layer, recipe = workshop.weights.digest(task.layer), task.layer, task.recipe
    facets = task.facets if isinstance(task, Diversify) else 0

    def climb(batch: int) -> "list[Visualization]":  # no picture depends on how many climb with it
        return ascend(network, layer, replace(recipe, batch=batch), task.jobs)

    if facets:
        pictures = diversify(network, layer, recipe, facets, task.jobs)
    else:
        pictures = workshop.batches.run(f"{recipe.objective} pictures of {layer}", recipe.batch, climb)
    for (index, key), picture in zip(task.jobs, pictures, strict=True):
        height, width, _ = picture.pixels.shape
        of = (digest, layer, index, asdict(recipe))
        inputs = keys.facets(*of, facets) if facets else keys.visualization(*of)
        facts = picture.facts | {"width": width, "height": height}
        workshop.store.put(key, inputs, _png(picture.pixels), "png", facts, workshop.made_pictures)


def _respond(task: Respond, workshop: Workshop, step: Step) -> None:
    network, corpus = workshop.network, workshop.photographs
    from generator.responses.scan import BATCH, respond

    layers = [workshop.weights.layer(name) for name, _ in task.layers]
    checkpoint = workshop.checkpoints / f"{shards.folder(task.layers)}.npz"
    look = partial(respond, network, corpus, layers, checkpoint=checkpoint, progress=step)
    found = workshop.batches.run("the photographs", BATCH, look)
    passes.sweep(workshop.checkpoints, task)  # before anything is kept: with less to do, the pass has another name
    for name, own in task.layers:
        _put_responses(name, own, found[name], workshop)


def _add_up(task: Part, workshop: Workshop) -> None:
    layers = [workshop.weights.layer(name) for name in task.layers]
    shelves = {layer.name: workshop.shelf(task.folder, layer.name) for layer in layers}
    if all(shelf.holds(task.first, task.last) for shelf in shelves.values()):
        return  # by a run that was interrupted
    network, corpus = workshop.network, workshop.photographs
    from generator.responses.scan import BATCH, respond_in_part

    look = partial(respond_in_part, network, corpus, layers, range(task.first, task.last))
    for name, found in workshop.batches.run("the photographs", BATCH, look).items():
        shelves[name].put(task.first, task.last, found)


def _merge(task: Merge, workshop: Workshop) -> None:
    shelf, end = workshop.shelf(task.folder, task.layer), task.parts[-1][1]
    final = end == task.photographs

    def done() -> bool:
        return workshop.store.has(task.key) or (not final and shelf.merged() >= end)

    if done():
        return
    try:
        whole = shelf.merge(task.parts)
    except FileNotFoundError:
        if done():  # a twin of this task was quicker
            return
        raise LostError(
            f"A part of the pass over the photographs has gone from {workshop.checkpoints}. "
            "Run the same again: it makes it anew."
        ) from None
    if final:
        corpus = workshop.photographs
        _put_responses(task.layer, task.key, conclude(whole, corpus.digest, corpus.signatures), workshop)
    else:
        shelf.put(0, end, whole)
    shelf.clear(task.parts)


def _put_responses(layer: str, key: str, responses: Responses, workshop: Workshop) -> None:
    inputs = keys.layer_responses(workshop.weights.digest(layer), layer, workshop.photographs.digest)
    facts = {"photographs": int(responses.photographs), "filters": len(responses.maximum)}
    workshop.store.put(key, inputs, responses.to_npz(), "npz", facts, workshop.made)


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
    kind: crops.Kind = "top" if task.kind == "patches" else "spectrum"
    for index, strip in crops.cut(corpus, layer, responses, list(wanted), kind):
        _put_strip(task.kind, task.responses, index, wanted[index], strip, {"pillow": PIL.__version__}, workshop)


def _depict(task: Depict, workshop: Workshop, step: Step) -> None:
    """Albums first: so the photographs are referred to from the moment that they are there."""
    corpus, store = workshop.photographs, workshop.store
    wanted: dict[int, str] = {}
    for _, key, responses, filters in task.albums:
        album = albums.to_json(
            _stored(responses, workshop),
            lambda index: canonical.key(keys.photograph(corpus.photographs[index].digest, corpus.size)),
        )
        store.put(key, keys.album(responses), album, "album", {}, {})
        wanted |= albums.read(key, filters, store)
    lacking = sorted(i for i, key in wanted.items() if not store.has(key))
    for done, (index, strip) in enumerate(crops.whole(corpus, lacking), start=1):
        inputs = keys.photograph(corpus.photographs[index].digest, corpus.size)
        store.put(wanted[index], inputs, strip.payload, strip.suffix, strip.facts, {"pillow": PIL.__version__})
        step(done, len(lacking))


def _project(task: Project, workshop: Workshop) -> None:
    network, corpus = workshop.network, workshop.photographs
    from generator.responses.projection import project

    responses, layer = _stored(task.responses, workshop), workshop.weights.layer(task.layer)
    wanted = {index: {"deconvnet": deconvnet, "gradient": gradient} for index, deconvnet, gradient in task.jobs}
    made = workshop.made_pictures | {"pillow": PIL.__version__}
    for index, strips in project(network, corpus, layer, responses, list(wanted)):
        for method, key in wanted[index].items():
            _put_strip(method, task.responses, index, key, strips[method], made, workshop)


def _follow(task: Follow, workshop: Workshop, step: Step) -> None:
    network, corpus = workshop.network, workshop.photographs
    from generator.responses.footprint_scan import BATCH, follow

    responses = {name: _stored(key, workshop) for name, _, key in task.layers}
    checkpoint = workshop.checkpoints / shards.folder([(name, key) for name, key, _ in task.layers])
    look = partial(follow, network, corpus, responses, checkpoint=checkpoint, progress=step)
    found = workshop.batches.run("the photographs that hold patches", BATCH, look)
    passes.sweep(workshop.checkpoints, task)  # as for the first pass
    for name, key, of in task.layers:
        facts = {"filters": len(responses[name].maximum)}
        inputs = keys.layer_footprints(of)
        workshop.store.put(key, inputs, footprints.to_npz(found[name]), "npz", facts, workshop.made)


def _measure(task: Measure, workshop: Workshop) -> None:
    network, responses = workshop.network, _stored(task.responses, workshop)
    from generator.measures import measures

    ways = _followed(task.footprints, workshop) if task.footprints else {}
    filters = [index for index, *_ in task.jobs]
    found: list[dict[str, Any]] = [{} for _ in filters]
    for place, objective, highest in ((2, "channel", responses.mean_value[:, 0]), (3, "neuron", responses.maximum)):
        natural = measures.NaturalStatistics(highest, responses.mean, responses.deviation)
        read = [_picture(str(job[place]), workshop) for job in task.jobs]
        of = ([pixels for pixels, _ in read], natural, bool(read[0][1]), ways.get(objective))
        look = partial(measures.measure, network, task.layer, objective, filters, *of)
        numbers = workshop.batches.run(f"measures of {task.layer}", measures.BATCH, look)
        for each, own in zip(found, numbers, strict=True):
            # Float32 sums may differ in their last digit by how many threads add up: six digits are what is known.
            known = {name: float(f"{number:.6g}") for name, number in own.items()}
            each[objective] = known | {"flags": measures.flags(own)}
    for (_, key, channel, neuron), each in zip(task.jobs, found, strict=True):
        inputs = keys.picture_measures(channel, neuron, task.responses, task.footprints)
        workshop.store.put(key, inputs, canonical.canonical(each).encode(), "measures", {}, workshop.made)


def _picture(key: str, workshop: Workshop) -> tuple[Pixels, bool]:
    """The pixels of a synthesised image in the store, and whether it lives on a torus."""
    entry, payload = workshop.store.entry(key), workshop.store.read(key)
    if entry is None or payload is None:
        raise LostError("A synthesised image has gone from the store. It has to be made anew.")
    return np.asarray(Image.open(io.BytesIO(payload)).convert("RGB")), bool(entry.inputs["recipe"]["torus"])


def _put_strip(
    kind: str, responses: str, index: int, key: str, strip: crops.Strip, made: dict[str, Any], workshop: Workshop
) -> None:
    inputs = keys.strip(kind, responses, workshop.photographs.naming, index)
    workshop.store.put(key, inputs, strip.payload, strip.suffix, strip.facts, made)


def _stored(key: str, workshop: Workshop) -> Responses:
    payload = workshop.store.read(key)
    if payload is None:
        raise LostError("The responses of a layer have gone from the store. They have to be made anew.")
    return Responses.from_npz(payload)


def _followed(key: str, workshop: Workshop) -> footprints.Footprints:
    payload = workshop.store.read(key)
    if payload is None:
        raise LostError("The footprints of a layer have gone from the store. They have to be made anew.")
    return footprints.from_npz(payload)


def _png(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()

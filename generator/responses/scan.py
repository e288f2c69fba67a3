"""One pass over the photographs: what excites each filter of each layer, and where.

The reductions run in the same graph as the convolutions, so it returns only a few numbers per photograph and filter.
They read maps only after the ReLU, so that convolution, bias and ReLU are fused into one operation. Convolutions are
valid, so a unit sees only `geometry.window`: no response is caused by zeros beyond the border of a photograph.
"""

import contextlib
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import tensorflow as tf

from generator.arrays import Pixels
from generator.batches import chunks, filled
from generator.corpus import Corpus
from generator.network.forward import Network
from generator.network.geometry import Layer
from generator.responses import accumulators
from generator.responses.accumulators import Accumulator, Peaks
from generator.responses.maxima_log import MaximaLog
from generator.responses.statistics import Responses, conclude
from generator.system.files import write_atomically

BATCH = 4  # photographs; measured: larger batches are not faster on a CPU, and need more memory
SHARD = 64  # photographs summed at once; this decides the last bits, because sums depend on their order
GRID = 6  # units along a side of the sample from which correlations are computed
PART = 16  # units of a row that are searched for a peak at once
EVERY = 15.0  # seconds of work that an interruption may lose

Progress = Callable[[int, int], None]  # photographs done, total
Reduction = Callable[[tf.Tensor], list[tuple[tf.Tensor, ...]]]
Value = TypeVar("Value")


def respond(
    network: Network,
    corpus: Corpus,
    layers: Sequence[Layer],
    *,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
    every: float = EVERY,
    log: MaximaLog | None = None,
) -> dict[str, Responses]:
    """The responses of all filters of these layers, by layer name.

    `checkpoint`: a file for finished work, saved after a shard if `every` seconds have passed. A later call with the
    same file continues from there, also for fewer layers; its name must depend on everything that decides the result.
    Remove it after storing the responses. `batch` and interruptions do not change the result. `log`: writes down every
    photograph's maxima; without those of a checkpoint's photographs, the pass begins anew.
    """
    whole, part = _resumed(checkpoint, layers)
    if log and not log.holds(0, _seen(whole) + _seen(part)):
        whole, part = _empty(layers), _empty(layers)
    total = len(corpus.photographs)
    saved = time.monotonic()
    for done in _added_up(network, corpus, layers, part, range(_seen(whole) + _seen(part), total), batch, log):
        if done % accumulators.PART == 0 or done == total:
            for layer, found in part.items():
                whole[layer].merge(found)
            part.update(_empty(layers))
        if progress:
            progress(done, total)
        if checkpoint and done < total and time.monotonic() - saved >= every:
            write_atomically(checkpoint, accumulators.save(_named(whole, part)))
            saved = time.monotonic()
    return {layer: conclude(found, corpus.digest, corpus.signatures) for layer, found in whole.items()}


def respond_in_part(
    network: Network,
    corpus: Corpus,
    layers: Sequence[Layer],
    photographs: range,
    *,
    batch: int = BATCH,
    log: MaximaLog | None = None,
) -> dict[str, Accumulator]:
    """The accumulator of each layer for some of the photographs, by layer name. `log`: as in `respond`.

    Merging those of all `accumulators.parts`, in the corpus' order, gives the result of `respond` to the last bit.
    """
    part = _empty(layers)
    for _ in _added_up(network, corpus, layers, part, photographs, batch, log):
        pass
    return part


def _resumed(checkpoint: Path | None, layers: Sequence[Layer]) -> tuple[dict[str, Accumulator], dict[str, Accumulator]]:
    """Accumulators by layer name: of all finished parts, and of the unfinished part."""
    fresh = _empty(layers), _empty(layers)
    payload = b""
    if checkpoint:
        with contextlib.suppress(FileNotFoundError):
            payload = checkpoint.read_bytes()
    filters = {layer.name: layer.filters for layer in layers}
    found = accumulators.load(payload, _named(filters, filters))
    if found is None:
        return fresh
    return {name: found[f"whole {name}"] for name in filters}, {name: found[f"part {name}"] for name in filters}


def _named(whole: dict[str, Value], part: dict[str, Value]) -> dict[str, Value]:
    return {f"whole {name}": value for name, value in whole.items()} | {
        f"part {name}": value for name, value in part.items()
    }


def _empty(layers: Sequence[Layer]) -> dict[str, Accumulator]:
    return {layer.name: accumulators.empty(layer.filters) for layer in layers}


def _seen(accumulators: dict[str, Accumulator]) -> int:
    return min((int(t.seen[0]) for t in accumulators.values()), default=0)


def _added_up(
    network: Network,
    corpus: Corpus,
    layers: Sequence[Layer],
    into: dict[str, Accumulator],
    photographs: range,
    batch: int,
    log: MaximaLog | None,
) -> Iterator[int]:
    """Add shard after shard to the accumulators in `into`; yields the index of the next photograph after each."""
    reduce = reduction(network, tuple(layers), corpus.size, batch)
    pixels = (pixels for _, pixels in corpus.stream(photographs))
    first = photographs.start
    while shard := list(islice(pixels, min(SHARD, accumulators.PART - first % accumulators.PART))):
        found = shard_peaks(reduce, shard, layers, batch)
        if log:
            log.put(first, found)
        for layer, peaks in found.items():
            into[layer].add(first, peaks)
        first += len(shard)
        yield first


def shard_peaks(reduce: Reduction, shard: list[Pixels], layers: Sequence[Layer], batch: int) -> dict[str, Peaks]:
    """The peaks of some photographs (size, size, 3) in each of the reduction's layers, by name."""
    parts = [_peaks_of(reduce, some, batch) for some in chunks(shard, batch)]
    return {layer.name: _joined([part[n] for part in parts]) for n, layer in enumerate(layers)}


def _peaks_of(reduce: Reduction, pictures: list[Pixels], batch: int) -> list[Peaks]:
    """Peaks of one batch in each layer. A small batch is padded with its first picture, and the result is cut."""
    full = np.stack(filled(pictures, batch))
    return [Peaks(*(np.asarray(a)[: len(pictures)] for a in arrays)) for arrays in reduce(tf.constant(full))]


def _joined(parts: Sequence[Peaks]) -> Peaks:
    return Peaks(*(np.concatenate(arrays) for arrays in zip(*(vars(p).values() for p in parts), strict=True)))


@functools.lru_cache(maxsize=1)
def reduction(network: Network, layers: tuple[Layer, ...], size: int, batch: int) -> Reduction:
    """A traced function from pictures (batch, size, size, 3) to the fields of Peaks for each of the layers."""
    names = [layer.name for layer in layers]
    deepest = max(layer.depth for layer in layers)

    def reduce(pictures: tf.Tensor) -> list[tuple[tf.Tensor, ...]]:
        found = {
            layer.name: _reduced(tf.nn.relu(maps))
            for layer, maps in islice(network.stages(pictures), deepest + 1)
            if layer.name in names
        }
        return [found[name] for name in names]

    picture = tf.TensorSpec((batch, size, size, 3), tf.uint8)
    traced: Reduction = tf.function(reduce, input_signature=[picture], autograph=False)
    return traced


def _reduced(maps: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """The fields of Peaks from maps after ReLU (batch, h, w, filters).

    Pooling along the rows comes first. It is several times as fast as a general reduction over both axes, and the order
    of its sums does not depend on the batch. The remaining searches and sums are small.
    """
    batch, height, width, filters = maps.shape
    parts = tf.nn.max_pool2d(maps, (1, PART), (1, PART), "SAME")  # (batch, h, parts of a row, filters)
    in_row = parts.shape[2]
    parts = tf.reshape(parts, (batch, height * in_row, filters))
    peak = tf.reduce_max(parts, axis=1)  # (batch, filters)
    part = _first(parts, peak)
    row, left = part // in_row, part % in_row * PART - (in_row * PART - width) // 2  # SAME pads both sides equally
    columns = tf.clip_by_value(left[:, None] + tf.range(PART)[:, None], 0, width - 1)  # (batch, PART, filters)
    start = (tf.range(batch)[:, None] * height + row) * width  # (batch, filters): of the row, in units of all maps
    units = tf.gather(tf.reshape(maps, [-1]), (start[:, None] + columns) * filters + tf.range(filters))
    row_means = tf.nn.avg_pool2d(maps, (1, width), 1, "VALID")[:, :, 0]  # (batch, h, filters)
    sample = tf.gather(tf.gather(maps, _spread(height), axis=1), _spread(width), axis=2)
    return (
        peak,
        row,
        tf.maximum(left + _first(units, peak), 0),
        tf.reduce_mean(row_means, axis=1),
        tf.reshape(sample, (batch, -1, filters)),
    )


def _first(values: tf.Tensor, peak: tf.Tensor) -> tf.Tensor:
    """The first index along axis 1 of (batch, places, filters) that has the peak's value; faster than argmax."""
    places = values.shape[1]
    found = tf.where(values == peak[:, None], tf.range(places)[:, None], places - 1)
    return tf.reduce_min(found, axis=1)


def _spread(units: int) -> list[int]:
    """At most GRID indices, spread evenly over a side of this many units."""
    number = min(GRID, units)
    return [int((i + 0.5) * units / number) for i in range(number)]

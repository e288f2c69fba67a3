"""Measures the cost of the pass over the photographs, relative to a bare forward pass, and its memory.

    python -m generator.bench.overhead --weights FILE --images FOLDER [--store FOLDER]

For each shard, it times decoding, the bare forward pass, and the pass over the decoded photographs in alternation. So
other load on the machine affects all three equally, and ratios are reliable even if seconds are not. Layers without
weights get random ones of the same shape, so that the whole VGG16 is measured.
"""

import functools
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import tensorflow as tf

from generator.arrays import Pixels
from generator.batches import chunks, filled
from generator.corpus import Corpus
from generator.network.forward import Network
from generator.network.geometry import LAYERS, Layer
from generator.network.weights import Weights
from generator.responses import accumulators, scan
from generator.responses.statistics import conclude
from generator.system.paths import at_home, home_path

PHOTOGRAPHS = 192  # three shards
Result = TypeVar("Result")


@dataclass(frozen=True)
class Pass:
    """CPU seconds per photograph, of all cores together, and the peak memory of the process."""

    bare: float  # the forward pass to the deepest layer, without reductions
    full: float  # the same with the reductions and accumulators
    decoding: float  # from a file's bytes to the square of pixels
    conclusion: float  # the final computation, divided by the number of photographs
    memory: float  # peak of the whole process, GiB

    @property
    def over_batches(self) -> float:
        """The time of the whole pass relative to a bare forward pass, on the same decoded batches."""
        return (self.full + self.conclusion) / self.bare

    @property
    def with_decoding(self) -> float:
        """The time of the whole pass with decoding, relative to a bare forward pass without decoding."""
        return (self.full + self.conclusion + self.decoding) / self.bare


@dataclass
class _Clock:
    """CPU seconds by sort of work."""

    spent: dict[str, float] = field(default_factory=dict)

    def time(self, what: str, work: Callable[[], Result]) -> Result:
        start = time.process_time()
        result = work()
        self.spent[what] = self.spent.get(what, 0.0) + time.process_time() - start
        return result


def measure(network: Network, corpus: Corpus, layers: Sequence[Layer], photographs: int = PHOTOGRAPHS) -> Pass:
    """Measure the pass of these layers over the first `photographs`, which must not be decoded yet."""
    batch = scan.BATCH
    reduce = scan.reduction(network, tuple(layers), corpus.size, batch)
    forward = _forward(network, max(layers, key=lambda layer: layer.depth), corpus.size, batch)
    into = {layer.name: accumulators.empty(layer.filters) for layer in layers}
    blank = [np.zeros((corpus.size, corpus.size, 3), np.uint8)] * batch
    _bare(forward, blank, batch)  # to trace before timing
    scan.shard_peaks(reduce, blank, layers, batch)
    clock = _Clock()
    number = min(photographs, len(corpus.photographs))
    for turn, first in enumerate(range(0, number, scan.SHARD)):
        wanted = range(first, min(first + scan.SHARD, number))
        shard = clock.time("decoding", functools.partial(_decoded, corpus, wanted))
        work: list[tuple[str, Callable[[], Any]]] = [
            ("bare", functools.partial(_bare, forward, shard, batch)),
            ("full", functools.partial(_full, reduce, shard, layers, batch, into, first)),
        ]
        for what, do in work if turn % 2 else reversed(work):
            clock.time(what, do)
    for found in into.values():
        clock.time("conclusion", functools.partial(conclude, found, corpus.digest, corpus.signatures))
    spent = clock.spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "linux" else 1 << 30)
    return Pass(
        spent["bare"] / number,
        spent["full"] / number,
        spent["decoding"] / number,
        spent["conclusion"] / len(corpus.photographs),
        memory,
    )


def _forward(network: Network, deepest: Layer, size: int, batch: int) -> Callable[[tf.Tensor], tf.Tensor]:
    """A traced function that computes all maps up to a layer, after their ReLUs, and returns one unit of the last."""

    def forward(pictures: tf.Tensor) -> tf.Tensor:
        maps = [tf.nn.relu(z) for _, z in islice(network.stages(pictures), deepest.depth + 1)]
        return maps[-1][:, 0, 0, 0]

    spec = tf.TensorSpec((batch, size, size, 3), tf.uint8)
    traced: Callable[[tf.Tensor], tf.Tensor] = tf.function(forward, input_signature=[spec], autograph=False)
    return traced


def _decoded(corpus: Corpus, wanted: range) -> list[Pixels]:
    return [pixels for _, pixels in corpus.stream(wanted)]


def _bare(forward: Callable[[tf.Tensor], tf.Tensor], shard: list[Pixels], batch: int) -> None:
    for part in chunks(shard, batch):
        forward(tf.constant(np.stack(filled(part, batch)))).numpy()


def _full(
    reduce: scan.Reduction,
    shard: list[Pixels],
    layers: Sequence[Layer],
    batch: int,
    into: dict[str, accumulators.Accumulator],
    first: int,
) -> None:
    for name, peaks in scan.shard_peaks(reduce, shard, layers, batch).items():
        into[name].add(first, peaks)


def completed(weights: Weights | None) -> Weights:
    """These weights, and random ones with He's scale for the layers above (for None: for all layers)."""
    pairs: dict[str, Any] = {}
    if weights:
        pairs = {at.name: (weights.kernel(at.name), weights.bias(at.name)) for at in weights.layers}
    inputs = weights.layers[-1].filters if weights else 3
    numbers = np.random.default_rng(0)
    for at in LAYERS[len(pairs) :]:
        kernel = numbers.standard_normal((3, 3, inputs, at.filters), np.float32) * np.sqrt(2 / (9 * inputs))
        pairs[at.name] = (kernel.astype(np.float32), np.zeros(at.filters, np.float32))
        inputs = at.filters
    return Weights.from_arrays(pairs, weights.origin if weights else "random weights")


def report(found: Pass, photographs: int, layers: int) -> str:
    """The results as text, with their limits."""
    return (
        f"the pass over {photographs:,} photographs, {layers} layers; CPU seconds a photograph:\n"
        f"  bare forward {found.bare:.3f}, pass {found.full:.3f}, decoding {found.decoding:.3f}, "
        f"conclusion {found.conclusion:.4f}\n"
        f"  over the same decoded batches: {found.over_batches:.3f} of a bare forward pass (at most 1.10)\n"
        f"  with decoding:                 {found.with_decoding:.3f} of a bare forward pass (at most 1.25)\n"
        f"  memory at most: {found.memory:.2f} GiB in this process (at most 3)"
    )


def main(arguments: list[str]) -> None:
    """Run the command; see the top of this file."""
    import argparse  # noqa: PLC0415 (only for the command)
    from pathlib import Path  # noqa: PLC0415

    from generator.corpus import sources as corpus_sources  # noqa: PLC0415
    from generator.store.artifacts import Store  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m generator.bench.overhead", description=__doc__)
    parser.add_argument("--weights", type=home_path, help="a file; without it, random weights of VGG16's shapes")
    parser.add_argument("--images", type=at_home, default="auto", help="as for make atlas")
    parser.add_argument("--store", type=home_path, default=Path("store"), help="store with the cache of digests")
    parser.add_argument("--photographs", type=int, default=PHOTOGRAPHS, help="number of photographs to measure")
    parser.add_argument("--layers", type=int, default=len(LAYERS), help="number of layers, from the first")
    given = parser.parse_args(arguments)
    store = Store(given.store)
    corpus = corpus_sources.find(given.images, store.file_cache("photographs"))
    weights = completed(Weights.open(given.weights, store.file_cache("weights")) if given.weights else None)
    layers = weights.layers[: given.layers]
    found = measure(Network(weights), corpus, layers, given.photographs)
    sys.stdout.write(report(found, min(given.photographs, len(corpus.photographs)), len(layers)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

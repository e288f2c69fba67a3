"""The pass over the photographs, as one task or in parts for several workers."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar, Self

from generator.build.context import Context
from generator.build.tasks.stored import put_responses
from generator.build.tasks.task import LayerJob, OfLayers, Step, Task, Wanted, one_of
from generator.corpus import SIZE
from generator.errors import LostError
from generator.network.geometry import Layer, multiply_adds
from generator.responses import accumulators, shards
from generator.responses.statistics import conclude

RUN = 16  # parts merged by one task, during the pass, so that the disk need not hold all parts


@dataclass(frozen=True)
class Respond(OfLayers):
    """One pass over the photographs for all filters of some layers."""

    jobs: tuple[LayerJob, ...]

    title: ClassVar[str] = "photographs"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield one task for all layers."""
        pairs = [(layer.name, layer.responses) for layer, _ in wanted.layers]
        if jobs := tuple(LayerJob(name, key) for name, key in pairs if key and key in wanted.missing):
            yield cls(jobs)

    @property
    def graph(self) -> object:
        """The same for all layers."""
        return type(self)

    def needs(self) -> Iterator[str]:
        """Nothing: it reads no results of other tasks."""
        yield from ()

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """Yield the pass in parts. Each part comes before the merge that needs it."""
        name = shards.folder(self.jobs)
        parts = iter([(part.start, part.stop) for part in accumulators.parts(photographs)])
        while run := tuple(islice(parts, RUN)):
            for first, last in run:
                yield Part(tuple(job.layer for job in self.jobs), name, first, last)
            for layer, key in self.jobs:
                yield Merge(layer, key, name, run, photographs)

    def run(self, context: Context, step: Step) -> None:
        """Run the pass and store the responses."""
        network, corpus = context.network, context.photographs
        from generator.responses.scan import BATCH, respond

        layers = [context.weights.layer(job.layer) for job in self.jobs]
        checkpoint = context.checkpoints / f"{shards.folder(self.jobs)}.npz"
        look = partial(respond, network, corpus, layers, checkpoint=checkpoint, progress=step)
        found = context.batches.run("the photographs", BATCH, look)
        sweep(context.checkpoints, self.jobs)  # first: once responses are stored, a rerun names its pass otherwise
        for job in self.jobs:
            put_responses(job.layer, found[job.layer], context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
        """The work, in multiply-adds."""
        return _pass_work([job.layer for job in self.jobs], layers, photographs)


@dataclass(frozen=True)
class Part(Task):
    """A part of a shared pass: each layer's accumulator for some of the photographs."""

    layers: tuple[str, ...]
    folder: str  # the name of the pass
    first: int
    last: int  # the photograph after the part's last

    @property
    def label(self) -> str:
        """The number of its first photograph."""
        return f"photographs from {self.first:,} on"

    @property
    def graph(self) -> object:
        """The same for all layers."""
        return type(self)

    def makes(self) -> Iterator[str]:
        """The name of the part."""
        yield f"{self.folder} {self.first}"

    def needs(self) -> Iterator[str]:
        """Nothing: it reads no results of other tasks."""
        yield from ()

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Compute and save the accumulators, unless an interrupted run has done so."""
        layers = [context.weights.layer(name) for name in self.layers]
        folders = {layer.name: context.shard_folder(self.folder, layer.name) for layer in layers}
        if all(saved.holds(self.first, self.last) for saved in folders.values()):
            return
        network, corpus = context.network, context.photographs
        from generator.responses.scan import BATCH, respond_in_part

        look = partial(respond_in_part, network, corpus, layers, range(self.first, self.last))
        for name, found in context.batches.run("the photographs", BATCH, look).items():
            folders[name].put(self.first, self.last, found)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        return _pass_work(self.layers, layers, self.last - self.first)


@dataclass(frozen=True)
class Merge(Task):
    """Merges consecutive parts of a pass with everything before them. The last merge gives the responses."""

    layer: str
    key: str  # of the responses
    folder: str
    parts: tuple[tuple[int, int], ...]  # (first, last) as in Part
    photographs: int  # of the corpus

    @property
    def label(self) -> str:
        """The layer."""
        return self.layer

    @property
    def end(self) -> int:
        """The photograph after the last part."""
        return self.parts[-1][1]

    def makes(self) -> Iterator[str]:
        """The key of the responses, or a name for the parts that are merged so far."""
        yield self.key if self.end == self.photographs else f"{self.folder} {self.layer} {self.end}"

    def needs(self) -> Iterator[str]:
        """The names of the parts, and of the merge before them."""
        yield f"{self.folder} {self.layer} {self.parts[0][0]}"
        yield from (f"{self.folder} {first}" for first, _ in self.parts)

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Merge the parts, unless another process has done so."""
        saved, final = context.shard_folder(self.folder, self.layer), self.end == self.photographs

        def done() -> bool:
            return context.store.has(self.key) or (not final and saved.merged() >= self.end)

        if done():
            return
        try:
            whole = saved.merge(self.parts)
        except FileNotFoundError:
            if done():
                return
            raise LostError(
                f"A part of the pass over the photographs has gone from {context.checkpoints}. "
                "Run the same again: it makes it anew."
            ) from None
        if final:
            corpus = context.photographs
            put_responses(self.layer, conclude(whole, corpus.digest, corpus.signatures), context)
        else:
            saved.put(0, self.end, whole)
        saved.clear(self.parts)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in filters: those of each part."""
        layer = one_of(layers, self.layer)
        return f"merges {layer.scale}", len(self.parts) * layer.filters


def sweep(checkpoints: Path, layers: Sequence[tuple[str, str]]) -> None:
    """Remove the files of a finished pass. `layers`: pairs (layer, key of its artifact)."""
    name = shards.folder(layers)
    shutil.rmtree(checkpoints / name, ignore_errors=True)
    (checkpoints / f"{name}.npz").unlink(missing_ok=True)


def _pass_work(names: Sequence[str], layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
    """The multiply-adds of a pass over so many photographs, up to the deepest of the layers `names`."""
    deepest = max((layer for layer in layers if layer.name in names), key=lambda layer: layer.depth)
    return f"responses {deepest.scale}", photographs * multiply_adds(layers, deepest, SIZE)

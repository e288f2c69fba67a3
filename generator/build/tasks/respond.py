"""The pass over the photographs, as one task or in parts for several workers."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar, Self

from generator.build.context import Context
from generator.build.tasks.stored import put_maxima, put_responses
from generator.build.tasks.task import LayerJob, OfLayers, Step, Task, Wanted, one_of
from generator.corpus import SIZE
from generator.errors import LostError
from generator.network.geometry import Layer, multiply_adds
from generator.responses import accumulators, shards
from generator.responses.accumulators import Accumulator
from generator.responses.statistics import conclude

RUN = 16  # parts merged by one task, during the pass, so that the disk need not hold all parts


@dataclass(frozen=True)
class Respond(OfLayers):
    """One pass over the photographs for all filters of some layers. It makes responses and maxima."""

    jobs: tuple[LayerJob, ...]

    title: ClassVar[str] = "photographs"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield one task for all layers that lack either. A store of before there were maxima gets one more pass."""
        jobs = tuple(
            LayerJob(
                layer.name,
                layer.responses,
                layer.maxima if layer.maxima in wanted.missing else None,
                layer.responses not in wanted.missing,
            )
            for layer, _ in wanted.layers
            if layer.responses and not wanted.missing.isdisjoint({layer.responses, layer.maxima})
        )
        if jobs:
            yield cls(jobs)

    def made(self, job: LayerJob) -> tuple[str, ...]:
        """The keys of the responses and of the maxima, as far as they are missing."""
        return (() if job.stored else (job.key,)) + ((job.maxima,) if job.maxima else ())

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
            for job in self.jobs:
                yield Merge(job.layer, job.key, name, run, photographs, job.maxima)

    def run(self, context: Context, step: Step) -> None:
        """Run the pass and store what it finds, the maxima first: without responses, a rerun goes on with this pass."""
        network, corpus = context.network, context.photographs
        from generator.responses.scan import BATCH, respond

        layers = [context.weights.layer(job.layer) for job in self.jobs]
        name = shards.folder(self.jobs)
        checkpoint, log = context.checkpoints / f"{name}.npz", context.maxima_log(name)
        look = partial(respond, network, corpus, layers, checkpoint=checkpoint, progress=step, log=log)
        found = context.batches.run("the photographs", BATCH, look)
        for job in self.jobs:
            _put_maxima(job, name, len(corpus.photographs), context)
        sweep(context.checkpoints, self.jobs)  # first: once responses are stored, a rerun names its pass otherwise
        for job in self.jobs:
            if not context.store.has(job.key):
                put_responses(job.layer, found[job.layer], context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
        """The work, in multiply-adds."""
        return _pass_work([job.layer for job in self.jobs], layers, photographs)


@dataclass(frozen=True)
class Part(Task):
    """A part of a shared pass: each layer's accumulator, and its maxima, for some of the photographs."""

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
        log = context.maxima_log(self.folder)
        if log.holds(self.first, self.last) and all(saved.holds(self.first, self.last) for saved in folders.values()):
            return
        network, corpus = context.network, context.photographs
        from generator.responses.scan import BATCH, respond_in_part

        look = partial(respond_in_part, network, corpus, layers, range(self.first, self.last), log=log)
        for name, found in context.batches.run("the photographs", BATCH, look).items():
            folders[name].put(self.first, self.last, found)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        return _pass_work(self.layers, layers, self.last - self.first)


@dataclass(frozen=True)
class Merge(Task):
    """Merges consecutive parts of a pass with everything before them. The last merge gives responses and maxima."""

    layer: str
    key: str  # of the responses
    folder: str
    parts: tuple[tuple[int, int], ...]  # (first, last) as in Part
    photographs: int  # of the corpus
    maxima: str | None = None  # key

    @property
    def label(self) -> str:
        """The layer."""
        return self.layer

    @property
    def end(self) -> int:
        """The photograph after the last part."""
        return self.parts[-1][1]

    def makes(self) -> Iterator[str]:
        """The keys of responses and maxima, or a name for the parts that are merged so far."""
        if self.end < self.photographs:
            yield f"{self.folder} {self.layer} {self.end}"
        else:
            yield from (key for key in (self.key, self.maxima) if key)

    def needs(self) -> Iterator[str]:
        """The names of the parts, and of the merge before them."""
        yield f"{self.folder} {self.layer} {self.parts[0][0]}"
        yield from (f"{self.folder} {first}" for first, _ in self.parts)

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Merge the parts, unless another process has done so."""
        saved, final = context.shard_folder(self.folder, self.layer), self.end == self.photographs

        def done() -> bool:
            made = all(context.store.has(key) for key in (self.key, self.maxima) if key)
            return made or (not final and saved.merged() >= self.end)

        if done():
            return
        try:
            whole = saved.merge(self.parts)
        except FileNotFoundError:
            if done():
                return
            raise _lost(context) from None
        if final:
            self._conclude(whole, context)
        else:
            saved.put(0, self.end, whole)
        saved.clear(self.parts)

    def _conclude(self, whole: Accumulator, context: Context) -> None:
        """Store what is missing. What is there stays: another machine, whose last bits differ, may have made it."""
        corpus = context.photographs
        _put_maxima(LayerJob(self.layer, self.key, self.maxima), self.folder, self.photographs, context)
        if not context.store.has(self.key):
            put_responses(self.layer, conclude(whole, corpus.digest, corpus.signatures), context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in filters: those of each part."""
        layer = one_of(layers, self.layer)
        return f"merges {layer.scale}", len(self.parts) * layer.filters


def _put_maxima(job: LayerJob, name: str, photographs: int, context: Context) -> None:
    """Store the maxima that the pass `name` has written down, if they are wanted and missing."""
    if job.maxima is None or context.store.has(job.maxima):
        return
    try:
        found = context.maxima_log(name).conclude(job.layer, photographs, context.photographs.digest)
    except FileNotFoundError:
        raise _lost(context) from None
    put_maxima(job.layer, found, context)


def _lost(context: Context) -> LostError:
    return LostError(
        f"A part of the pass over the photographs has gone from {context.checkpoints}. "
        "Run the same again: it makes it anew."
    )


def sweep(checkpoints: Path, layers: Sequence[Sequence[object]]) -> None:
    """Remove the files of a finished pass. `layers`: the layer and the key of each artifact."""
    name = shards.folder(layers)
    shutil.rmtree(checkpoints / name, ignore_errors=True)
    (checkpoints / f"{name}.npz").unlink(missing_ok=True)


def _pass_work(names: Sequence[str], layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
    """The multiply-adds of a pass over so many photographs, up to the deepest of the layers `names`."""
    deepest = max((layer for layer in layers if layer.name in names), key=lambda layer: layer.depth)
    return f"responses {deepest.scale}", photographs * multiply_adds(layers, deepest, SIZE)

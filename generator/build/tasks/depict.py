"""The whole photographs that top patches were cut from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import PIL

from generator.build.context import Context
from generator.build.tasks.stored import responses
from generator.build.tasks.task import OfLayers, Step, Task, Wanted
from generator.network.geometry import Layer
from generator.responses import albums, crops
from generator.responses.statistics import TOP, TOP_MEANS
from generator.store import keys
from generator.store.artifacts import Store


class AlbumJob(NamedTuple):
    """Some filters of one layer."""

    layer: str
    key: str  # of the album
    responses: str  # key
    filters: tuple[int, ...]


@dataclass(frozen=True)
class Depict(OfLayers):
    """The whole photographs that the top patches of some layers' filters were cut from."""

    jobs: tuple[AlbumJob, ...]

    title: ClassVar[str] = "whole photographs"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield one task for all layers."""
        jobs = tuple(
            AlbumJob(layer.name, layer.album, layer.responses, layer.chosen)
            for layer, _ in wanted.layers
            if layer.album and layer.responses and layer.album in wanted.missing
        )
        if jobs:
            yield cls(jobs)

    @property
    def graph(self) -> object:
        """The same for all tasks, because they trace nothing."""
        return type(self)

    def needs(self) -> Iterator[str]:
        """The keys of the responses of each layer."""
        yield from (job.responses for job in self.jobs)

    def lacking(self, store: Store) -> set[str]:  # noqa: ARG002
        """All albums: an album may be stored without its photographs, so its task has to check."""
        return set(self.makes())

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """Yield one task per layer. Two tasks may store the same photograph, with the same bytes."""
        yield from (Depict((job,)) for job in self.jobs)

    def run(self, context: Context, step: Step) -> None:
        """Store the albums first, so that an album refers to each photograph as soon as it is stored."""
        corpus, store = context.photographs, context.store
        wanted: dict[int, str] = {}
        for job in self.jobs:
            album = albums.to_json(
                responses(job.responses, context),
                lambda index: keys.photograph(corpus.photographs[index].digest, corpus.size).key,
            )
            store.put(keys.album(job.responses), album, "album", {}, {})
            wanted |= albums.read(job.key, job.filters, store)
        lacking = sorted(i for i, key in wanted.items() if not store.has(key))
        for done, (index, strip) in enumerate(crops.whole(corpus, lacking), start=1):
            inputs = keys.photograph(corpus.photographs[index].digest, corpus.size)
            store.put(inputs, strip.payload, strip.suffix, strip.facts, {"pillow": PIL.__version__})
            step(done, len(lacking))

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in photographs."""
        shown = (TOP + TOP_MEANS) * sum(len(job.filters) for job in self.jobs)
        return "photographs 1", min(shown, photographs)

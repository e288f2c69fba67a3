"""The gallery: the whole photographs from which a reader may start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import PIL

from generator.build.context import Context
from generator.build.tasks.task import OfJobs, Step, Wanted
from generator.network.geometry import Layer
from generator.responses import crops, galleries, maxima
from generator.store import keys
from generator.store.artifacts import Store


class GalleryJob(NamedTuple):
    """The gallery of the corpus."""

    key: str


@dataclass(frozen=True)
class Exhibit(OfJobs):
    """The list of the photographs to start from, and those of them that no layer's album has stored."""

    jobs: tuple[GalleryJob, ...]

    title: ClassVar[str] = "photographs to start from"
    unit: ClassVar[str] = "photographs"
    command: ClassVar = "patches"
    counts_photographs: ClassVar[bool] = True

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield the one task."""
        if wanted.gallery:
            yield cls((GalleryJob(wanted.gallery),))

    @property
    def label(self) -> str:
        """What it stores."""
        return "the gallery"

    def needs(self) -> Iterator[str]:
        """Nothing: it reads no results of other tasks."""
        yield from ()

    def lacking(self, store: Store) -> set[str]:  # noqa: ARG002
        """The gallery: it may be stored without its photographs, so its task has to check."""
        return set(self.makes())

    def run(self, context: Context, step: Step) -> None:
        """Store the gallery first, so that it refers to each photograph as soon as it is stored."""
        corpus, store = context.photographs, context.store
        inputs = [keys.photograph(each.digest, corpus.size) for each in corpus.photographs[: maxima.LISTED]]
        payload = galleries.to_json(corpus.photographs, [own.key for own in inputs])
        store.put(keys.gallery(corpus.naming), payload, "gallery", {"photographs": len(inputs)}, {})
        lacking = [index for index, own in enumerate(inputs) if not store.has(own.key)]
        for done, (index, strip) in enumerate(crops.whole(corpus, lacking), start=1):
            store.put(inputs[index], strip.payload, strip.suffix, strip.facts, {"pillow": PIL.__version__})
            step(done, len(lacking))

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in photographs."""
        return "photographs 1", min(photographs, maxima.LISTED)

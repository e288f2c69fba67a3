"""The interface of the kinds of tasks, and the part of a plan that the kinds receive.

A kind is one class in one module: its jobs, the keys that it makes and reads, its computation and its cost. A class
that lacks one of these cannot be instantiated, and the type checker reports it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple, Self

from generator.build.context import Context
from generator.network.geometry import Layer
from generator.store.artifacts import Store
from generator.store.manifest import LayerKeys

STRIPS = 128  # per task, which decodes each photograph in them only once

Step = Callable[[int, int], None]  # (done, total): reports the progress of a task


class Job(NamedTuple):
    """One filter of a layer."""

    filter: int
    key: str  # of its artifact


class LayerJob(NamedTuple):
    """All filters of one layer."""

    layer: str
    key: str  # of its responses
    maxima: str | None = None  # the key of its maxima, if they are missing
    stored: bool = False  # whether the responses are there already


@dataclass(frozen=True)
class Wanted:
    """The artifacts that a stage of a plan has to make: the argument of `Planned.plan`."""

    layers: tuple[tuple[LayerKeys, tuple[int, ...]], ...]  # each with its filters in this stage
    missing: AbstractSet[str]  # keys that the store lacks
    below: Mapping[str, str | None]  # by layer: the key of the responses of the layer below
    gallery: str | None = None  # the key of the gallery, if it or some of its photographs are missing

    def lacking(self, layer: LayerKeys, kind: str, filters: Sequence[int]) -> list[Job]:
        """The jobs for the missing artifacts of a kind."""
        keys = layer.artifacts.get(kind, {})
        return [Job(index, keys[index]) for index in filters if keys.get(index) in self.missing]


class Task(ABC):
    """Work whose results are artifacts in the store. A frozen value, which can be sent to another machine."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The task in a word or two, for people."""

    @abstractmethod
    def makes(self) -> Iterator[str]:
        """The results that other tasks may wait for: keys of artifacts, and names of parts of a pass."""

    @abstractmethod
    def needs(self) -> Iterator[str]:
        """The results of other tasks that this one reads."""

    @abstractmethod
    def run(self, context: Context, step: Step) -> None:
        """Do the work. On return, its results are stored. The first task that computes loads TensorFlow.

        Raises BuildError if the store cannot be written or a photograph cannot be read.
        """

    @abstractmethod
    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
        """The kind of work, with its block, and its amount: multiply-adds, or a number of items."""

    @property
    def graph(self) -> object:
        """Identifies the graph that TensorFlow traces once per process: equal for tasks that share it."""
        return type(self), self.label


class Planned(Task):
    """A task of a plan, for one process. `spread` divides it among several."""

    title: ClassVar[str]  # of its progress bar
    unit: ClassVar[str]  # what the bar counts
    command: ClassVar[Literal["visualize", "patches", "atlas"]]  # the narrowest command that computes it
    counts_photographs: ClassVar[bool] = False  # whether it reports its own progress, in photographs

    @classmethod
    @abstractmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """The tasks of this kind for what is missing."""

    @property
    def pieces(self) -> int:
        """The number of artifacts that it makes."""
        return sum(1 for _ in self.makes())

    @abstractmethod
    def only(self, keys: AbstractSet[str]) -> Self | None:
        """The part of it that makes any of these artifacts; None if it makes none of them."""

    def lacking(self, store: Store) -> set[str]:
        """The keys of those artifacts that are still to be made."""
        return {key for key in self.makes() if not store.has(key)}

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """The same work as tasks for several workers. Each task comes after those that it needs."""
        yield self


class OfJobs(Planned):
    """A task of several jobs, each of which makes its own artifacts."""

    jobs: tuple[Any, ...]  # named tuples with a `key`

    def made(self, job: Any) -> tuple[str, ...]:
        """The keys that a job makes."""
        return (job.key,)

    def makes(self) -> Iterator[str]:
        """The keys that all jobs make."""
        yield from (key for job in self.jobs for key in self.made(job))

    def only(self, keys: AbstractSet[str]) -> Self | None:
        """A task with the jobs that make any of these keys."""
        jobs = tuple(job for job in self.jobs if not keys.isdisjoint(self.made(job)))
        return replace(self, jobs=jobs) if jobs else None  # type: ignore[type-var]


class OfFilters(OfJobs):
    """A task whose jobs are filters of one layer."""

    layer: str

    @property
    def label(self) -> str:
        """The layer."""
        return self.layer


class OfLayers(OfJobs):
    """A task whose jobs are layers. It goes through the photographs for all of them together."""

    unit: ClassVar[str] = "photographs"
    command: ClassVar = "patches"
    counts_photographs: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """The number of layers."""
        return f"{len(self.jobs)} layers"


def one_of(layers: Sequence[Layer], name: str) -> Layer:
    """The layer of that name."""
    return next(layer for layer in layers if layer.name == name)

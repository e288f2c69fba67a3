"""What every kind of task knows of itself, and what a plan tells the kinds.

A kind is one class in one module: its jobs, the keys that it makes and those that it reads, how it is done, and what it
costs. A class that lacks one of these cannot be instantiated, and the type checker says so.
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

STRIPS = 128  # in one task: the photographs that they show are decoded once

Step = Callable[[int, int], None]  # done, total: how far a task is


class Job(NamedTuple):
    """One filter of a layer."""

    filter: int
    key: str  # of what is made for it


class LayerJob(NamedTuple):
    """All filters of one layer."""

    layer: str
    key: str  # of what is made for it


@dataclass(frozen=True)
class Wanted:
    """What a stage of a plan is to make, as the kinds of tasks are told."""

    layers: tuple[tuple[LayerKeys, tuple[int, ...]], ...]  # each with the filters that this stage is about
    missing: AbstractSet[str]  # keys that the store lacks
    below: Mapping[str, str | None]  # by layer: the key of the responses of the layer below

    def lacking(self, layer: LayerKeys, kind: str, filters: Sequence[int]) -> list[Job]:
        """What is missing of a kind of artifact."""
        keys = layer.artifacts.get(kind, {})
        return [Job(index, keys[index]) for index in filters if keys.get(index) in self.missing]


class Task(ABC):
    """Work that ends in artifacts of the store: a frozen value, which can be sent to another machine."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The task in a word or two, for people."""

    @abstractmethod
    def makes(self) -> Iterator[str]:
        """What other tasks may wait for: keys, and names of shares of a pass."""

    @abstractmethod
    def needs(self) -> Iterator[str]:
        """What the task reads of what others make."""

    @abstractmethod
    def run(self, context: Context, step: Step) -> None:
        """Do it: what it makes is in the store on return. TensorFlow is loaded by the first task that computes.

        Raises BuildError if the store or the photographs will not have it.
        """

    @abstractmethod
    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
        """The sort of work, with its block, and its amount: multiply-adds, or pieces."""

    @property
    def graph(self) -> object:
        """What TensorFlow traces once in a process: tasks of the same have the same."""
        return type(self), self.label


class Planned(Task):
    """A task as plans have it."""

    title: ClassVar[str]  # of its bar
    unit: ClassVar[str]  # what the bar counts
    command: ClassVar[Literal["visualize", "patches", "atlas"]]  # the least that computes it
    counts_photographs: ClassVar[bool] = False  # the task itself says how far it is

    @classmethod
    @abstractmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """The tasks of this kind for what is missing."""

    @property
    def pieces(self) -> int:
        """How many artifacts it makes."""
        return sum(1 for _ in self.makes())

    @abstractmethod
    def only(self, keys: AbstractSet[str]) -> Self | None:
        """The part of it that makes any of these artifacts; None if it makes none of them."""

    def lacking(self, store: Store) -> set[str]:
        """Which of the artifacts are still to be made."""
        return {key for key in self.makes() if not store.has(key)}

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """The same work for many, in an order in which each task follows those that it needs."""
        yield self


class OfJobs(Planned):
    """A task that is a number of jobs, each of which makes an artifact of its own."""

    jobs: tuple[Any, ...]  # named tuples with a `key`

    def made(self, job: Any) -> tuple[str, ...]:
        """The keys that a job makes."""
        return (job.key,)

    def makes(self) -> Iterator[str]:
        """What the jobs make."""
        yield from (key for job in self.jobs for key in self.made(job))

    def only(self, keys: AbstractSet[str]) -> Self | None:
        """Some of the jobs."""
        jobs = tuple(job for job in self.jobs if not keys.isdisjoint(self.made(job)))
        return replace(self, jobs=jobs) if jobs else None  # type: ignore[type-var]


class OfFilters(OfJobs):
    """Its jobs are filters of one layer."""

    layer: str

    @property
    def label(self) -> str:
        """The layer."""
        return self.layer


class OfLayers(OfJobs):
    """Its jobs are layers, for all of which it looks at the photographs."""

    unit: ClassVar[str] = "photographs"
    command: ClassVar = "patches"
    counts_photographs: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """How many layers."""
        return f"{len(self.jobs)} layers"


def one_of(layers: Sequence[Layer], name: str) -> Layer:
    """The layer of that name."""
    return next(layer for layer in layers if layer.name == name)

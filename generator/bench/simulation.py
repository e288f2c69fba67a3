"""Simulates the tasks of an atlas on many workers, with times that were measured on one machine.

The times are in docs/scaling.json (made by `python -m generator.bench.rates`). The plan is real, for VGG16's 4,224
filters, profile `fine`, and 1.3 million photographs.
"""

import heapq
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from generator.build.graph import Graph, spread
from generator.build.plan import Stage, draw_up, plan
from generator.build.tasks import Diversify, Film, Part, Task, Visualize
from generator.config import Config
from generator.corpus import Corpus, Photograph
from generator.network.geometry import Layer, vgg16
from generator.network.weights import Weights
from generator.responses import accumulators
from generator.store.artifacts import Store

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "scaling.json"
PHOTOGRAPHS = 1_300_000
WORKERS = (8, 64, 512)


@dataclass(frozen=True)
class Figures:
    """Times measured on one machine, of one core."""

    rates: Mapping[str, float]  # by sort of work and block: amount per second, see `Task.work`
    fixed: Mapping[str, float]  # by sort of work and block: constant seconds per task
    start: float  # seconds until a worker is ready for its first task
    trace: float  # additional seconds of a worker's first task of a graph
    scheduler: float  # seconds of driver and scheduler per task

    @staticmethod
    def load(path: Path = FIGURES) -> "Figures":
        """Read the measured times from a file."""
        return Figures(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Run:
    """One simulated run."""

    workers: int
    tasks: int
    makespan: float  # seconds
    work: float  # seconds of one core
    starting: float  # seconds of all workers together, like the next three
    tracing: float
    idle: float  # without a ready task, or at the end
    queued: float  # waiting for the scheduler
    longest: tuple[float, Task]  # the longest task and its seconds
    disk: float  # average bytes per second that the pass writes, and reads again for merging

    @property
    def efficiency(self) -> float:
        """The share of the workers' time in which they did work that a single core would also have to do."""
        return self.work / (self.workers * self.makespan)


def stages(config: Config) -> tuple[Stage, ...]:
    """The plan's stages for an empty store, a whole VGG16 and some photographs."""
    digests = {layer.name: (f"kernel {layer.name}", f"bias {layer.name}") for layer in vgg16()}
    weights = Weights("VGG16", "vgg16.h5", vgg16(), digests, (), {})
    corpus = Corpus("photographs", (Photograph("a/b.jpg", "a", "0" * 64, bytes(256)),), (), 224, _unread)
    with tempfile.TemporaryDirectory() as empty:
        return plan(draw_up(config, weights, corpus), Store(Path(empty))).stages


def _unread(_: Photograph) -> Any:
    raise NotImplementedError


def simulate(todo: Sequence[Stage], figures: Figures, workers: int, photographs: int = PHOTOGRAPHS) -> Run:
    """Simulate each stage: a free worker takes the first ready task, as from the scheduler."""
    layers = vgg16()

    @cache
    def seconds(task: Task) -> float:
        sort = sort_of(task, layers)
        return figures.fixed.get(sort, 0.0) + task.work(layers, photographs)[1] / figures.rates[sort]

    clock, scheduler, count = figures.start, 0.0, 0
    free = [(clock, number) for number in range(workers)]
    known: list[set[object]] = [set() for _ in range(workers)]
    spent = dict.fromkeys(("work", "tracing", "idle", "queued"), 0.0)
    longest: tuple[float, Task] | None = None
    moved, passed = 0, clock  # bytes of the pass, and the end of its last part
    for stage in todo:
        tasks = spread(stage.tasks, photographs, seconds)
        count += len(tasks)
        flow = Graph(tasks)
        ready = list(flow.ready())
        heapq.heapify(ready)
        running: list[tuple[float, int, int]] = []  # (end, worker, task)
        while flow.left:
            while ready and free:
                since, who = heapq.heappop(free)
                number = heapq.heappop(ready)
                task = tasks[number]
                asked = max(since, clock)
                scheduler = max(asked, scheduler) + figures.scheduler
                own = seconds(task)
                trace = figures.trace * (task.graph not in known[who])
                known[who].add(task.graph)
                for what, amount in (("idle", asked - since), ("queued", scheduler - asked), ("work", own)):
                    spent[what] += amount
                spent["tracing"] += trace
                longest = max(longest or (0.0, task), (own, task), key=lambda pair: pair[0])
                heapq.heappush(running, (scheduler + trace + own, who, number))
            clock, who, number = heapq.heappop(running)
            heapq.heappush(free, (clock, who))
            for other in flow.done(number):
                heapq.heappush(ready, other)
            if isinstance(tasks[number], Part):
                moved, passed = moved + 2 * _part_bytes(), clock
    spent["idle"] += sum(clock - since for since, _ in free)
    if longest is None:
        raise ValueError("a plan without tasks")
    return Run(
        workers,
        count,
        clock,
        spent["work"],
        workers * figures.start,
        spent["tracing"],
        spent["idle"],
        spent["queued"],
        longest,
        moved / max(passed - figures.start, 1),
    )


def sort_of(task: Task, layers: tuple[Layer, ...]) -> str:
    """The sort of a task's work and its block; ascents are separated by objective."""
    sort = task.work(layers, 1)[0]
    return f"{sort} {task.recipe.objective}" if isinstance(task, Visualize | Film | Diversify) else sort


@cache
def _part_bytes() -> int:
    """The size of one part's accumulators on disk, for all layers together."""
    return sum(len(accumulators.save({layer.name: accumulators.empty(layer.filters)})) for layer in vgg16())

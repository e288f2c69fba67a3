"""What waits for what: tasks that others do in any order, each as soon as what it reads is there."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import assert_never

from generator.build import passes
from generator.build.tasks import (
    Conclude,
    Cut,
    Depict,
    Diversify,
    Follow,
    Measure,
    Merge,
    Part,
    Planned,
    Project,
    Respond,
    Task,
    Visualize,
)

ALONE = 1.5  # times the work of one pass for all layers: what a pass for each may come to, so that many can do them


def spread(tasks: Sequence[Planned], photographs: int, seconds: Callable[[Task], float]) -> list[Task]:
    """The same work for many: passes in parts, pictures batch by batch, in the order in which it is best begun.

    First what leads the longest way to the end, by `seconds`: a task's own and those of what has to wait for it. (List
    scheduling by the critical path, Graham 1969.)
    """
    shared: list[Task] = []
    for task in tasks:
        match task:
            case Respond():
                shared += passes.shared_out(task, photographs)
            case Visualize() | Diversify():  # a batch holds all facets of a filter, and as many filters as fit
                size = max(1, task.recipe.batch // (task.facets if isinstance(task, Diversify) else 1))
                some = (task.jobs[first : first + size] for first in range(0, len(task.jobs), size))
                shared += (dataclasses.replace(task, jobs=jobs) for jobs in some)
            case Depict():  # a photograph that two layers show may be stored twice: by the same bytes
                shared += (Depict((album,)) for album in task.albums)
            case Follow():  # of many photographs, layers hardly look at the same ones
                own = [Follow((layer,)) for layer in task.layers]
                shared += own if sum(map(seconds, own)) <= ALONE * seconds(task) else [task]
            case Conclude() | Cut() | Project() | Measure():
                shared.append(task)
            case _:
                assert_never(task)
    way = Flow(shared).ways([seconds(task) for task in shared])
    return [shared[number] for number in sorted(range(len(shared)), key=lambda number: -way[number])]


class Flow:
    """Tasks, of which some are done. What no task here makes is taken to be in the store."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tuple(tasks)
        maker = {product: number for number, task in enumerate(self.tasks) for product in makes(task)}
        self._lacking = [{maker[product] for product in needs(task) if product in maker} for task in self.tasks]
        self._waiting: dict[int, list[int]] = {}
        for number, lacking in enumerate(self._lacking):
            for other in lacking:
                self._waiting.setdefault(other, []).append(number)
        self._left = set(range(len(self.tasks)))

    @property
    def left(self) -> int:
        """How many tasks are not done."""
        return len(self._left)

    def ways(self, seconds: Sequence[float]) -> list[float]:
        """For each task the longest way to the end: its seconds and those of tasks that wait for one another."""
        found: dict[int, float] = {}
        for root in range(len(self.tasks)):
            stack = [root]
            while stack:
                number = stack[-1]
                after = self._waiting.get(number, [])
                lacking = [other for other in after if other not in found]
                if lacking:
                    stack += lacking
                    continue
                found[stack.pop()] = seconds[number] + max((found[other] for other in after), default=0.0)
        return [found[number] for number in range(len(self.tasks))]

    def ready(self) -> Iterator[int]:
        """The numbers of the tasks that are not done and wait for nothing, in order."""
        return (number for number in sorted(self._left) if not self._lacking[number])

    def done(self, number: int) -> Iterable[int]:
        """A task is done: the numbers of those that waited for it last."""
        self._left.discard(number)
        freed = []
        for other in self._waiting.pop(number, []):
            self._lacking[other].discard(number)
            if not self._lacking[other]:
                freed.append(other)
        return freed


def makes(task: Task) -> Iterator[str]:
    """What other tasks may wait for: keys, and names of shares of a pass."""
    match task:
        case Visualize() | Diversify() | Cut():
            yield from (key for _, key in task.jobs)
        case Respond():
            yield from (key for _, key in task.layers)
        case Follow():
            yield from (key for _, key, _ in task.layers)
        case Part():
            yield f"{task.folder} {task.first}"
        case Merge():
            end = task.parts[-1][1]
            yield task.key if end == task.photographs else f"{task.folder} {task.layer} {end}"
        case Conclude():
            yield task.key
        case Depict():
            yield from (key for _, key, *_ in task.albums)
        case Project():
            yield from (key for _, *both in task.jobs for key in both)
        case Measure():
            yield from (key for _, key, *_ in task.jobs)
        case _:
            assert_never(task)


def needs(task: Task) -> Iterator[str]:
    """What a task reads of what others make."""
    match task:
        case Visualize() | Diversify() | Respond() | Part():
            return
        case Merge():
            yield f"{task.folder} {task.layer} {task.parts[0][0]}"
            yield from (f"{task.folder} {first}" for first, _ in task.parts)
        case Conclude():
            yield task.responses
            if task.below:
                yield task.below
        case Depict():
            yield from (responses for _, _, responses, _ in task.albums)
        case Follow():
            yield from (responses for _, _, responses in task.layers)
        case Cut() | Project():
            yield task.responses
        case Measure():
            yield task.responses
            if task.footprints:
                yield task.footprints
            yield from (key for _, _, *pictures in task.jobs for key in pictures)
        case _:
            assert_never(task)

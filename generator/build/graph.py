"""The graph of tasks: which task waits for what another makes, and in which order they are best begun."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.build.tasks import Planned, Task


def spread(tasks: Sequence[Planned], photographs: int, seconds: Callable[[Task], float]) -> list[Task]:
    """The same work for many: passes in parts, pictures batch by batch, in the order in which it is best begun.

    First what leads the longest way to the end, by `seconds`: a task's own and those of what has to wait for it. (List
    scheduling by the critical path, Graham 1969.)
    """
    shared = [share for task in tasks for share in task.spread(photographs, seconds)]
    way = Graph(shared).ways([seconds(task) for task in shared])
    return [shared[number] for number in sorted(range(len(shared)), key=lambda number: -way[number])]


class Graph:
    """Tasks, of which some are done. What no task here makes is taken to be in the store."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tuple(tasks)
        maker = {product: number for number, task in enumerate(self.tasks) for product in task.makes()}
        self._lacking = [{maker[product] for product in task.needs() if product in maker} for task in self.tasks]
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

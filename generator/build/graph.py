"""The graph of tasks: their dependencies, and the best order in which to begin them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.build.tasks import Planned, Task


def spread(tasks: Sequence[Planned], photographs: int, seconds: Callable[[Task], float]) -> list[Task]:
    """Split tasks for many workers (passes into parts, pictures into batches), and sort them by the best order.

    Tasks with the longest path to the end come first. A path takes the `seconds` of the task and of those that depend
    on it. (List scheduling by the critical path, Graham 1969.)
    """
    shared = [share for task in tasks for share in task.spread(photographs, seconds)]
    paths = Graph(shared).critical_paths([seconds(task) for task in shared])
    return [shared[number] for number in sorted(range(len(shared)), key=lambda number: -paths[number])]


class Graph:
    """Tasks and their dependencies. Inputs that no task here makes are assumed to be in the store."""

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

    def critical_paths(self, seconds: Sequence[float]) -> list[float]:
        """The longest path from each task to the end: the sum of seconds along dependent tasks."""
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
        """The numbers of unfinished tasks whose inputs are ready, in order."""
        return (number for number in sorted(self._left) if not self._lacking[number])

    def done(self, number: int) -> Iterable[int]:
        """Mark a task as done. Returns the numbers of the tasks that have become ready."""
        self._left.discard(number)
        freed = []
        for other in self._waiting.pop(number, []):
            self._lacking[other].discard(number)
            if not self._lacking[other]:
                freed.append(other)
        return freed

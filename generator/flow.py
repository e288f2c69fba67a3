"""What waits for what: tasks that others do in any order, each as soon as what it reads is there."""

from collections.abc import Iterable, Iterator, Sequence

from generator.tasks import Conclude, Cut, Depict, Diversify, Measure, Merge, Part, Project, Respond, Task, Visualize


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


def needs(task: Task) -> Iterator[str]:
    """What a task reads of what others make."""
    match task:
        case Merge():
            yield f"{task.folder} {task.layer} {task.parts[0][0]}"
            yield from (f"{task.folder} {first}" for first, _ in task.parts)
        case Conclude():
            yield task.responses
            if task.below:
                yield task.below
        case Depict():
            yield from (responses for _, _, responses, _ in task.albums)
        case Cut() | Project():
            yield task.responses
        case Measure():
            yield task.responses
            yield from (key for _, _, *pictures in task.jobs for key in pictures)

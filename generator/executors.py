"""Where tasks run: in this process, or on a Dask cluster. Both make the same bytes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from generator import progress
from generator.cost import Speed
from generator.errors import InputError
from generator.tasks import TITLES, Depict, Respond, Task, label, pieces
from generator.work import Workshop, run

IN_PROCESS, LOCAL, REMOTE = "in-process", "dask", "dask://"

Say = Callable[[str], None]


class Executor(Protocol):
    """Who carries tasks out."""

    def carry_out(self, tasks: Sequence[Task]) -> None:
        """Do all of them; each after those that make what it reads. What they make is in the store then."""


def check(spec: str) -> None:
    """Raise InputError unless the text names an executor."""
    host, _, port = spec.removeprefix(REMOTE).rpartition(":")
    if spec not in (IN_PROCESS, LOCAL) and not (spec.startswith(REMOTE) and host and port.isdigit()):
        raise InputError(
            f"executor is {spec!r}; allowed are {IN_PROCESS}, {LOCAL} (a worker for each core of this machine) and "
            f"{REMOTE}HOST:PORT (the address of a Dask scheduler)."
        )


@contextmanager
def engaged(spec: str, workshop: Workshop, say: Say) -> Iterator[Executor]:
    """The executor of that name, for as long as it is needed. Raises InputError if it cannot be had."""
    check(spec)
    if spec == IN_PROCESS:
        yield InProcess(workshop)
        return
    try:
        from generator import cluster  # noqa: PLC0415 (Dask is an extra)
    except ModuleNotFoundError as error:
        if error.name not in {"distributed", "dask"}:
            raise
        raise InputError(f"executor {spec} needs Dask: pip install 'filter-atlas[cluster]'") from None
    with cluster.joined(spec.removeprefix(REMOTE) if spec != LOCAL else None, workshop, say) as joined:
        yield joined


class InProcess:
    """One task after the other, kind by kind, in this process: TensorFlow already uses every core."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def carry_out(self, tasks: Sequence[Task]) -> None:
        """Do all of them. What a task raises ends it, an interruption included, and nothing further is begun."""
        for kind in TITLES:
            own = [task for task in tasks if isinstance(task, kind)]
            if own:
                self._carry_out(own)

    def _carry_out(self, tasks: list[Task]) -> None:
        """The tasks of one kind, under one bar, while learning how fast this machine is."""
        workshop, speed = self._workshop, Speed.of(self._workshop.store.root)
        photographs = len(workshop.corpus.photographs) if workshop.corpus else 0
        title, unit = TITLES[type(tasks[0])]
        tells = isinstance(tasks[0], Respond | Depict)  # how far it is, itself
        with progress.stage(title, photographs if tells else sum(map(pieces, tasks)), unit) as bar:
            for task in tasks:
                bar.advance(0, label(task))
                start = time.monotonic()
                run(task, workshop, bar.of)
                speed.learn(task, workshop.weights.layers, photographs, time.monotonic() - start)
                if not tells:
                    bar.advance(pieces(task), label(task))
        speed.save()

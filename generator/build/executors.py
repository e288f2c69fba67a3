"""Where tasks run: in this process, or on a Dask cluster. Both make the same bytes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from generator.build.context import Context
from generator.build.cost import Speed
from generator.build.locks import Locks, share, together
from generator.build.tasks import KINDS, Planned
from generator.errors import InputError
from generator.store.artifacts import Store
from generator.system import progress
from generator.system.progress import Say

if TYPE_CHECKING:
    from generator.build.cluster.driver import Cluster

NAMES = IN_PROCESS, LOCAL, REMOTE = "in-process", "dask", "dask://"  # the last is followed by HOST:PORT


class Executor(Protocol):
    """An executor carries tasks out."""

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """See that all of them are done; each after those that make what it reads. What they make is in the store then.

        Returns how many artifacts were made: no other build on this store makes the same ones meanwhile.
        """


def check(spec: str) -> None:
    """Raise InputError unless the text names an executor."""
    host, _, port = spec.removeprefix(REMOTE).rpartition(":")
    if spec not in (IN_PROCESS, LOCAL) and not (spec.startswith(REMOTE) and host and port.isdigit()):
        raise InputError(
            f"executor is {spec!r}; allowed are {IN_PROCESS}, {LOCAL} (a worker for each core of this machine) and "
            f"{REMOTE}HOST:PORT (the address of a Dask scheduler)."
        )


@contextmanager
def engaged(spec: str, context: Context, locks: Locks, say: Say) -> Iterator[Executor]:
    """The executor of that name, for as long as it is needed. Raises InputError if it cannot be had."""
    check(spec)
    if spec == IN_PROCESS:
        yield InProcess(context, locks)
        return
    try:
        from generator.build.cluster import driver as cluster  # noqa: PLC0415 (Dask is an extra)
    except ModuleNotFoundError as error:
        if error.name not in {"distributed", "dask"}:
            raise
        raise InputError(f"executor {spec} needs Dask: pip install 'filter-atlas[cluster]'") from None
    with cluster.joined(spec.removeprefix(REMOTE) if spec != LOCAL else None, context, say) as joined:
        yield Locking(joined, context.store, locks)


class InProcess:
    """One task after the other, kind by kind, in this process: TensorFlow already uses every core."""

    def __init__(self, context: Context, locks: Locks) -> None:
        self._context, self._locks = context, locks

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do what no other build is at, and wait for the rest. Returns how much was made here.

        What a task raises ends it, an interruption included, and nothing further is begun.
        """
        made = 0
        for kind in sorted({type(task) for task in tasks}, key=KINDS.index):
            made += self._carry_out([task for task in tasks if isinstance(task, kind)])
        return made

    def _carry_out(self, tasks: list[Planned]) -> int:
        """The tasks of one kind, under one bar, while learning how fast this machine is."""
        context, speed = self._context, Speed.of(self._context.store.root, self._context.setting)
        photographs = len(context.corpus.photographs) if context.corpus else 0
        title, unit, tells = tasks[0].title, tasks[0].unit, tasks[0].counts_photographs
        made = 0
        with progress.stage(title, photographs if tells else sum(task.pieces for task in tasks), unit) as bar:
            elsewhere = (lambda _: None) if tells else bar.advance
            for task in share(tasks, context.store, self._locks, elsewhere):
                made += sum(not context.store.has(key) for key in task.makes())
                bar.advance(0, task.label)
                start = time.monotonic()
                task.run(context, bar.of)
                speed.learn(task, context.weights.layers, photographs, time.monotonic() - start)
                if not tells:
                    bar.advance(task.pieces, task.label)
        speed.save()
        return made


class Locking:
    """A cluster that begins a stage once no other build is at any of it."""

    def __init__(self, cluster: "Cluster", store: Store, locks: Locks) -> None:
        self._cluster, self._store, self._locks = cluster, store, locks

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do what is still to be done."""
        with together(tasks, self._store, self._locks) as left:
            if left:
                self._cluster.carry_out(left)
            return sum(task.pieces for task in left)

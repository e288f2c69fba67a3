"""Executors run tasks in this process or on a Dask cluster. Both make the same bytes."""

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
    """The interface of executors."""

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do all tasks, each after those that make its inputs. Their artifacts are in the store afterwards.

        Returns how many artifacts were made. Meanwhile, no other build on this store makes the same artifacts.
        """


def check(spec: str) -> None:
    """Raise InputError unless the text is the name of an executor."""
    host, _, port = spec.removeprefix(REMOTE).rpartition(":")
    if spec not in (IN_PROCESS, LOCAL) and not (spec.startswith(REMOTE) and host and port.isdigit()):
        raise InputError(
            f"executor is {spec!r}; allowed are {IN_PROCESS}, {LOCAL} (one worker per core of this machine) and "
            f"{REMOTE}HOST:PORT (the address of a Dask scheduler)."
        )


@contextmanager
def opened(spec: str, context: Context, locks: Locks, say: Say) -> Iterator[Executor]:
    """A context with the executor of this name. Raises InputError if it is not available."""
    check(spec)
    if spec == IN_PROCESS:
        yield InProcess(context, locks)
        return
    try:
        from generator.build.cluster import driver as cluster  # noqa: PLC0415 (Dask is optional)
    except ModuleNotFoundError as error:
        if error.name not in {"distributed", "dask"}:
            raise
        raise InputError(f"executor {spec} needs Dask: pip install 'filter-atlas[cluster]'") from None
    with cluster.joined(spec.removeprefix(REMOTE) if spec != LOCAL else None, context, say) as joined:
        yield Locking(joined, context.store, locks)


class InProcess:
    """Runs one task after the other, sorted by kind, in this process. TensorFlow already uses every core."""

    def __init__(self, context: Context, locks: Locks) -> None:
        self._context, self._locks = context, locks

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do the tasks that no other build does, and wait for the rest. Returns how many artifacts were made here.

        An exception of a task, also an interruption, ends this method; no further task begins.
        """
        made = 0
        for kind in sorted({type(task) for task in tasks}, key=KINDS.index):
            made += self._carry_out([task for task in tasks if isinstance(task, kind)])
        return made

    def _carry_out(self, tasks: list[Planned]) -> int:
        """Run the tasks of one kind with one progress bar, and measure the speed of this machine."""
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
    """A cluster that begins a stage when no other build works on any of its artifacts."""

    def __init__(self, cluster: "Cluster", store: Store, locks: Locks) -> None:
        self._cluster, self._store, self._locks = cluster, store, locks

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do the tasks that are still missing from the store."""
        with together(tasks, self._store, self._locks) as left:
            if left:
                self._cluster.carry_out(left)
            return sum(task.pieces for task in left)

"""Where tasks run: in this process, or on a Dask cluster. Both make the same bytes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from generator.build.context import Workshop
from generator.build.cost import Speed
from generator.build.graph import makes
from generator.build.locks import Claims, share, together
from generator.build.tasks import TITLES, Depict, Follow, Planned, Respond, label, pieces
from generator.build.work import run
from generator.errors import InputError
from generator.store.artifacts import Store
from generator.system import progress
from generator.system.progress import Say

if TYPE_CHECKING:
    from generator.build.cluster.driver import Cluster

NAMES = IN_PROCESS, LOCAL, REMOTE = "in-process", "dask", "dask://"  # the last is followed by HOST:PORT


class Executor(Protocol):
    """Who carries tasks out."""

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
def engaged(spec: str, workshop: Workshop, claims: Claims, say: Say) -> Iterator[Executor]:
    """The executor of that name, for as long as it is needed. Raises InputError if it cannot be had."""
    check(spec)
    if spec == IN_PROCESS:
        yield InProcess(workshop, claims)
        return
    try:
        from generator.build.cluster import driver as cluster  # noqa: PLC0415 (Dask is an extra)
    except ModuleNotFoundError as error:
        if error.name not in {"distributed", "dask"}:
            raise
        raise InputError(f"executor {spec} needs Dask: pip install 'filter-atlas[cluster]'") from None
    with cluster.joined(spec.removeprefix(REMOTE) if spec != LOCAL else None, workshop, say) as joined:
        yield Claiming(joined, workshop.store, claims)


class InProcess:
    """One task after the other, kind by kind, in this process: TensorFlow already uses every core."""

    def __init__(self, workshop: Workshop, claims: Claims) -> None:
        self._workshop, self._claims = workshop, claims

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do what no other build is at, and wait for the rest. Returns how much was made here.

        What a task raises ends it, an interruption included, and nothing further is begun.
        """
        made = 0
        for kind in sorted({type(task) for task in tasks}, key=list(TITLES).index):
            made += self._carry_out([task for task in tasks if isinstance(task, kind)])
        return made

    def _carry_out(self, tasks: list[Planned]) -> int:
        """The tasks of one kind, under one bar, while learning how fast this machine is."""
        workshop, speed = self._workshop, Speed.of(self._workshop.store.root, self._workshop.setting)
        photographs = len(workshop.corpus.photographs) if workshop.corpus else 0
        title, unit = TITLES[type(tasks[0])]
        tells, made = isinstance(tasks[0], Respond | Depict | Follow), 0  # how far it is, itself
        with progress.stage(title, photographs if tells else sum(map(pieces, tasks)), unit) as bar:
            elsewhere = (lambda _: None) if tells else bar.advance
            for task in share(tasks, workshop.store, self._claims, elsewhere):
                made += sum(not workshop.store.has(key) for key in makes(task))
                bar.advance(0, label(task))
                start = time.monotonic()
                run(task, workshop, bar.of)
                speed.learn(task, workshop.weights.layers, photographs, time.monotonic() - start)
                if not tells:
                    bar.advance(pieces(task), label(task))
        speed.save()
        return made


class Claiming:
    """A cluster that begins a stage once no other build is at any of it."""

    def __init__(self, cluster: "Cluster", store: Store, claims: Claims) -> None:
        self._cluster, self._store, self._claims = cluster, store, claims

    def carry_out(self, tasks: Sequence[Planned]) -> int:
        """Do what is still to be done."""
        with together(tasks, self._store, self._claims) as left:
            if left:
                self._cluster.carry_out(left)
            return sum(map(pieces, left))

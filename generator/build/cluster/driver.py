"""The driver's side of a Dask cluster. Nothing else imports `distributed`.

Dask moves tasks and tells of deaths. What waits for what is in `build.graph`, and what is done is in the store. So a
worker that dies costs the task it was at, and a scheduler that dies the tasks that were under way.
"""

import logging
import queue
import time
import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import dask.system
import distributed
import distributed.system
from distributed.scheduler import KilledWorker

from generator.build.cluster import handshake, worker
from generator.build.cluster.handshake import Handshake
from generator.build.context import Context
from generator.build.cost import Speed
from generator.build.graph import Graph, spread
from generator.build.tasks import Planned, Respond, Task
from generator.build.tasks.respond import sweep
from generator.errors import BuildError, InputError
from generator.system import progress
from generator.system.progress import Say

CONNECT = 20.0  # seconds that a scheduler has to answer
PATIENCE = 600.0  # seconds that one that went away has to come back
TICK = 1.0  # seconds between looks at the cluster while no task ends
MEMORY = 2 << 30  # bytes that a worker needs for VGG16
ONE_CORE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


class SchedulerLostError(Exception):
    """The scheduler went away, and with it all that it knew."""


@contextmanager
def joined(address: str | None, context: Context, say: Say, workers: int | None = None) -> Iterator["Cluster"]:
    """A cluster whose workers are fit for this context: that of a scheduler at HOST:PORT, or one on this machine.

    `workers`: how many the latter has; unless it is given, one for each core.

    Raises InputError if no scheduler answers or a worker is not fit, naming it.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)  # what matters is said here, in the house's words
    agreed = handshake.draw_up(context)
    try:
        with _scheduler(address, workers) as found:
            cluster = Cluster(found, agreed, context, say)
            try:
                cluster.connect(CONNECT)
                yield cluster
            finally:
                cluster.leave()
    finally:
        handshake.withdraw(agreed)


@contextmanager
def _scheduler(address: str | None, workers: int | None) -> Iterator[str]:
    """The address of the scheduler; without one given, of a cluster on this machine that ends with the block."""
    if address:
        yield f"tcp://{address}"
        return
    number = workers or max(1, min(dask.system.CPU_COUNT, distributed.system.MEMORY_LIMIT // MEMORY))
    with distributed.LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address=None,
        # Without a dashboard there is still a web server: at any free port, for another cluster may run here too.
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        env=ONE_CORE,
    ) as local:
        yield local.scheduler_address


class Cluster:
    """An executor: what it is given is spread over all workers that there are, or that come later."""

    def __init__(self, address: str, agreed: Handshake, context: Context, say: Say) -> None:
        self._address, self._terms, self._context, self._say = address, agreed, context, say
        self._client: Any = None  # distributed.Client
        self.spent: list[tuple[Task, float]] = []  # seconds of each task on its worker

    def carry_out(self, tasks: Sequence[Planned]) -> None:
        """Do all of them. Ends with what a task raises, or with the interruption; nothing further is begun then."""
        photographs = len(self._context.corpus.photographs) if self._context.corpus else 0
        layers, speed = self._context.weights.layers, Speed.of(self._context.store.root, self._context.setting)
        flow = Graph(spread(tasks, photographs, lambda task: speed.seconds(task, layers, photographs)))
        try:
            with progress.stage("on the cluster", flow.left, "tasks") as bar:
                while flow.left:
                    try:
                        self._session(flow, bar)
                    except SchedulerLostError:
                        self._reconnect()
        finally:
            for task in tasks:  # with a layer less to do, a pass has another name, and this one is over
                if isinstance(task, Respond) and any(self._context.store.has(key) for _, key in task.jobs):
                    sweep(self._context.checkpoints, task.jobs)

    def connect(self, patience: float) -> None:
        """Find the scheduler and a worker, and see that all workers are fit."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of versions that differ: held against the terms below
                self._client = distributed.Client(self._address, timeout=patience, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise InputError(
                f"executor: no Dask scheduler answers at {self._address}. Start one with: dask scheduler"
            ) from error
        if not self._workers():
            self._say(f"No worker has come to {self._address} yet. Waiting; start one with: dask worker ...")
            while not self._workers():
                time.sleep(TICK / 4)
        self._inspect()

    def leave(self) -> None:
        """Let go of the tasks that have not begun, and of the scheduler."""
        if self._client is not None:
            self._client.close(timeout=2)
            self._client = None

    def _inspect(self) -> None:
        found = self._client.run(worker.fault, self._terms, on_error="return")
        found = {address: fault for address, fault in found.items() if not isinstance(fault, OSError)}  # died meanwhile
        unfit = {address: fault for address, fault in sorted(found.items()) if fault}
        if unfit:
            raise InputError("\n".join(f"the worker {address} {fault}." for address, fault in unfit.items()))
        self._say(f"{len(found)} workers at {self._address} see the same store, versions, weights and photographs.")

    def _workers(self) -> int:
        try:
            return len(self._client.scheduler_info(n_workers=-1)["workers"])
        except (OSError, TimeoutError, CancelledError):
            return 0

    def _session(self, flow: Graph, bar: progress.Stage) -> None:
        """Carry on until everything is done. Raises SchedulerLostError if the scheduler goes."""
        run = uuid.uuid4().hex  # whole: a scheduler takes two tasks of one name for one
        ended: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        futures: dict[int, Any] = {}

        def begin(numbers: Any) -> None:
            for number in numbers:
                task = flow.tasks[number]
                name = (f"{type(task).__name__.lower()}-{run}", number)
                future = self._client.submit(
                    worker.perform, task, self._terms, key=name, priority=-number, pure=False, retries=0
                )
                futures[number] = future
                future.add_done_callback(lambda done, number=number: ended.put((number, done)))

        begin(list(flow.ready()))
        lonely = False
        try:
            while flow.left:
                try:
                    number, future = ended.get(timeout=TICK)
                except queue.Empty:
                    if self._client.status != "running":
                        raise SchedulerLostError from None
                    if not self._workers():
                        if not lonely:
                            self._say("No worker is left. Waiting for one.")
                        lonely = True
                    continue
                lonely = False
                task = flow.tasks[number]
                self.spent.append((task, self._result(future, task)))
                del futures[number], future  # lets go of the result too
                bar.advance(1, task.label)
                begin(flow.done(number))
        finally:
            if futures and self._client.status == "running":
                self._client.cancel(list(futures.values()), force=True)

    def _result(self, future: Any, task: Task) -> float:
        try:
            if future.status == "finished":
                return float(future.result(timeout=CONNECT))
            fault = future.exception(timeout=CONNECT) if future.status == "error" else None
        except (CancelledError, OSError, TimeoutError) as error:
            raise SchedulerLostError from error
        if fault is None:  # cancelled or lost: the scheduler has died
            raise SchedulerLostError
        if isinstance(fault, KilledWorker):
            raise BuildError(
                f"{task.label}: {fault.allowed_failures + 1} workers died over this task; too little memory for them? "
                "What is in the store stays valid; the same command goes on where it stopped."
            ) from fault
        raise fault

    def _reconnect(self) -> None:
        self._say(
            f"The scheduler at {self._address} is gone. Waiting for it to come back; what is done is in the store."
        )
        self.leave()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.connect(CONNECT)
            except InputError as error:
                if not isinstance(error.__cause__, (OSError, TimeoutError)):
                    raise
                if time.monotonic() > until:
                    raise BuildError(
                        f"The scheduler at {self._address} has not come back within {PATIENCE / 60:.0f} minutes. "
                        "The same command goes on where it stopped."
                    ) from error
                time.sleep(TICK)
            else:
                return

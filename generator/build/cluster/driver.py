"""The driver's side of a Dask cluster. Only this module imports `distributed`.

Dask distributes tasks and reports dead workers. Dependencies are in `build.graph`, and results are in the store. So a
dead worker loses only its current task, and a dead scheduler only the tasks that were running.
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

CONNECT = 20.0  # seconds in which a scheduler has to answer
PATIENCE = 600.0  # seconds in which a lost scheduler has to come back
TICK = 1.0  # seconds between checks of the cluster while no task ends
MEMORY = 2 << 30  # bytes that a worker needs for VGG16
ONE_CORE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


class SchedulerLostError(Exception):
    """The scheduler is gone, and all its state is lost."""


@contextmanager
def joined(address: str | None, context: Context, say: Say, workers: int | None = None) -> Iterator["Cluster"]:
    """A cluster whose workers fit this context: that of a scheduler at HOST:PORT, or a local one without an address.

    `workers`: the number of local workers; default: one per core.

    Raises InputError if no scheduler answers, or names the workers that do not fit.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)  # this module reports what matters
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
    """The address of the scheduler; without `address`, that of a local cluster, which ends with the context."""
    if address:
        yield f"tcp://{address}"
        return
    number = workers or max(1, min(dask.system.CPU_COUNT, distributed.system.MEMORY_LIMIT // MEMORY))
    with distributed.LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address=None,
        # Even without a dashboard, there is a web server. It takes any free port, because other clusters may run here.
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        env=ONE_CORE,
    ) as local:
        yield local.scheduler_address


class Cluster:
    """An executor that distributes tasks over all workers, also those that join later."""

    def __init__(self, address: str, agreed: Handshake, context: Context, say: Say) -> None:
        self._address, self._handshake, self._context, self._say = address, agreed, context, say
        self._client: Any = None  # distributed.Client
        self.spent: list[tuple[Task, float]] = []  # seconds of each task on its worker

    def carry_out(self, tasks: Sequence[Planned]) -> None:
        """Do all tasks. An exception of a task or an interruption ends this method; no further task begins."""
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
            for task in tasks:  # this pass has ended: with fewer layers to do, a pass has another name
                if isinstance(task, Respond) and any(map(self._context.store.has, task.makes())):
                    sweep(self._context.checkpoints, task.jobs)

    def connect(self, patience: float) -> None:
        """Connect to the scheduler, wait for a worker, and check that all workers fit."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about different versions, which are checked below
                self._client = distributed.Client(self._address, timeout=patience, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise InputError(
                f"executor: no Dask scheduler answers at {self._address}. Start one with: dask scheduler"
            ) from error
        if not self._workers():
            self._say(f"There is no worker at {self._address} yet. Waiting for one. Start it with: dask worker ...")
            while not self._workers():
                time.sleep(TICK / 4)
        self._inspect()

    def leave(self) -> None:
        """Cancel the tasks that have not begun, and disconnect from the scheduler."""
        if self._client is not None:
            self._client.close(timeout=2)
            self._client = None

    def _inspect(self) -> None:
        found = self._client.run(worker.fault, self._handshake, on_error="return")
        found = {address: fault for address, fault in found.items() if not isinstance(fault, OSError)}  # died
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
        """Do tasks until all are done. Raises SchedulerLostError if the scheduler is lost."""
        run = uuid.uuid4().hex  # unshortened: a scheduler runs tasks of the same name only once
        ended: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        futures: dict[int, Any] = {}

        def begin(numbers: Any) -> None:
            for number in numbers:
                task = flow.tasks[number]
                name = (f"{type(task).__name__.lower()}-{run}", number)
                future = self._client.submit(
                    worker.perform, task, self._handshake, key=name, priority=-number, pure=False, retries=0
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
                del futures[number], future  # releases the result, too
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
                f"{task.label}: {fault.allowed_failures + 1} workers died during this task. Is their memory too small? "
                "What is in the store stays valid. Run the same command again to continue."
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
                        "Run the same command again to continue."
                    ) from error
                time.sleep(TICK)
            else:
                return

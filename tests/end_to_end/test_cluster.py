"""The same atlas on a Dask cluster of separate processes, with everything that happens to clusters."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.end_to_end.conftest import attentive
from tests.sitecheck import problems

DASK = [sys.executable, "-m", "dask"]
QUIET = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Machines:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.folder = folder
        self.running = []

    @property
    def flags(self):
        return ("--executor", f"dask://{self.address}")

    def _start(self, *command, **environment):
        log = self.folder / f"{len(self.running)}-{command[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*DASK, *command], stdout=output, stderr=output, env=os.environ | QUIET | environment, cwd=self.folder
            )
        self.running.append(process)
        return process

    def scheduler(self):
        host, port = self.address.split(":")
        return self._start("scheduler", "--host", host, "--port", port, "--no-dashboard", "--no-jupyter")

    def answers(self):
        """Whether the scheduler is up, which takes a busy machine longer than a driver waits."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.address.partition(":")[2]))) == 0

    def worker(self, **environment):
        flags = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
        folder = ("--local-directory", str(self.folder))
        return self._start("worker", f"tcp://{self.address}", *flags, *folder, **environment)

    def stop(self):
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path):
    folder = tmp_path / "machines"
    folder.mkdir()
    machines = Machines(folder)
    yield machines
    machines.stop()


def until(true, seconds=120):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def artifacts(bench):
    return len(list((bench.store / "objects").glob("*/*.json")))


def drive(bench, *executor):
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "generator", "atlas", *bench.flags(), *executor]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=attentive)  # noqa: PLW1509 (no threads yet)


def test_workers_die_and_come_late_and_the_scheduler_is_restarted(built, fresh, machines, capfd):
    """One run through all of it: what a worker was at is done by another, and the bytes are those of one process."""
    machines.scheduler()
    first = machines.worker()
    driver = drive(fresh, *machines.flags)
    try:
        until(lambda: artifacts(fresh) >= 3)
        driver.send_signal(signal.SIGINT)
        _, told = driver.communicate(timeout=120)
    finally:
        driver.kill()
    assert driver.returncode == 130, told
    assert "the same command again to continue" in told
    assert problems(fresh.site) == []
    assert [process.poll() for process in machines.running] == [None, None]  # the cluster is not the driver's to end
    driver = drive(fresh, *machines.flags)
    try:
        until(lambda: artifacts(fresh) >= 15)  # it is in the midst of the climbs
        first.send_signal(signal.SIGKILL)
        late = machines.worker()
        reached = artifacts(fresh)
        until(lambda: artifacts(fresh) >= reached + 5)
        machines.running[0].kill()  # the scheduler
        machines.running[0].wait()
        late.wait(timeout=60)  # a worker that has lost its scheduler ends
        reached = artifacts(fresh)
        assert reached < len(built.objects()) // 2
        machines.scheduler()
        machines.worker()
        _, told = driver.communicate(timeout=240)
    finally:
        driver.kill()
    assert driver.returncode == 0, told
    assert "is gone. Waiting for it" in told
    assert fresh.objects() == built.objects()
    assert problems(fresh.site) == []
    assert fresh.run("store gc --yes") == 0  # what a worker still wrote of a pass after the interruption
    assert fresh.objects() == built.objects()
    assert not [path for path in (fresh.store / "checkpoints").rglob("*") if path.is_file()]
    assert not list((fresh.store / "memo").glob("token-*"))


def test_an_unfit_worker_is_named_and_nothing_begins(fresh, machines, tmp_path, capsys):
    machines.scheduler()
    machines.worker()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = machines.worker(FILTER_ATLAS_STORE=str(elsewhere))
    from distributed import Client

    with Client(f"tcp://{machines.address}", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    assert fresh.run("atlas", *machines.flags) == 2
    told = capsys.readouterr().err
    assert "does not see the driver's store" in told
    assert str(elsewhere) in told
    assert told.count("the worker tcp://") == 1
    assert [name for name in fresh.objects() if name.endswith((".png", ".avif", ".npz"))] == []
    assert other.poll() is None


def test_no_scheduler_is_said_in_two_lines(fresh, machines, monkeypatch, capsys):
    from generator.build.cluster import driver as cluster

    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    assert fresh.run("atlas", *machines.flags) == 2
    assert "no Dask scheduler answers" in capsys.readouterr().err.splitlines()[-1]

"""`python -m generator.bench.workers [--filters N]`: times one and two workers on one machine, compares their bytes.

The miniature's atlas is computed by the in-process executor, and by one and two single-threaded workers of a local Dask
cluster. For comparison, it times two independent processes: if cores share caches, memory or a physical core, no
executor can gain more. Run it on an idle machine, because it measures wall time.
"""

import argparse
import contextlib
import dataclasses
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from generator.build import executors, pipeline
from generator.build.cluster.driver import ONE_CORE, Cluster, joined
from generator.build.context import Context
from generator.build.locks import Locks
from generator.config import Config, load

Executor = executors.InProcess | Cluster


def compare(config: Config, say: Callable[[str], None]) -> bool:
    """Print all times and the efficiency. Returns whether all three stores are identical."""
    took, made, workers = {}, {}, {"in-process": 0, "1 worker": 1, "2 workers": 2}
    with tempfile.TemporaryDirectory() as folder:
        for name, number in workers.items():
            store, before = Path(folder) / name, _cpu()
            took[name], tasks = _atlas(dataclasses.replace(config, store=str(store)), number)
            made[name] = {path.name: path.read_bytes() for path in (store / "objects").glob("*/*")}
            busy = f", {sum(tasks):.1f} s in {len(tasks)} tasks" if tasks else ""
            say(f"{name:<22} {took[name]:7.1f} s by the clock, {_cpu() - before:7.1f} CPU seconds{busy}")
    alone, beside = (statistics.mean(_at_once(number, config.filters)) for number in workers.values() if number)
    say(f"{'one process, one core':<22} {alone:7.1f} s by the clock; {beside:.1f} s each if two run at once")
    one, two = took["1 worker"], took["2 workers"]
    say(
        f"scaling efficiency of two workers: {one / (2 * two):.3f}, where two processes that share nothing reach "
        f"{alone / beside:.3f}; in-process / two workers: {took['in-process'] / two:.3f}"
    )
    alike = all(objects == made["in-process"] for objects in made.values())
    say(f"stores byte-identical: {alike} ({len(made['in-process'])} files)")
    return alike


def _atlas(config: Config, workers: int) -> tuple[float, list[float]]:
    """Wall seconds for computing an atlas, and the seconds of each task on a worker."""
    build = pipeline.prepare(config, lambda _: None)
    with _executor(workers, Context(build.weights, build.corpus, build.store)) as executor:
        start = time.monotonic()
        for stage in build.plan().stages:
            executor.carry_out(stage.tasks)
        took = time.monotonic() - start
        return took, [seconds for _, seconds in executor.spent] if isinstance(executor, Cluster) else []


@contextlib.contextmanager
def _executor(workers: int, context: Context) -> Iterator[Executor]:
    if not workers:
        yield executors.InProcess(context, Locks(context.store.root))
        return
    with joined(None, context, lambda _: None, workers=workers) as cluster:
        yield cluster


def _at_once(processes: int, filters: str) -> list[float]:
    """Wall seconds of each of several simultaneous processes, each with one core and its own store."""
    command = [sys.executable, "-m", "generator.bench.workers", "--alone", "--filters", filters]
    running = [
        subprocess.Popen(command, env=os.environ | ONE_CORE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(processes)
    ]
    return [float(process.communicate()[0]) for process in running]


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m generator.bench.workers", description=__doc__)
    parser.add_argument("--filters", default="16", help="filters of each layer (%(default)s)")
    parser.add_argument("--alone", action="store_true", help="print only the seconds of one process")
    own = parser.parse_args()
    config = load(None, {"weights": "miniature", "images": "procedural", "filters": own.filters})

    if not own.alone:
        sys.exit(0 if compare(config, click.echo) else 1)
    with tempfile.TemporaryDirectory() as store:
        click.echo(str(_atlas(dataclasses.replace(config, store=store), 0)[0]))


if __name__ == "__main__":
    main()

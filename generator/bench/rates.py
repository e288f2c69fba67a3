"""`python -m generator.bench.rates`: measures CPU seconds of one core for each sort of work, for docs/scaling.json.

The simulation of many workers reads this file (`python -m generator.bench.simulate`).
"""

import argparse
import dataclasses
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import distributed
import numpy as np

from generator.bench.simulation import FIGURES, sort_of
from generator.build.cluster.driver import ONE_CORE
from generator.build.context import Context
from generator.build.plan import draw_up, plan
from generator.build.tasks import Depict, Diversify, Film, Follow, Part, Respond, Visualize
from generator.config import load
from generator.corpus.sources import procedural
from generator.network.geometry import vgg16
from generator.network.weights import Weights
from generator.store.artifacts import Store
from generator.store.file_cache import FileCache

TRIALS = 2000  # empty tasks
DEEPEST = "block1_conv2 block2_conv2 block3_conv3 block4_conv3 block5_conv3"  # the deepest layer of each block
PHOTOGRAPHS = 64
STEPS = (2, 8)  # of the two climbs whose difference is the cost of steps


def figures(say: Callable[[str], None]) -> dict[str, object]:
    """The rates of one core for each sort of work and block, and the costs of a worker, a graph and a task."""
    rates, fixed, traces = _rates(say)
    found = {
        "rates": rates,
        "fixed": fixed,
        "start": _start(),
        "trace": statistics.mean(traces),
        "scheduler": _scheduler(),
    }
    say(json.dumps({name: value for name, value in found.items() if name not in ("rates", "fixed")}))
    return found


def _rates(say: Callable[[str], None]) -> tuple[dict[str, float], dict[str, float], list[float]]:
    """Amounts per second, constant seconds per task, and seconds of tracing; each task is done twice."""
    config = load(None, {"layers": DEEPEST, "filters": "16"})
    rates: dict[str, float] = {}
    fixed: dict[str, float] = {}
    traces: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        weights, corpus = _weights(Path(folder)), procedural(PHOTOGRAPHS)
        context = Context(weights, corpus, Store(Path(folder) / "store"))
        for task in plan(draw_up(config, weights, corpus), context.store).tasks:
            if isinstance(task, Diversify | Film):  # climbs, too
                continue
            if isinstance(task, Follow):  # a pass, too, but here each photograph has hundreds of patches
                task.run(context, lambda *_: None)
                continue
            sort = sort_of(task, weights.layers)
            if isinstance(task, Visualize):
                rates[sort], fixed[sort], first = _climb(task, context)
            else:
                first, second = (_timed(functools.partial(task.run, context, lambda *_: None)) for _ in range(2))
                second = first if isinstance(task, Depict) else second  # stored artifacts are not encoded again
                amount = task.work(weights.layers, PHOTOGRAPHS)[1] / second
                rates[sort] = min(rates.get(sort, np.inf), amount)
                first -= second
            traces.append(max(first, 0.0))
            say(f"{sort:<20} {rates[sort]:10.3g} a second, {fixed.get(sort, 0):6.2f} s beside; once {first:6.2f} s")
            if isinstance(task, Respond):
                rates |= _merges(task, context)
    for sort in ("responses", "footprints"):
        rates |= {f"{sort} {block}": rates["responses 5"] for block in range(1, 6)}
    return rates, fixed, traces


def _climb(task: Visualize, context: Context) -> tuple[float, float, float]:
    """For an ascent: multiply-adds per second, constant seconds, and seconds of tracing."""
    seconds, amounts, traced = [], [], []
    for steps in STEPS:
        own = dataclasses.replace(task, recipe=task.recipe.but(steps=steps, retries=0))
        first, second = (_timed(functools.partial(own.run, context, lambda *_: None)) for _ in range(2))
        seconds.append(second)
        amounts.append(own.work(context.weights.layers, 0)[1])
        traced.append(first - second)
    rate = (amounts[1] - amounts[0]) / max(seconds[1] - seconds[0], 1e-3)
    return rate, max(seconds[0] - amounts[0] / rate, 0.0), max(traced)


def _merges(task: Respond, context: Context) -> dict[str, float]:
    """Filters per second for merging a part that is on disk."""
    Part(tuple(job.layer for job in task.jobs), "bench", 0, PHOTOGRAPHS).run(context, lambda *_: None)
    found = {}
    for name, *_ in task.jobs:
        layer, saved = context.weights.layer(name), context.shard_folder("bench", name)
        seconds = statistics.mean(_timed(functools.partial(saved.merge, ((0, PHOTOGRAPHS),))) for _ in range(5))
        found[f"merges {layer.block}"] = layer.filters / seconds
    return found


def _weights(folder: Path) -> Weights:
    """Random weights with He's scale and VGG16's shapes."""
    numbers, arrays, inputs = np.random.default_rng(0), {}, 3
    for layer in vgg16():
        scale = np.sqrt(2 / (9 * inputs)) / (70 if inputs == 3 else 1)
        arrays[f"{layer.name}_kernel"] = (numbers.normal(size=(3, 3, inputs, layer.filters)) * scale).astype(np.float32)
        arrays[f"{layer.name}_bias"] = (numbers.normal(size=layer.filters) * 0.1).astype(np.float32)
        inputs = layer.filters
    np.savez(folder / "vgg16.npz", **arrays)
    return Weights.open(folder / "vgg16.npz", FileCache(folder / "memo.json"))


def _timed(work: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    start = time.process_time()
    work()
    return max(time.process_time() - start, 1e-4)


def _start() -> float:
    """CPU seconds until a new process can begin a task."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = (
        "import distributed.cli.dask_worker, generator.build.cluster.worker\n"
        "from generator.build.context import import_network; import_network()"
    )
    if _again(["-c", script]):
        raise RuntimeError("a new process could not get ready for a task")  # a failed start would look fast
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _again(arguments: list[str]) -> int:
    """Run another Python on one core; returns its exit code."""
    return subprocess.run([sys.executable, *arguments], check=False, env=os.environ | ONE_CORE).returncode  # noqa: S603


def _scheduler() -> float:
    """CPU seconds of driver and scheduler, which share a process here, per task."""
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        client.gather(client.map(abs, range(20), pure=False))
        return _timed(lambda: client.gather(client.map(abs, range(TRIALS), pure=False))) / TRIALS


def main() -> None:
    """Measure, print, and write the file."""
    argparse.ArgumentParser(prog="python -m generator.bench.rates", description=__doc__).parse_args()
    if os.environ.get("TF_NUM_INTRAOP_THREADS") != "1":
        sys.exit(_again(["-m", "generator.bench.rates"]))

    FIGURES.write_text(json.dumps(figures(click.echo), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

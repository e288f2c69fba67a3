"""What many workers cost and gain on one machine.

    python -m generator.bench.cluster workers [--filters N]   in-process, 1 and 2 single-threaded workers: same bytes?
    python -m generator.bench.cluster figures                 times of one core for docs/scaling.json

Seconds by the clock mean something on a quiet machine only; CPU seconds nearly always. The figures are CPU seconds.
"""

import argparse
import contextlib
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
from collections.abc import Callable, Iterator
from pathlib import Path

import distributed
import numpy as np

from generator import cost, executors, pipeline
from generator.claims import Claims
from generator.cluster.driver import ONE_CORE, Cluster, joined
from generator.cluster.simulate import FIGURES, sort_of
from generator.config import Config, load
from generator.corpus.sources import procedural
from generator.geometry import vgg16
from generator.memo import Memo
from generator.plan import draw_up, plan
from generator.store import Store
from generator.tasks import Diversify, Part, Respond, Visualize
from generator.weights import Weights
from generator.work import run
from generator.workshop import Workshop

TRIALS = 2000  # empty tasks
DEEPEST = "block1_conv2 block2_conv2 block3_conv3 block4_conv3 block5_conv3"  # of each block
PHOTOGRAPHS = 64
STEPS = (2, 8)  # of the two climbs whose difference tells what a step costs


def compare(filters: str, say: Callable[[str], None]) -> bool:
    """The miniature's atlas in this process, on one worker and on two; whether all three stores are the same."""
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, number in (("in-process", 0), ("1 worker", 1), ("2 workers", 2)):
            config = load(None, {"weights": "miniature", "images": "procedural", "filters": filters})
            build = pipeline.prepare(_at(config, Path(folder) / name), lambda _: None)
            workshop = Workshop(build.weights, build.corpus, build.store)
            before = _cpu()
            with _executor(number, workshop) as executor:
                start = time.monotonic()
                for stage in build.plan().stages:
                    executor.carry_out(stage.tasks)
                took = time.monotonic() - start
                shares = executor.spent if isinstance(executor, Cluster) else []
            made[name] = took, _objects(build.store.root)
            busy = f", {sum(seconds for _, seconds in shares):.1f} s in {len(shares)} tasks" if shares else ""
            say(f"{name:<11} {took:7.1f} s by the clock, {_cpu() - before:7.1f} CPU seconds{busy}")
    alike = len({repr(sorted(objects.items())) for _, objects in made.values()}) == 1
    one, two = made["1 worker"][0], made["2 workers"][0]
    say(
        f"scaling efficiency of two workers: {one / (2 * two):.3f}; "
        f"in-process / two workers: {made['in-process'][0] / two:.3f}"
    )
    say(f"stores byte-identical: {alike} ({len(made['in-process'][1])} files)")
    return alike


def _at(config: Config, store: Path) -> Config:
    return dataclasses.replace(config, store=str(store))


@contextlib.contextmanager
def _executor(number: int, workshop: Workshop) -> Iterator[executors.InProcess | Cluster]:
    if not number:
        yield executors.InProcess(workshop, Claims(workshop.store.root))
        return
    with joined(None, workshop, lambda _: None, workers=number) as cluster:
        yield cluster


def _objects(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "objects").glob("*/*")}


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def figures(say: Callable[[str], None]) -> dict[str, object]:
    """CPU seconds of one core for each sort of work in each block, and what a worker, a graph and a task cost."""
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
    """Amounts a second, seconds of each task beside those, and seconds of tracing; from tasks that are done twice."""
    config = load(None, {"layers": DEEPEST, "filters": "16"})
    rates: dict[str, float] = {}
    fixed: dict[str, float] = {}
    traces: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        weights, corpus = _weights(Path(folder)), procedural(PHOTOGRAPHS)
        workshop = Workshop(weights, corpus, Store(Path(folder) / "store"))
        for task in plan(draw_up(config, weights, corpus), config, weights, workshop.store).tasks:
            if isinstance(task, Diversify):  # climbs too
                continue
            sort = sort_of(task, weights.layers)
            if isinstance(task, Visualize):
                rates[sort], fixed[sort], first = _climb(task, workshop)
            else:
                first, second = (_timed(functools.partial(run, task, workshop, lambda *_: None)) for _ in range(2))
                amount = cost.work(task, weights.layers, PHOTOGRAPHS)[1] / second
                rates[sort] = min(rates.get(sort, np.inf), amount)
                first -= second
            traces.append(max(first, 0.0))
            say(f"{sort:<20} {rates[sort]:10.3g} a second, {fixed.get(sort, 0):6.2f} s beside; once {first:6.2f} s")
            if isinstance(task, Respond):
                rates |= _merges(task, workshop)
    rates |= {f"responses {block}": rates["responses 5"] for block in range(1, 6)}
    return rates, fixed, traces


def _climb(task: Visualize, workshop: Workshop) -> tuple[float, float, float]:
    """Of an ascent: multiply-adds a second, seconds that do not grow with the steps, and seconds of tracing."""
    seconds, amounts, traced = [], [], []
    for steps in STEPS:
        own = dataclasses.replace(task, recipe=dataclasses.replace(task.recipe, steps=steps, retries=0))
        first, second = (_timed(functools.partial(run, own, workshop, lambda *_: None)) for _ in range(2))
        seconds.append(second)
        amounts.append(cost.work(own, workshop.weights.layers, 0)[1])
        traced.append(first - second)
    rate = (amounts[1] - amounts[0]) / max(seconds[1] - seconds[0], 1e-3)
    return rate, max(seconds[0] - amounts[0] / rate, 0.0), max(traced)


def _merges(task: Respond, workshop: Workshop) -> dict[str, float]:
    """Filters a second of merging a part that is on the disk."""
    run(Part(tuple(name for name, _ in task.layers), "bench", 0, PHOTOGRAPHS), workshop, lambda *_: None)
    found = {}
    for name, _ in task.layers:
        layer, shelf = workshop.weights.layer(name), workshop.shelf("bench", name)
        seconds = statistics.mean(_timed(functools.partial(shelf.merge, ((0, PHOTOGRAPHS),))) for _ in range(5))
        found[f"merges {layer.block}"] = layer.filters / seconds
    return found


def _weights(folder: Path) -> Weights:
    """Random weights of He's scale, of VGG16's shapes."""
    numbers, arrays, inputs = np.random.default_rng(0), {}, 3
    for layer in vgg16():
        scale = np.sqrt(2 / (9 * inputs)) / (70 if inputs == 3 else 1)
        arrays[f"{layer.name}_kernel"] = (numbers.normal(size=(3, 3, inputs, layer.filters)) * scale).astype(np.float32)
        arrays[f"{layer.name}_bias"] = (numbers.normal(size=layer.filters) * 0.1).astype(np.float32)
        inputs = layer.filters
    np.savez(folder / "vgg16.npz", **arrays)
    return Weights.open(folder / "vgg16.npz", Memo(folder / "memo.json"))


def _timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return max(time.process_time() - start, 1e-4)


def _start() -> float:
    """CPU seconds until a new process could begin with a task."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = (
        "import distributed.cli.dask_worker, generator.cluster.worker\n"
        "from generator import workshop; workshop.import_network()"
    )
    _again(["-c", script])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _again(arguments: list[str]) -> int:
    """Python once more, on one core; its exit code."""
    return subprocess.run([sys.executable, *arguments], check=False, env=os.environ | ONE_CORE).returncode  # noqa: S603


def _scheduler() -> float:
    """CPU seconds of driver and scheduler, which share a process here, for one task."""
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        client.gather(client.map(abs, range(20), pure=False))
        return _timed(lambda: client.gather(client.map(abs, range(TRIALS), pure=False))) / TRIALS


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m generator.bench.cluster", description=__doc__)
    parser.add_argument("what", choices=("workers", "figures"))
    parser.add_argument("--filters", default="16", help="filters of each layer (workers only)")
    own = parser.parse_args()

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    if own.what == "workers":
        sys.exit(0 if compare(own.filters, say) else 1)
    if os.environ.get("TF_NUM_INTRAOP_THREADS") != "1":
        sys.exit(_again(["-m", "generator.bench.cluster", "figures"]))
    FIGURES.write_text(json.dumps(figures(say), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

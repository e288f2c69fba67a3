"""The simulation against cases that can be reckoned by hand, and the page against the figures that it names."""

import dataclasses
import itertools
import re

import pytest

from generator.bench import scaling_page, simulation
from generator.bench.simulation import Figures
from generator.build import cost
from generator.build.graph import spread
from generator.build.plan import Stage
from generator.build.tasks import Cut, Job, Measure, Merge, Part, Visualize
from generator.config import load
from generator.network.geometry import vgg16

RATES = {f"{sort} {block}": rate for sort, rates in cost.DEFAULT.items() for block, rate in enumerate(rates, 1)}
RATES |= {f"ascent {block} {what}": 6e10 for block in range(1, 6) for what in ("channel", "neuron")}
RATES |= {"strips 1": 150.0}  # of which `cuts` is made, whatever a machine is guessed to do
FREE = Figures(RATES, {}, start=0, trace=0, scheduler=0)


def cuts(number):
    """Tasks of 150 strips each: a second each, at the rate of block 1."""
    jobs = [tuple(Job(i, f"{n} {i}") for i in range(150)) for n in range(number)]
    return [Stage("a", tuple(Cut("patches", "block1_conv1", "r", own) for own in jobs))]


@pytest.mark.parametrize(("workers", "makespan"), [(1, 10), (2, 5), (3, 4), (64, 1)])
def test_alike_tasks_fill_the_workers(workers, makespan):
    run = simulation.simulate(cuts(10), FREE, workers)
    assert run.makespan == pytest.approx(makespan)
    assert run.work == pytest.approx(10)
    assert run.efficiency == pytest.approx(10 / (workers * makespan))
    assert run.idle == pytest.approx(workers * makespan - 10)


def test_what_is_lost_is_told_apart():
    figures = dataclasses.replace(FREE, start=3.0, trace=0.5, scheduler=0.1, fixed={"strips 1": 1.0})
    run = simulation.simulate(cuts(4), figures, 2)
    assert run.work == pytest.approx(8)  # a second each, and another that is not the strips'
    assert (run.starting, run.tracing) == pytest.approx((6, 1))
    total = run.work + run.starting + run.tracing + run.idle + run.queued
    assert total == pytest.approx(2 * run.makespan)


def test_a_slow_scheduler_is_the_bottleneck():
    run = simulation.simulate(cuts(100), dataclasses.replace(FREE, scheduler=1.0), 64)
    assert run.makespan == pytest.approx(101)
    assert "scheduler" in scaling_page.bottleneck(run)


@pytest.fixture(scope="module")
def quick():
    return simulation.stages(load(None, {"profile": "quick", "layers": "block1 block2_conv1"}))


def test_the_plan_is_the_real_one(quick):
    tasks = [task for stage in quick for task in stage.tasks]
    assert sum(len(task.jobs) for task in tasks if isinstance(task, Visualize)) == 2 * 25 * 3
    assert sum(len(task.jobs) for task in tasks if isinstance(task, Measure)) == 25 * 3


def test_many_workers_are_never_slower_and_never_better_than_the_work(quick):
    runs = [simulation.simulate(quick, FREE, workers, 5000) for workers in (1, 2, 8, 64)]
    assert all(later.makespan <= run.makespan for run, later in itertools.pairwise(runs))
    assert len({round(run.work, 6) for run in runs}) == 1
    assert runs[0].efficiency == pytest.approx(1)
    assert all(run.makespan >= run.longest[0] for run in runs)


def test_the_table_names_each_run(quick):
    runs = [simulation.simulate(quick, FREE, workers, 5000) for workers in (2, 8)]
    rows = scaling_page.table(runs)
    assert [row.split("|")[1].strip() for row in rows[2:]] == ["2", "8"]
    figure = scaling_page.plot(runs, runs[0].work)
    assert figure.count("<circle") == 2
    assert "style=" not in figure  # the pages' policy forbids it


def test_the_page_says_what_the_figures_come_to():
    """Run `python -m generator.bench.simulate` after the plan or docs/scaling.json has changed."""
    figures, todo = Figures.load(), simulation.stages(load(None, {"profile": "fine"}))
    runs = [simulation.simulate(todo, figures, workers) for workers in simulation.WORKERS]
    text = scaling_page.PAGE.read_text(encoding="utf-8")
    held = re.search(f"{re.escape(scaling_page.BEGIN)}\n\n(.*)\n\n{re.escape(scaling_page.END)}", text, re.DOTALL)
    assert held
    assert held[1] == scaling_page.section(runs, runs[0].work)


def test_every_sort_of_task_has_a_figure():
    tasks = spread(simulation.stages(load(None, {"filters": "1"}))[0].tasks, 600, lambda _: 1.0)
    assert {Part, Merge} < {type(task) for task in tasks}
    assert {simulation.sort_of(task, vgg16()) for task in tasks} - Figures.load().rates.keys() == set()

"""Every kind of task is known to everything that tells kinds apart, and each part of a task comes to an end."""

import itertools
from pathlib import Path
from typing import get_args

import pytest

from generator.ascent.recipes import recipe_for
from generator.bench import simulation
from generator.build import cost, pipeline
from generator.build.cost import Speed
from generator.build.executors import InProcess
from generator.build.graph import Flow, makes, needs, spread
from generator.build.locks import Claims, share
from generator.build.tasks import (
    TITLES,
    Conclude,
    Cut,
    Depict,
    Diversify,
    Follow,
    Measure,
    Merge,
    Part,
    Planned,
    Project,
    Respond,
    Task,
    Visualize,
    label,
    only,
    pieces,
)
from generator.config import AscentSettings
from generator.network.geometry import LAYERS
from generator.store.artifacts import Store

A, B, C, D, E, F, R, OTHER = (f"{n:x}" * 64 for n in range(8))
LAYER = "block1_conv1"
RECIPE = recipe_for(LAYERS[0], "channel", AscentSettings())
PLANNED = [
    Visualize(LAYER, RECIPE, ((0, A), (1, B), (2, C))),
    Diversify(LAYER, RECIPE, 4, ((0, A), (1, B), (2, C))),
    Respond(((LAYER, A), ("block1_conv2", B))),
    Conclude(LAYER, A, R, None),
    Depict(((LAYER, A, R, (0, 1)), ("block1_conv2", B, R, (0,)))),
    Cut("patches", LAYER, R, ((0, A), (1, B), (2, C))),
    Project(LAYER, R, ((0, A, B), (1, C, D))),
    Follow((("block2_conv1", A, R), ("block3_conv1", B, R))),
    Measure(LAYER, R, ((0, A, E, F), (1, B, E, F)), C),
]
SHARED = [Part((LAYER,), "pass", 0, 512), Merge(LAYER, A, "pass", ((0, 512),), 512)]


def name(task):
    return type(task).__name__


each_planned = pytest.mark.parametrize("task", PLANNED, ids=name)


def test_there_is_an_example_of_every_kind():
    assert [type(task) for task in PLANNED] == sorted(get_args(Planned), key=[type(t) for t in PLANNED].index)
    assert {type(task) for task in (*PLANNED, *SHARED)} == set(get_args(Task))


def test_every_kind_that_is_planned_has_its_bar_and_its_command():
    assert set(TITLES) == set(get_args(Planned)) == set(pipeline.EVERYTHING)
    assert {*pipeline.PICTURES, *pipeline.PHOTOGRAPHS, Measure} == set(get_args(Planned))  # measures need both


@each_planned
def test_a_part_makes_what_is_asked_for(task):
    own = list(makes(task))
    assert len(own) == pieces(task)
    assert only(task, set(own)) == task
    assert only(task, {OTHER}) is None
    for number in range(1, len(own) + 1):
        for keys in itertools.combinations(own, number):
            part = only(task, {*keys, OTHER})
            assert set(keys) <= set(makes(part)) <= set(own)
            assert only(part, set(keys)) == part
            rest = only(task, set(own) - set(makes(part)))  # a task is no more than its parts, and no less
            assert set(makes(part)) | (set(makes(rest)) if rest else set()) == set(own)
            assert pieces(part) + (pieces(rest) if rest else 0) == pieces(task)


@pytest.mark.parametrize("task", [task for task in PLANNED if not isinstance(task, Depict)], ids=name)
def test_work_that_is_shared_out_comes_to_an_end(task, tmp_path):
    """Also if part or all of it is done. (An album does not say that its photographs are there: it is always done.)"""
    store, own = Store(tmp_path), list(makes(task))
    with Claims(tmp_path) as claims:
        for key in own:
            left = list(itertools.islice(share([task], store, claims), 5))
            assert len(left) == 1
            assert key in set(makes(left[0]))
            store.put(key, {}, b"made", "png", {}, {})
        assert list(itertools.islice(share([task], store, claims), 5)) == []


@pytest.mark.parametrize("task", [*PLANNED, *SHARED], ids=name)
def test_everything_knows_every_kind(task):
    assert label(task)
    assert list(makes(task))
    assert R not in makes(task)
    assert set(needs(task)).isdisjoint(makes(task))
    sort, amount = cost.work(task, LAYERS, 100)
    assert amount > 0
    assert f"{sort.partition(' ')[0]}" in cost.DEFAULT
    assert simulation.sort_of(task, LAYERS).startswith(sort)
    assert hash(simulation._graph(task)) is not None


@each_planned
def test_shares_of_a_task_make_all_that_it_makes(task):
    shares = spread([task], 100, lambda _: 1.0)
    assert set(makes(task)) <= {key for share in shares for key in makes(share)}
    flow = Flow(shares)
    for _ in shares:
        flow.done(next(flow.ready()))
    assert flow.left == 0


@pytest.mark.parametrize(("photographs", "tasks"), [(1806, 1), (1_300_000, 3)])
def test_a_second_pass_is_shared_out_where_layers_hardly_look_at_the_same_photographs(photographs, tasks):
    speed = Speed(Path("nowhere"))
    whole = Follow(tuple((name, name, R) for name in ("block5_conv1", "block5_conv2", "block5_conv3")))
    shares = spread([whole], photographs, lambda task: speed.seconds(task, LAYERS, photographs))
    assert len(shares) == tasks
    assert sorted(layer for share in shares for layer in share.layers) == list(whole.layers)


def test_what_nobody_has_heard_of_is_not_passed_over(tmp_path):
    """A kind without a place in the order is an error, not work that is left undone."""
    with Claims(tmp_path) as claims, pytest.raises(ValueError, match="Part"):
        InProcess(None, claims).carry_out(SHARED[:1])

"""Every kind of task has its place and an example, and each part of a task comes to an end."""

import itertools
from pathlib import Path
from typing import cast

import pytest

from generator.ascent.recipes import recipe_for
from generator.bench import simulation
from generator.build import cost, pipeline
from generator.build.context import Context
from generator.build.cost import Speed
from generator.build.executors import InProcess
from generator.build.graph import Graph, spread
from generator.build.locks import Locks, share
from generator.build.tasks import (
    KINDS,
    AlbumJob,
    Conclude,
    Cut,
    Depict,
    Diversify,
    Exhibit,
    Film,
    FilmJob,
    Follow,
    FollowJob,
    GalleryJob,
    Job,
    LayerJob,
    Measure,
    MeasureJob,
    Merge,
    Part,
    Planned,
    Project,
    ProjectJob,
    Respond,
    Task,
    Visualize,
)
from generator.config import AscentSettings
from generator.network.geometry import LAYERS
from generator.store.artifacts import Store

A, B, C, D, E, F, R, OTHER = (f"{n:x}" * 64 for n in range(8))
LAYER = "block1_conv1"
RECIPE = recipe_for(LAYERS[0], "channel", AscentSettings())
JOBS = (Job(0, A), Job(1, B), Job(2, C))
PLANNED = [
    Visualize(LAYER, RECIPE, JOBS),
    Film(LAYER, RECIPE, (FilmJob(0, A, E, again=False), FilmJob(1, B, F, again=True))),
    Diversify(LAYER, RECIPE, 4, JOBS),
    Respond(
        (LayerJob(LAYER, A, C), LayerJob("block1_conv2", B, D), LayerJob("block2_conv1", OTHER[:-1] + "0", E, True))
    ),
    Conclude(LAYER, A, R, None),
    Depict((AlbumJob(LAYER, A, R, (0, 1)), AlbumJob("block1_conv2", B, R, (0,)))),
    Exhibit((GalleryJob(A),)),
    Cut("patches", LAYER, R, JOBS),
    Project(LAYER, R, (ProjectJob(0, A, B), ProjectJob(1, C, D))),
    Follow((FollowJob("block2_conv1", A, R), FollowJob("block3_conv1", B, R))),
    Measure(LAYER, R, (MeasureJob(0, A, E, F), MeasureJob(1, B, E, F)), C),
]
SHARED = [Part((LAYER,), "pass", 0, 512), Merge(LAYER, A, "pass", ((0, 512),), 512, B)]


def name(task):
    return type(task).__name__


each_planned = pytest.mark.parametrize("task", PLANNED, ids=name)


def kinds(of):
    """All kinds below a class, that are whole."""
    below = {own for kind in of.__subclasses__() for own in {kind, *kinds(kind)}}
    return {kind for kind in below if not kind.__abstractmethods__}


def test_every_kind_is_in_the_order_and_has_an_example():
    assert [type(task) for task in PLANNED] == list(KINDS)
    assert kinds(Planned) == set(KINDS)
    assert {type(task) for task in (*PLANNED, *SHARED)} == kinds(Task)


def test_every_kind_that_is_planned_has_its_bar_and_its_command():
    assert len({kind.title for kind in KINDS}) == len(KINDS)
    assert all(kind.unit for kind in KINDS)
    assert set(pipeline.EVERYTHING) == set(KINDS)
    assert {*pipeline.PICTURES, *pipeline.PHOTOGRAPHS, Measure} == set(KINDS)  # measures need both


def test_a_kind_that_lacks_something_cannot_be_made():
    class Halfway(Visualize):
        run = Planned.run

    with pytest.raises(TypeError, match="abstract"):
        Halfway(LAYER, RECIPE, JOBS)


@each_planned
def test_a_part_makes_what_is_asked_for(task):
    own = list(task.makes())
    assert len(own) == task.pieces
    assert task.only(set(own)) == task
    assert task.only({OTHER}) is None
    for number in range(1, len(own) + 1):
        for keys in itertools.combinations(own, number):
            part = task.only({*keys, OTHER})
            assert set(keys) <= set(part.makes()) <= set(own)
            assert part.only(set(keys)) == part
            rest = task.only(set(own) - set(part.makes()))  # a task is no more than its parts, and no less
            assert set(part.makes()) | (set(rest.makes()) if rest else set()) == set(own)
            assert part.pieces + (rest.pieces if rest else 0) == task.pieces


@pytest.mark.parametrize("task", [task for task in PLANNED if not isinstance(task, Depict | Exhibit)], ids=name)
def test_work_that_is_shared_out_comes_to_an_end(task, tmp_path):
    """Also if part or all of it is done. (An album or gallery does not say that its photographs are there.)"""
    store, own = Store(tmp_path), list(task.makes())
    with Locks(tmp_path) as locks:
        for key in own:
            left = list(itertools.islice(share([task], store, locks), 5))
            assert len(left) == 1
            assert key in set(left[0].makes())
            store._commit(key, {}, b"made", "png", {}, {})
        assert list(itertools.islice(share([task], store, locks), 5)) == []


@pytest.mark.parametrize("task", [*PLANNED, *SHARED], ids=name)
def test_everything_knows_every_kind(task):
    assert task.label
    assert list(task.makes())
    assert R not in task.makes()
    assert set(task.needs()).isdisjoint(task.makes())
    sort, amount = task.work(LAYERS, 100)
    assert amount > 0
    assert f"{sort.partition(' ')[0]}" in cost.DEFAULT
    assert simulation.sort_of(task, LAYERS).startswith(sort)
    assert hash(task.graph) is not None


@each_planned
def test_shares_of_a_task_make_all_that_it_makes(task):
    shares = spread([task], 100, lambda _: 1.0)
    assert set(task.makes()) <= {key for share in shares for key in share.makes()}
    flow = Graph(shares)
    for _ in shares:
        flow.done(next(flow.ready()))
    assert flow.left == 0


@pytest.mark.parametrize(("photographs", "tasks"), [(1806, 1), (1_300_000, 3)])
def test_a_second_pass_is_shared_out_where_layers_hardly_look_at_the_same_photographs(photographs, tasks):
    speed = Speed(Path("nowhere"))
    whole = Follow(tuple(FollowJob(name, name, R) for name in ("block5_conv1", "block5_conv2", "block5_conv3")))
    shares = spread([whole], photographs, lambda task: speed.seconds(task, LAYERS, photographs))
    follows = [share for share in shares if isinstance(share, Follow)]
    assert len(follows) == len(shares) == tasks
    assert sorted(layer for share in follows for layer in share.jobs) == list(whole.jobs)


def test_what_nobody_has_heard_of_is_not_passed_over(narrow, tmp_path):
    """A kind without a place in the order is an error, not work that is left undone."""
    strange = cast("list[Planned]", SHARED[:1])  # which it is not: that is the error
    with Locks(tmp_path) as locks, pytest.raises(ValueError, match="not in tuple"):
        InProcess(Context(narrow, None, Store(tmp_path)), locks).carry_out(strange)

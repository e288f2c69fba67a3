"""The task that films: pictures are as without, and stored ones stay."""

import numpy as np
import pytest
from PIL import Image

from generator.ascent import frames
from generator.ascent.recipes import recipe_for
from generator.build.context import Context
from generator.build.tasks import Film, FilmJob, Job, Visualize, stored
from generator.config import AscentSettings
from generator.store import keys
from generator.store.artifacts import Store

LAYER = "block2_conv1"


@pytest.fixture(scope="module")
def whole(narrow, tmp_path_factory):
    return Context(narrow, None, Store(tmp_path_factory.mktemp("film")))


@pytest.fixture
def context(whole, tmp_path):
    own = Context(whole.weights, None, Store(tmp_path))
    vars(own)["network"] = whole.network  # traced already
    return own


def tasks(context, *, again=False):
    recipe = recipe_for(context.weights.layer(LAYER), "channel", AscentSettings()).but(canvas=16, steps=6, batch=4)
    of = context.weights.digest(LAYER), LAYER
    pictures = [keys.visualization(*of, i, recipe.flat()).key for i in range(3)]
    films = [keys.film(*of, i, recipe.flat()).key for i in range(3)]
    jobs = tuple(FilmJob(i, films[i], pictures[i], again) for i in range(3))
    plain = Visualize(LAYER, recipe, tuple(Job(i, pictures[i]) for i in range(3)))
    return Film(LAYER, recipe, jobs), plain


def run(task, context):
    task.run(context, lambda *_: None)
    return {key: (context.store.read(key), context.store.entry(key).facts) for key in task.makes()}


def test_pictures_and_films_are_the_same_together_and_one_after_the_other(whole, context, tmp_path):
    filmed, _ = tasks(whole)
    together = run(filmed, whole)
    assert len(together) == 6
    again, plain = tasks(context, again=True)
    pictures = run(plain, context)
    films = run(again, context)
    assert pictures | films == together
    for job in again.jobs:
        entry = context.store.entry(job.key)
        facts = entry.facts
        assert facts["picture"] == context.store.entry(job.picture).sha256
        assert facts["activations"][-1] == context.store.entry(job.picture).facts["activation"]
        assert len(facts["steps"]) == len(facts["activations"]) > 2
        with Image.open(entry.path) as strip:
            assert strip.size == (facts["width"], facts["height"]) == (16 * len(facts["steps"]), 16)
        assert entry.made["precision"] == "float32"


def test_a_picture_of_another_machine_stays_and_has_no_way_to_it(context):
    again, plain = tasks(context, again=True)
    run(plain, context)
    foreign = np.zeros((16, 16, 3), np.uint8)
    job = again.jobs[1]
    entry = context.store.entry(job.picture)
    context.store.put(entry.inputs, stored.png(foreign), "png", entry.facts, {})
    before = context.store.read(job.picture)
    run(again, context)
    assert context.store.read(job.picture) == before
    facts = context.store.entry(job.key).facts
    assert facts["steps"] == [None]
    assert facts["width"] == facts["tile"] == 16
    assert len(context.store.entry(again.jobs[0].key).facts["steps"]) > 2


def test_a_picture_that_was_lost_meanwhile_is_made_again(context):
    again, _ = tasks(context, again=True)
    run(again, context)
    assert all(context.store.has(job.picture) for job in again.jobs)


def test_films_cost_a_look_at_each_frame(narrow, context):
    filmed, plain = tasks(context)
    sort, amount = filmed.work(narrow.layers, 0)
    other, least = plain.work(narrow.layers, 0)
    assert sort == other
    assert least < amount < least * (1 + frames.FRAMES / 6)

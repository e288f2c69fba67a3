"""Trials: one thing changed at a time, and other kinds of climb that do what they say."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from generator.ascent.optimize import Climb, climb_for
from generator.ascent.recipes import recipe_for
from generator.bench import other_climbs, trials
from generator.bench.cells import Cells
from generator.bench.climbs import Job
from generator.config import AscentSettings
from generator.network.forward import Network
from generator.network.operations import max_pool

TOGETHER = ({"jitter", "turn", "zoom"}, {"budget", "budget_colour"}, {"canvas", "steps"}, {"leak", "leak_until"})


@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block1_conv1", "block4_conv2", "block5_conv3"])
def test_each_changes_one_thing(narrow, layer, objective):
    recipe = recipe_for(narrow.layer(layer), objective, AscentSettings())
    found = trials.trials(recipe)
    assert found.pop(trials.AS_IT_IS) == trials.Trial(recipe)
    for name, trial in found.items():
        changed = {own.name for own in fields(recipe) if getattr(recipe, own.name) != getattr(trial.recipe, own.name)}
        assert changed or trial.kind, name
        assert len(changed) <= 1 or any(changed <= some for some in TOGETHER), name
    assert len(set(found.values())) == len(found)


def test_other_canvases_take_as_many_pixels_in_all(narrow):
    recipe = recipe_for(narrow.layer("block4_conv2"), "channel", AscentSettings())
    other = trials.trials(recipe)[f"48 pixels, {4 * recipe.steps} steps"].recipe
    assert other.canvas**2 * other.steps == recipe.canvas**2 * recipe.steps


def climbing(network, layer, kind, **change):
    """A climb whose last step's way can be asked for, and a batch to ask with."""
    recipe = recipe_for(network.weights.layer(layer), "neuron", AscentSettings()).but(batch=3, **change)
    pictures = tf.constant(np.random.default_rng(0).uniform(0, 255, (3, recipe.canvas, recipe.canvas, 3)), tf.float32)
    return kind(network, layer, recipe), pictures


@pytest.mark.parametrize(("kind", "power"), [(other_climbs.Cosine, 1), (other_climbs.SquaredCosine, 2)])
def test_the_cosine_is_that_of_all_filters_at_the_unit(narrow, kind, power):
    network = Network(narrow)
    climb, pictures = climbing(network, "block2_conv1", kind)
    read = climb._read(pictures, tf.zeros([3]))
    for filter_ in range(4):
        own = network.own(read, "block2_conv1", tf.fill([3], filter_))
        every = np.maximum(network.maps(pictures, "block2_conv1").numpy()[:, 0, 0], 0)
        plain = own.numpy()[:, 0, 0]
        cosine = np.maximum(every[:, filter_] / np.sqrt((every**2).sum(1) + 1e-6), other_climbs.LEAST)
        assert climb._slope(read, own, tf.zeros([3])).numpy() == pytest.approx(plain * cosine**power, rel=1e-4)


@pytest.mark.parametrize("kind", [other_climbs.InnerLeak, other_climbs.SmoothPools])
def test_without_its_leak_a_way_is_the_usual_one(narrow, kind):
    network = Network(narrow)
    found = {}
    for each in (Climb, kind):
        climb, pictures = climbing(network, "block3_conv1", each)
        for leak in (0.0, 0.5):
            with tf.GradientTape() as tape:
                tape.watch(pictures)
                read = climb._read(pictures, tf.constant([0.0, leak, 0.0]))
            found[each, leak] = read.numpy(), tape.gradient(read, pictures).numpy()
    assert found[kind, 0.0][0] == pytest.approx(found[Climb, 0.0][0], rel=1e-5)
    assert found[kind, 0.0][1] == pytest.approx(found[Climb, 0.0][1], rel=1e-4, abs=1e-6)
    assert not np.allclose(found[kind, 0.5][1], found[Climb, 0.0][1])


def test_smooth_pools_give_the_maximum_and_share_the_gradient(narrow):
    climb, _ = climbing(Network(narrow), "block2_conv1", other_climbs.SmoothPools)
    taken: dict[str, Any] = {}
    climb.network.inputs = lambda *_, pool, **__: taken.setdefault("pool", pool)
    climb._read(None, tf.constant([0.0, 1.0, 0.0]))
    x = tf.constant(np.random.default_rng(1).normal(size=(1, 4, 4, 2)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = taken["pool"](x)
    assert y.numpy() == pytest.approx(max_pool(x).numpy(), rel=1e-6)
    assert tape.gradient(y, x).numpy() == pytest.approx(np.full((1, 4, 4, 2), 0.25))


def test_a_line_for_each_trial_that_is_wanted(narrow, tmp_path, capsys):
    network, layer = Network(narrow), narrow.layer("block1_conv2")
    settings = AscentSettings()
    job = Job(network, layer, settings, (0, 2), None, None, Cells(tmp_path))
    made = trials.run(job, "neuron", ["momentum 0.8", "no such"])
    assert list(made) == ["as it is", "momentum 0.8"]
    assert made["as it is"][2].shape == (layer.field, layer.field, 3)
    assert not np.array_equal(made["as it is"][2], made["momentum 0.8"][2])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "block1_conv2, neuron, filters 0, 2"
    assert lines[2].split()[:5] == ["as", "it", "is", lines[2].split()[3], "1.00"]
    assert lines[3].split()[:2] == ["momentum", "0.8"]
    climb_for.cache_clear()

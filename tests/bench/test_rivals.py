from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from generator.ascent import contrast
from generator.bench import keras_vis, lucid, maco, makers
from generator.bench.rivals import Climb, moved
from generator.network.forward import Network

RECIPES = {"lucid": lucid.recipe, "MACO": maco.recipe}
SIDES = {"channel": (32, True), "neuron": (14, False)}  # of block2_conv2


@pytest.mark.parametrize("objective", SIDES)
@pytest.mark.parametrize("name", RECIPES)
def test_pictures_climb(narrow, name, objective):
    side, torus = SIDES[objective]
    network = Network(narrow)
    climb = Climb(network, "block2_conv2", objective, RECIPES[name](side, torus), 2)
    filters = [3, 0, 5]
    first, last = (np.stack(climb(filters, steps)) for steps in (1, 40))
    assert last.shape == (3, side, side, 3)
    assert last.dtype == np.uint8

    def score(pictures):
        maps = network.target(tf.constant(pictures), "block2_conv2", tf.constant(filters), torus).numpy()
        return maps.mean(axis=(1, 2)) if torus else maps[:, 0, 0]

    assert (score(last) > score(first)).all()
    np.testing.assert_array_equal(np.stack(climb(filters, 1)), first)  # nothing is left of the climb between


@pytest.mark.parametrize("side", [3, 14, 97])
def test_macos_contrast_is_that_of_photographs_whatever_the_phases(side):
    chance = np.random.default_rng(0)
    recipe = maco.recipe(side, torus=True)
    state = tf.constant(np.stack([recipe.start(chance) for _ in range(8)]))
    picture = np.clip(recipe.render(state).numpy(), 0.01, 254.99).astype(np.float64)
    waves = np.log(picture / (255 - picture)) @ np.linalg.inv(contrast.COLOURS.astype(np.float64)).T
    found = np.sqrt((waves**2).mean(axis=(0, 1, 2)))
    # A wave that mirrors itself loses half of its power to a random phase: of small pictures that is much.
    np.testing.assert_allclose(found, np.sqrt((contrast.natural(side)[:, 1:] ** 2).sum(axis=1)), rtol=0.35)
    np.testing.assert_allclose(waves.mean(axis=(1, 2)), 0, atol=0.05)


def test_lucid_starts_almost_grey_with_more_in_long_waves():
    recipe = lucid.recipe(64, torus=True)
    picture = recipe.render(tf.constant(recipe.start(np.random.default_rng(0)))[None]).numpy()[0]
    assert abs(picture - 127.5).max() < 90
    power = np.abs(np.fft.rfft2(picture[..., 1] - picture[..., 1].mean())) ** 2
    assert power[0:4, 1:4].mean() > 30 * power[28:36, 28:].mean()


def test_a_move_brings_what_is_asked_for():
    picture = np.zeros((1, 9, 9, 3), np.float32)
    picture[0, 4, 4] = 255
    none, one = tf.constant([0.0]), tf.constant([1.0])
    shifted = moved(tf.constant(picture), True, none, one, tf.constant([[2.0, -1.0]])).numpy()
    assert shifted[0, 3, 6, 0] == pytest.approx(255)
    turned = moved(tf.constant(shifted), True, none + np.pi, one, tf.zeros([1, 2])).numpy()
    assert turned[0, 5, 2, 0] == pytest.approx(255, rel=0.01)
    larger = moved(tf.constant(picture), True, none, 3 * one, tf.zeros([1, 2])).numpy()
    assert larger.sum() > 5 * picture.sum()
    rim = moved(tf.constant(picture), False, none, one, tf.constant([[5.0, 0.0]])).numpy()
    np.testing.assert_allclose(rim[0, :, :4], 127.5)  # grey comes in


@pytest.mark.parametrize("torus", [True, False])
def test_what_maco_looks_at_is_inside_the_picture(torus, monkeypatch):
    monkeypatch.setattr(maco, "NOISE", 0.0)
    pictures = tf.fill([3, 24, 24, 3], 200.0)
    for at in range(20):
        seen = maco.recipe(24, torus).look(pictures, tf.constant((at, 1)), tf.constant(0.5)).numpy()
        np.testing.assert_allclose(seen, 200, rtol=1e-4)


def test_maco_as_published_looks_at_smaller_and_smaller_crops(monkeypatch):
    """Of a ramp, a crop shows so many grey levels as it is wide."""
    monkeypatch.setattr(maco, "NOISE", 0.0)
    monkeypatch.setattr(maco, "CENTRES", 0.0)
    ramp = tf.constant(np.broadcast_to(np.linspace(0, 255, 64)[None, None, :, None], (2, 64, 64, 3)), tf.float32)
    recipe = maco.published(16, canvas=64, crops=6)
    for done, wide in ((0.0, 0.5), (1.0, 0.05)):
        seen = recipe.look(ramp, tf.constant((0, 1)), tf.constant(done)).numpy()
        assert seen.shape == (12, 16, 16, 3)
        spans = (seen[:, 8, -1, 0] - seen[:, 8, 0, 0]) / 255
        assert spans.mean() == pytest.approx(wide, abs=0.08)


def test_maco_as_published_is_judged_whole(narrow, monkeypatch):
    monkeypatch.setattr(maco, "STEPS", 2)
    network, layer = Network(narrow), narrow.layer("block2_conv1")
    for objective, side in (("channel", makers.LOOKED), ("neuron", layer.field)):
        own = maco.published(side, canvas=48, crops=2)
        made = makers.published_maco(network, layer, objective, [0, 1], own)
        assert [picture.shape for picture in made.pictures] == [(side, side, 3)] * 2
        assert (made.steps, made.cpu > 0) == (2, True)
    published = maco.published(224)
    assert (published.canvas, published.looks, maco.STEPS) == (512, 32, 2)


def test_as_many_steps_are_taken_as_fit_into_the_time(narrow):
    network, layer = Network(narrow), narrow.layer("block2_conv1")
    short, long = (
        makers.rival(network, layer, "neuron", lucid.recipe(layer.field, False), [0, 1], seconds)
        for seconds in (0.0, 0.3)
    )
    assert short.steps == 1
    assert long.steps > 10
    assert 0.1 < long.cpu < 0.9


@pytest.mark.parametrize(("number", "batch"), [(1, 1), (4, 4), (16, 16), (17, 9), (25, 13), (48, 16)])
def test_batches_are_of_one_size(number, batch):
    """Pictures that only fill up a batch would count as time of the others."""
    assert makers.evenly(number, 16) == batch


def test_tf_keras_vis_has_a_map_in_every_layer(narrow):
    pytest.importorskip("tf_keras_vis")
    layer = narrow.layer("block5_conv1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras_vis, "STEPS", 1)
        (picture,) = keras_vis.maximize(narrow, layer, [0])
    assert layer.units(picture.shape[0]) > 0
    small = replace(layer, field=24, stride=4)
    assert keras_vis.side(small) == keras_vis.SIDE

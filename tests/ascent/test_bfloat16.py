"""Climbs whose way up and back is bfloat16: slow where the processor has no instructions for it, but the same rules."""

import numpy as np
import pytest
import tensorflow as tf

from generator.ascent import optimize
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.measures.scoring import target_for
from generator.network.forward import Network
from tests.ascent.test_ascent import check_independence_in, jobs, short


@pytest.fixture(scope="module")
def coarse(narrow):
    return Network(narrow, "bfloat16")


@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block3_conv1", "block5_conv1"])
def test_no_picture_depends_on_its_batch(coarse, layer, objective):
    recipe = short(coarse.weights, layer, objective, starts=1, retries=0, restarts=1)
    filters = [f % coarse.weights.layer(layer).filters for f in range(19)]
    check_independence_in(coarse, layer, recipe, filters)
    alone = optimize.ascend(coarse, layer, recipe.but(batch=1), jobs(layer, filters[2:3]))[0]
    among = optimize.ascend(coarse, layer, recipe, jobs(layer, filters[2:3]))[0]
    np.testing.assert_array_equal(alone.pixels, among.pixels)  # the stated activation is rounded by the batch's size
    assert alone.facts["activation"] == pytest.approx(among.facts["activation"], rel=1e-6)


def test_no_picture_of_the_true_layers_depends_on_its_batch(oxford):
    recipe = short(oxford, "block2_conv2", "neuron", restarts=1, steps=4)
    check_independence_in(Network(oxford, "bfloat16"), "block2_conv2", recipe, list(range(3, 22)))


def test_the_stated_activation_is_that_of_the_saved_picture_in_float32(coarse):
    recipe, layer = short(coarse.weights, "block2_conv2", "neuron"), "block2_conv2"
    (found,) = optimize.ascend(coarse, layer, recipe, jobs(layer, [3]))
    z = Network(coarse.weights).target(tf.constant(found.pixels[None]), layer, tf.constant([3])).numpy()
    assert found.facts["activation"] == pytest.approx(float(z[0, 0, 0]), rel=1e-6)


def test_what_a_layer_reads_is_near_to_float32s_and_its_gradient_too(narrow):
    network, layer = Network(narrow), "block4_conv2"
    pictures = tf.constant(np.random.default_rng(1).uniform(0, 255, (2, 80, 80, 3)), tf.float32)
    found = {}
    for precision in ("float32", "bfloat16"):
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            read = network.inputs(pictures, layer, precision=precision)
            height = tf.reduce_sum(read)
        found[precision] = read.numpy(), tape.gradient(height, pictures).numpy()
    # A gradient moves more: which of two near units wins a pooling decides where all of it goes.
    for exact, rounded, share in zip(*found.values(), (0.03, 0.5), strict=True):
        assert rounded.dtype == np.float32
        assert not np.array_equal(exact, rounded)  # or nothing was rounded at all
        assert np.linalg.norm(rounded - exact) < share * np.linalg.norm(exact)


def test_the_true_layers_climbs_end_as_high(oxford):
    """By the median of eight filters, scored in float32. `make bench` says it of all layers."""
    layer, objective = "block2_conv2", "channel"
    recipe = recipe_for(oxford.layer(layer), objective, AscentSettings())
    recipe, filters = recipe.but(batch=8), list(range(40, 48))
    exact = Network(oxford)
    scores = {}
    for precision in ("float32", "bfloat16"):
        made = optimize.ascend(Network(oxford, precision), layer, recipe, jobs(layer, filters))
        look = target_for(exact, layer, objective, recipe.torus, 8)
        scores[precision] = look([picture.pixels.astype(np.float32) for picture in made], filters)[0]
    assert np.median(scores["bfloat16"] / scores["float32"]) == pytest.approx(1, abs=0.03)


def test_a_precision_that_there_is_not(narrow):
    with pytest.raises(ValueError, match="float16"):
        Network(narrow, "float16")

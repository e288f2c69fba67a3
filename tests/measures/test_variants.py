"""What a picture is held against: itself changed, and without its parts; and that sparing looks costs no accuracy."""

import numpy as np
import pytest

from generator.ascent import frequency_bands
from generator.ascent.optimize import ascend
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.measures import measures, variants
from generator.measures.measures import NaturalStatistics, measure
from generator.measures.scoring import VariantScores, target_for
from generator.measures.variants import Components
from generator.network.forward import Network
from generator.store import canonical

STATED = 0.02  # what the two measures may be off


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)


def test_changes_keep_the_size(picture):
    every = [*variants.of_torus(picture), *variants.turned(picture), *variants.shifted(picture)]
    assert [image.shape for image in every] == [picture.shape] * 11
    assert len(variants.of_torus(picture)) == len(variants.TORUS_WEIGHTS)
    assert sum(variants.TORUS_WEIGHTS) == len(variants.turned(picture)) + len(variants.shifted(picture)) == 7


def test_a_torus_wraps_and_anything_else_repeats_its_edge(picture):
    down, right, *_ = variants.of_torus(picture)
    np.testing.assert_array_equal(down, np.roll(picture, -1, 0))
    np.testing.assert_array_equal(right, np.roll(picture, -1, 1))
    down, up, right, left = variants.shifted(picture)
    np.testing.assert_array_equal(down[:-1], picture[1:])
    np.testing.assert_array_equal(down[-1], picture[-1])
    np.testing.assert_array_equal(up[0], picture[0])
    np.testing.assert_array_equal(right[:, -1], picture[:, -1])
    np.testing.assert_array_equal(left[:, 1:], picture[:, :-1])


def test_a_change_counts_as_often_as_it_stands_for():
    assert variants.robustness([2.0, 1.0], 2.0, (3, 1)) == pytest.approx((3 * 1.0 + 0.5) / 4)
    assert variants.robustness([-5.0, 1.0], 2.0) == pytest.approx(0.25)  # nothing is kept of what is gone
    assert variants.robustness([1.0, 1.0], 0.0) == 0


@pytest.mark.parametrize("layer", ["block2_conv1", "block3_conv1"])
def test_shifts_that_share_their_way_up_keep_the_same(narrow, layer):
    """A neuron picture's; with the other pictures of the batch, as alone."""
    side, filters = narrow.layer(layer).field, [1, 3, 0]
    pictures = list(np.random.default_rng(1).integers(0, 256, (3, side, side, 3), np.uint8))
    looks = VariantScores(Network(narrow), layer, "neuron", torus=False, batch=2)
    activations = [2.0] * 3
    found = looks.robustness(pictures, filters, activations)
    for picture, f, kept in zip(pictures, filters, found, strict=True):
        every = [*variants.shifted(picture), *variants.turned(picture)]
        scores = target_for(looks.network, layer, "neuron", False, 2)(every, [f] * 7)[0]
        assert kept == pytest.approx(variants.robustness(scores.tolist(), 2.0), rel=1e-4, abs=1e-6)


def test_what_is_sure_to_first_order_is_not_looked_at(picture):
    """Each component's worth is set by hand: a gradient along it."""
    picture = np.round(picture * 0.2 + np.linspace(20, 180, 16)[:, None, None]).astype(np.uint8)
    every, shares = frequency_bands.components(picture)
    assert len(shares) > 6
    large, small = int(np.argmax(shares)), int(np.argmin(np.where(shares > variants.NEGLIGIBLE, shares, 1)))
    assert variants.BEND * shares[large] > variants.UNNEEDED > variants.BEND * shares[small] > 0

    def found(worth):
        gradient = sum(w * part / np.vdot(part, part) for w, part in zip(worth, every, strict=True))
        return variants.components(picture, gradient.astype(np.float32), 1.0)

    needed = np.ones(len(shares))
    assert found(needed) == Components(0.0, [])
    idle = found(np.where(np.arange(len(shares)) == small, 0.0, 1.0))
    assert (idle.idle, idle.doubtful) == (pytest.approx(shares[small]), [])
    ((share, without),) = found(np.where(np.arange(len(shares)) == large, 0.0, 1.0)).doubtful
    assert share == pytest.approx(shares[large])
    np.testing.assert_allclose(without, picture - every[large], atol=1e-3)
    ((share, _),) = found(np.where(np.arange(len(shares)) == small, 0.03, 1.0)).doubtful  # near the limit
    assert share == pytest.approx(shares[small])


def test_what_could_go_is_what_was_sure_and_what_was_looked_at(picture):
    own = Components(0.1, [(0.2, picture), (0.4, picture)])
    assert variants.unneeded(own, [0.99, 0.9], 1.0) == pytest.approx(0.3)
    assert variants.unneeded(own, [0.9, 0.9], 1.0) == pytest.approx(0.1)


def test_nothing_of_a_silent_picture_is_looked_at(picture):
    assert variants.components(picture, np.ones((16, 16, 3), np.float32), 0.0) == Components(0.0, [])


@pytest.mark.parametrize(("layer", "objective"), [("block2_conv2", "channel"), ("block3_conv1", "neuron")])
def test_the_numbers_are_those_of_all_looks_but_for_what_is_stated(oxford, layer, objective):
    """On filters on which nothing was tuned."""
    network, filters = Network(oxford), list(range(50, 58))
    recipe = recipe_for(oxford.layer(layer), objective, AscentSettings())
    jobs = [(f, canonical.key({"filter": f})) for f in filters]
    pictures = [found.pixels for found in ascend(network, layer, recipe, jobs)]
    nothing = np.zeros(oxford.layer(layer).filters)
    found = measure(network, layer, objective, filters, pictures, NaturalStatistics(nothing, nothing, nothing + 1))
    look, seven = target_for(network, layer, objective, recipe.torus, measures.BATCH), []
    for f, picture, numbers in zip(filters, pictures, found, strict=True):
        activation = numbers.activation
        every, shares = frequency_bands.components(picture)
        scores = look([picture - part for part in every], [f] * len(every))[0]
        exact = shares[(scores >= (1 - variants.UNNEEDED) * activation) & (shares > variants.NEGLIGIBLE)].sum()
        assert numbers.unneeded == pytest.approx(exact, abs=STATED)
        rolled = [np.roll(picture, by, axis).astype(np.float32) for by in (-3, 3) for axis in (0, 1)]
        if recipe.torus:
            scores = look([*variants.of_torus(picture)[:2], *rolled], [f] * 6)[0]
            seven.append(4 / 7 * (scores[:2].mean() - scores[2:].mean()) / activation)
    assert np.abs(seven).max(initial=0) < STATED

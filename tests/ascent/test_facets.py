from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from generator.ascent import facets, optimize
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.network.forward import Network
from generator.store import canonical


def jobs(filters):
    return [(f, canonical.key({"filter": f})) for f in filters]


def recipe(weights, layer="block1_conv2", **changes):
    return replace(
        recipe_for(weights.layer(layer), "channel", AscentSettings()), **({"canvas": 16, "steps": 6} | changes)
    )


@pytest.mark.parametrize("number", [2, 3])
def test_a_strip_depends_on_its_filter_alone(narrow, number):
    network, short = Network(narrow), recipe(narrow)
    together = facets.diversify(network, "block1_conv2", short, number, jobs([0, 1, 2, 3, 0, 1, 2, 3, 1]))
    alone = facets.diversify(network, "block1_conv2", short, number, jobs([2]))
    last = facets.diversify(network, "block1_conv2", short, number, jobs([3, 2]))[1]
    for strip in (alone[0], last, together[6]):
        assert strip.pixels.tobytes() == together[2].pixels.tobytes()
        assert strip.facts == together[2].facts
    assert together[0].pixels.shape == (16, 16 * number, 3)
    assert len(together[0].facts["activations"]) == number


def test_facets_differ_more_than_pictures_that_climb_apart(oxford, monkeypatch):
    """On true weights: what random ones ask for is all much alike."""
    network, layer = Network(oxford), "block2_conv1"
    long = recipe(oxford, layer, steps=30)
    apart = facets.diversify(network, layer, long, 4, jobs([3, 60, 90, 120]))
    facets.climb_for.cache_clear()
    monkeypatch.setattr(optimize, "DIVERSITY", 0.0)
    free = facets.diversify(network, layer, long, 4, jobs([3, 60, 90, 120]))
    facets.climb_for.cache_clear()
    unlike, alike = (np.median([strip.facts["likeness"] for strip in found]) for found in (apart, free))
    assert unlike < alike - 0.1
    reached, most = (np.mean([strip.facts["activations"] for strip in found]) for found in (apart, free))
    assert 0.3 * most < reached < most


def test_likeness_is_the_cosine_of_gram_matrices():
    numbers = np.random.default_rng(0).uniform(0, 1, (4, 3, 3, 5)).astype(np.float32)
    numbers[1] = 2 * np.roll(numbers[0], 1, axis=1)  # a shift and a scale make no difference
    numbers[3, ..., :] = numbers[2, ..., ::-1]
    gram = np.einsum("bhwi,bhwj->bij", numbers, numbers).reshape(4, -1)
    gram /= np.linalg.norm(gram, axis=1, keepdims=True)
    found = facets.likeness(tf.constant(numbers), 2).numpy()
    np.testing.assert_allclose(found, [1, 1, gram[2] @ gram[3], gram[2] @ gram[3]], rtol=1e-4)
    three = facets.likeness(tf.constant(numbers[1:]), 3).numpy()
    np.testing.assert_allclose(three[0], (gram[1] @ gram[2] + gram[1] @ gram[3]) / 2, rtol=1e-4)

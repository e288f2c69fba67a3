import numpy as np
import pytest

from generator.network.geometry import LAYERS
from generator.responses import natural_path


def test_the_way_is_looked_at_where_each_block_below_ends():
    by_name = {layer.name: layer for layer in LAYERS}
    ends = {name: [low.name for low in natural_path.below(by_name[name], LAYERS)] for name in by_name}
    assert ends["block1_conv2"] == []
    assert ends["block3_conv1"] == ["block1_conv2", "block2_conv2"]
    assert ends["block5_conv3"] == ["block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3"]


def test_the_correlation_is_spearmans():
    """By hand: ranks 1 2 3 4 5 and 2 1 4 3 5, so 1 - 6 * 4 / (5 * 24)."""
    assert natural_path.correlation(np.array([1.0, 2, 3, 4, 5]), np.array([20.0, 10, 400, 300, 5000])) == pytest.approx(
        0.8
    )
    one = np.random.default_rng(0).random((3, 50))
    np.testing.assert_allclose(natural_path.correlation(one, np.exp(9 * one)), 1)
    np.testing.assert_allclose(natural_path.correlation(one, -one), -1)


def test_equal_values_share_their_rank():
    """Silent filters are many and equal: in which order they are listed must not count."""
    one, other = np.array([0.0, 0, 0, 1, 2]), np.array([3.0, 1, 2, 5, 4])
    shuffled = [2, 0, 1, 3, 4]
    assert natural_path.correlation(one, other) == pytest.approx(natural_path.correlation(one, other[shuffled]))
    assert natural_path.correlation(np.zeros(5), other) == 0


def test_a_natural_patch_is_held_against_the_others():
    patches = np.array([[1.0, 2, 3, 4], [2.0, 3, 4, 5], [4.0, 3, 2, 1]])
    expected = [natural_path.correlation(patches[i], np.delete(patches, i, 0).mean(0)) for i in range(3)]
    assert natural_path.natural(patches) == pytest.approx(np.mean(expected))
    assert natural_path.natural(patches[:1]) == 0

"""Strength is kernel norm times natural activation; what excites, what inhibits, and who reads whom."""

import numpy as np
import pytest

from generator.responses.evidence.connections import wire


def kernel():
    """Four inputs, three filters."""
    taps = np.zeros((3, 3, 4, 3), np.float32)
    taps[1, 1, 0, 0] = 2  # one strong tap
    taps[:, :, 1, 0] = -1  # nine weak ones that inhibit: norm 3
    taps[0, 0, 2, 0], taps[2, 2, 2, 0] = 3, -2  # compares corners: norm sqrt(13), adds up to 1
    taps[1, 1, 0, 1] = 1
    taps[1, 1, 3, 2] = -4
    return taps


def test_strength_is_norm_times_natural_activation():
    wiring = wire(kernel(), np.array([10, 1, 2, 0]))
    weights = np.array([20, 3, 2 * np.sqrt(13)])
    assert [(link.filter, pytest.approx(link.share)) for link in wiring.excitatory(0)] == [
        (0, weights[0] / weights.sum()),
        (2, weights[2] / weights.sum()),
    ]
    (only,) = wiring.inhibitory(0)
    assert (only.filter, only.balance) == (1, -1)
    assert only.share == pytest.approx(3 / weights.sum())
    assert wiring.excitatory(0)[1].balance == pytest.approx(1 / 5)


def test_readers_are_ranked_by_what_they_get_of_their_input():
    readers = wire(kernel(), np.array([10, 1, 2, 0])).readers(0)
    assert [link.filter for link in readers] == [1, 0]  # all of filter 1's input, most of filter 0's
    assert readers[0].share == 1


def test_a_silent_input_carries_nothing():
    wiring = wire(kernel(), np.array([10, 1, 2, 0]))
    assert wiring.inhibitory(2) == wiring.excitatory(2) == wiring.readers(3) == ()


def test_at_most_six_links():
    wiring = wire(np.random.default_rng(0).normal(size=(3, 3, 40, 9)), np.ones(40))
    for links in (wiring.excitatory(3), wiring.inhibitory(3), wiring.readers(3)):
        assert len(links) == 6
        assert list(links) == sorted(links, key=lambda link: -link.share)

"""Tunings and pictures are measured alike: what is known beforehand is found."""

import numpy as np
import pytest

from generator.miniature import truth, truth_report
from generator.miniature.colour import as_hex, from_hex, oklab, oklch
from generator.miniature.pictures import draw
from generator.miniature.truth import Probes

SIDE = 64


def wave(across: int, up: int, colours: tuple[tuple[float, float, float], ...] = ((0, 0, 0), (1, 1, 1))) -> np.ndarray:
    """A seamless grating with whole numbers of waves from left to right and from bottom to top."""
    x, y = np.meshgrid(np.arange(SIDE), -np.arange(SIDE))
    share = (0.5 + 0.5 * np.sin(2 * np.pi * (across * x + up * y) / SIDE))[:, :, None]
    return np.round(255 * (share * np.array(colours[0]) + (1 - share) * np.array(colours[1]))).astype(np.uint8)


@pytest.fixture(scope="module")
def probes() -> Probes:
    return Probes.of([draw(9, index, 8) for index in truth_report.gratings(400)])


@pytest.mark.parametrize(("across", "up", "degrees"), [(4, 0, 90), (0, 4, 0), (4, 4, 135), (4, -4, 45), (6, 3, 116.6)])
def test_orientation_of_a_wave(across: int, up: int, degrees: float) -> None:
    found, agreement = truth.orientation_of(wave(across, up))
    assert truth.turn_between(found, degrees) < 4
    assert agreement > 0.95


def test_crossing_waves_have_no_orientation() -> None:
    both = (wave(4, 0).astype(int) + wave(0, 4)) // 2
    assert truth.orientation_of(both.astype(np.uint8))[1] < 0.05


@pytest.mark.parametrize("waves", [2, 4, 8, 16])
def test_period_of_a_wave(waves: int) -> None:
    assert truth.period_of(wave(waves, 0)) == pytest.approx(SIDE / waves, rel=0.02)
    assert truth.period_of(np.full((8, 8, 3), 7, np.uint8)) == 0


def test_tint_of_a_picture() -> None:
    red, grey = (0.8, 0.2, 0.2), (0.5, 0.5, 0.5)
    assert truth.hue_between(truth.tint_of(wave(4, 0, (red, red))), oklab(np.array(red))[1:]) < 2
    assert np.hypot(*truth.tint_of(wave(4, 0, (grey, grey)))) < 1e-3
    assert truth.hue_between(np.array([1.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx(90)


def test_a_filter_that_likes_an_orientation_is_told_from_one_that_does_not(probes: Probes) -> None:
    likes = np.cos(np.radians(probes.orientation - 30)).clip(0) ** 8
    found = truth.tuning(np.stack([likes, np.ones_like(likes)], 1), probes)
    assert truth.turn_between(float(found.orientation[0]), 30) < 5
    assert found.oriented[0] > 0.7
    assert found.oriented[1] < 0.2


def test_a_filter_that_likes_a_period(probes: Probes) -> None:
    low, high = truth.PERIODS[2:4]
    likes = ((probes.period > low) & (probes.period < high)).astype(float)
    found = truth.tuning(np.stack([likes, np.ones_like(likes)], 1), probes)
    assert found.period[0] == 2
    assert found.scaled[0] > 0.7
    assert found.scaled[1] < 0.1
    assert truth.same_period(2, (low * high) ** 0.5)
    assert not truth.same_period(2, low / 2)
    assert truth.same_period(0, 1.5)
    assert truth.same_period(4, 200)


def test_a_filter_that_likes_a_colour(probes: Probes) -> None:
    blue = np.array([0.0, -1.0])
    likes = (probes.colour[:, 1:] @ blue).clip(0)
    found = truth.tuning(np.stack([likes, np.random.default_rng(0).random(len(likes))], 1), probes)
    assert truth.hue_between(found.tint[0], blue) < 15
    assert found.tinted[0] > 0.5
    assert found.tinted[1] < 0.1


def test_agreement_counts_and_says_what_chance_gives() -> None:
    textures = {0: wave(4, 0), 1: wave(0, 4), 2: wave(4, 0)}
    upright = {0: True, 1: False, 2: False}

    def same(one: int, picture: np.ndarray) -> bool:
        return (truth.turn_between(truth.orientation_of(picture)[0], 90) < 10) == upright[one]

    found = truth_report.agreement([0, 1, 2], textures, same)
    assert (found.tuned, found.agree) == (3, 2)
    assert found.chance == pytest.approx(2 / 6)
    assert str(truth_report.Agreement(0, 0, 0.0)) == "none tuned"


def test_hex_and_oklab_go_both_ways() -> None:
    colour = oklch(0.7, 0.1, 50)
    assert np.allclose(from_hex(as_hex(colour)), colour, atol=1 / 500)
    light, a, b = oklab(np.array(colour))
    assert (light, np.hypot(a, b), np.degrees(np.arctan2(b, a))) == pytest.approx((0.7, 0.1, 50), abs=0.02)

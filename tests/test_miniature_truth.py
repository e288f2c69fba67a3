"""Tunings and pictures are measured alike: what is known beforehand is found."""

import itertools
import math

import numpy as np
import pytest

from generator.miniature import truth, truth_report
from generator.miniature.colour import as_hex, from_hex, hue_number, oklab, oklch
from generator.miniature.truth_report import Agreement

SIDE = 64
PROBES = list(itertools.product(truth.ORIENTATIONS, truth.PERIODS, range(truth.SHAPE[2])))
TURN, PERIOD, HUE = (np.array(column, float) for column in zip(*PROBES, strict=True))
FLAT = np.ones(len(PROBES))


def wave(across: int, up: int, colours: tuple[tuple[float, float, float], ...] = ((0, 0, 0), (1, 1, 1))) -> np.ndarray:
    """A seamless grating with whole numbers of waves from left to right and from bottom to top."""
    x, y = np.meshgrid(np.arange(SIDE), -np.arange(SIDE))
    share = (0.5 + 0.5 * np.sin(2 * np.pi * (across * x + up * y) / SIDE))[:, :, None]
    return np.round(255 * (share * np.array(colours[0]) + (1 - share) * np.array(colours[1]))).astype(np.uint8)


def bell(distance: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-0.5 * (distance / width) ** 2)


@pytest.mark.parametrize(("across", "up", "degrees"), [(8, 0, 90), (0, 8, 0), (6, 6, 135), (6, -6, 45), (8, 4, 116.6)])
def test_orientation_of_a_wave(across: int, up: int, degrees: float) -> None:
    found, agreement = truth.orientation_of(wave(across, up), SIDE / math.hypot(across, up))
    assert truth.apart("orientation", found, degrees) < 4
    assert agreement > 0.95


def test_crossing_waves_have_no_orientation() -> None:
    both = (wave(8, 0).astype(int) + wave(0, 8)) // 2
    assert truth.orientation_of(both.astype(np.uint8), 8)[1] < 0.05


def test_orientation_is_looked_for_at_the_scale_asked_for() -> None:
    both = ((wave(4, 0).astype(int) + wave(0, 16)) // 2).astype(np.uint8)
    assert truth.apart("orientation", truth.orientation_of(both, 16)[0], 90) < 2
    assert truth.apart("orientation", truth.orientation_of(both, 4)[0], 0) < 2


@pytest.mark.parametrize("waves", [2, 4, 8, 16])
def test_period_of_a_wave(waves: int) -> None:
    assert truth.period_of(wave(waves, 0)) == pytest.approx(SIDE / waves, rel=0.08)


def test_a_flat_picture_shows_neither_orientation_nor_period() -> None:
    shown = truth.shown(np.full((8, 8, 3), 7, np.uint8), 4)
    assert all(math.isnan(value) for value in shown.values())


def test_hue_of_a_picture() -> None:
    for hue in (20.0, 140.0, 260.0):
        colour = oklch(0.6, 0.1, hue)
        assert truth.apart("hue", truth.shown(wave(4, 0, (colour, colour)), 16)["hue"], hue) < 3


def test_the_probes_are_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "SIDE", 96)
    for number, pixels in enumerate(itertools.islice(truth.probes(3), 0, 600, 37)):
        turn, period, hue = PROBES[number * 37]
        if not 4 < period < 40:
            continue
        shown = truth.shown(pixels, period)
        assert truth.apart("orientation", shown["orientation"], turn) < 3
        assert truth.apart("period", shown["period"], period) < 0.3
        if hue < len(truth.HUES):
            assert truth.apart("hue", shown["hue"], truth.HUES[hue]) < 20


def test_preferences_are_found_and_told_from_none() -> None:
    turned = bell(truth.apart("orientation", TURN, 40), 15)
    sized = bell(np.log2(PERIOD / 12), 0.6)
    tinted = np.where(HUE < 12, bell(truth.apart("hue", HUE * 30, 200), 40), 0)
    best, clear = truth.tuning(np.stack([turned, sized, tinted, FLAT], 1), np.ones((3, 4)) * 0.5)
    assert clear["orientation"].tolist() == [True, False, False, False]
    assert clear["period"].tolist() == [False, True, False, False]
    assert clear["hue"].tolist() == [False, False, True, False]
    assert truth.apart("orientation", best["orientation"].best[0], 40) < 3
    assert best["period"].best[1] == pytest.approx(12)
    assert truth.apart("hue", best["hue"].best[2], 200) < 5


def test_who_answers_to_grey_is_not_tuned_to_a_hue() -> None:
    tinted = bell(truth.apart("hue", HUE * 30, 200), 40)
    tinted[HUE == 12] = 0.9
    assert not truth.tuning(tinted[:, None], np.array([[1.0]]))[1]["hue"].any()


def test_noise_is_not_a_preference() -> None:
    noise = np.random.default_rng(0).gamma(0.3, size=(len(PROBES), 40))
    _, clear = truth.tuning(noise, noise[:50])
    assert sum(mask.sum() for mask in clear.values()) <= 2


def test_a_filter_that_is_there_for_something_else_is_not_asked() -> None:
    turned = bell(truth.apart("orientation", TURN, 40), 15)[:, None]
    assert truth.tuning(turned, np.array([[1.0]]))[1]["orientation"].all()
    assert not truth.tuning(turned, np.array([[2.0]]))[1]["orientation"].any()


def test_a_period_at_the_end_of_what_was_asked_is_not_clear() -> None:
    longest = bell(np.log2(PERIOD / truth.PERIODS[-1]), 0.6)[:, None]
    assert not truth.tuning(longest, np.array([[1.0]]))[1]["period"].any()


def test_agreement_counts_and_says_what_chance_gives() -> None:
    textures = {0: wave(8, 0), 1: wave(0, 8), 2: wave(8, 0)}
    best = {"orientation": truth.Preference(np.array([90.0, 0.0, 0.0]), np.ones(3))}
    best["period"] = truth.Preference(np.full(3, 8.0), np.ones(3))
    found = truth_report.compare(best, {"orientation": np.ones(3, bool)}, textures)["orientation"]
    assert (found.tuned, found.agree) == (3, 2)
    assert found.chance == pytest.approx(2 / 6)
    assert str(Agreement(0, 0, 0.0)) == "none tuned"
    assert found + Agreement(1, 1, 0.0) == Agreement(4, 3, pytest.approx(0.25))


def test_hex_and_oklab_go_both_ways() -> None:
    colour = oklch(0.7, 0.1, 50)
    assert np.allclose(from_hex(as_hex(colour)), colour, atol=1 / 500)
    light, a, b = oklab(np.array(colour))
    assert (light, np.hypot(a, b), np.degrees(np.arctan2(b, a))) == pytest.approx((0.7, 0.1, 50), abs=0.02)


def test_hues_have_numbers_and_grey_the_last() -> None:
    assert [hue_number(oklch(0.7, 0.1, hue)) for hue in (10, 40, 350)] == [0, 1, 11]
    assert hue_number(oklch(0.7, 0.01, 40)) == 12

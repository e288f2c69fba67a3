"""Tunings and pictures are measured alike: what is known beforehand is found."""

import itertools
import math

import numpy as np
import pytest

from generator.corpus.drawings.colour import as_hex, from_hex, hue_number, oklab, oklch
from generator.corpus.drawings.pictures import classes, draw
from generator.miniature import truth, truth_agreement, truth_reading

SIDE = 64
PROBES = list(itertools.product(truth.ORIENTATIONS, truth.PERIODS, range(truth.SHAPE[2])))
TURN, PERIOD, HUE = (np.array(column, float) for column in zip(*PROBES, strict=True))
FLAT = np.ones(len(PROBES))
BLANKS = len(truth.BLANK_GREYS) + len(truth.BLANK_COLOURS) * len(truth.HUES)


def wave(across: int, up: int, colours: tuple[tuple[float, float, float], ...] = ((0, 0, 0), (1, 1, 1))) -> np.ndarray:
    """A seamless grating with whole numbers of waves from left to right and from bottom to top."""
    x, y = np.meshgrid(np.arange(SIDE), -np.arange(SIDE))
    share = (0.5 + 0.5 * np.sin(2 * np.pi * (across * x + up * y) / SIDE))[:, :, None]
    drawn: np.ndarray = np.round(255 * (share * np.array(colours[0]) + (1 - share) * np.array(colours[1])))
    return drawn.astype(np.uint8)


def asked(*gratings: np.ndarray, blank: float = 0.0) -> np.ndarray:
    """Answers of filters to all probes: these to the gratings, and one and the same to all blank fields."""
    return np.concatenate([np.stack(gratings, 1), np.full((BLANKS, len(gratings)), blank)])


def bell(distance: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-0.5 * (distance / width) ** 2)


@pytest.mark.parametrize(("across", "up", "degrees"), [(8, 0, 90), (0, 8, 0), (6, 6, 135), (6, -6, 45), (8, 4, 116.6)])
def test_orientation_of_a_wave(across: int, up: int, degrees: float) -> None:
    found, agreement = truth_reading.orientation_of(wave(across, up), SIDE / math.hypot(across, up))
    assert truth.apart("orientation", found, degrees) < 4
    assert agreement > 0.95


def test_crossing_waves_have_no_orientation() -> None:
    both = (wave(8, 0).astype(int) + wave(0, 8)) // 2
    assert truth_reading.orientation_of(both.astype(np.uint8), 8)[1] < 0.05


def test_orientation_is_looked_for_at_the_scale_asked_for() -> None:
    both = ((wave(4, 0).astype(int) + wave(0, 16)) // 2).astype(np.uint8)
    assert truth.apart("orientation", truth_reading.orientation_of(both, 16)[0], 90) < 2
    assert truth.apart("orientation", truth_reading.orientation_of(both, 4)[0], 0) < 2


@pytest.mark.parametrize("waves", [2, 4, 8, 16])
def test_period_of_a_wave(waves: int) -> None:
    assert truth_reading.period_of(wave(waves, 0)) == pytest.approx(SIDE / waves, rel=0.08)


def test_a_flat_picture_shows_neither_orientation_nor_period() -> None:
    shown = truth_reading.shown(np.full((8, 8, 3), 7, np.uint8), 4)
    assert all(math.isnan(value) for value in shown.values())


def test_hue_of_a_picture() -> None:
    for hue in (20.0, 140.0, 260.0):
        colour = oklch(0.6, 0.1, hue)
        assert truth.apart("hue", truth_reading.hue_of(wave(4, 0, (colour, colour))), hue) < 4


def test_orange_lines_on_blue_have_a_hue_and_black_ones_on_grey_none() -> None:
    pixels = np.empty((40, 40, 3), np.uint8)
    pixels[:], pixels[:18] = [round(255 * part) for part in oklch(0.6, 0.1, 240)], [230, 140, 40]
    assert np.hypot(*oklab(pixels / 255).mean((0, 1))[1:]) < 0.03, "the mean is as good as grey"
    assert truth.apart("hue", truth_reading.hue_of(pixels), 63) < 10
    assert math.isnan(truth_reading.hue_of(wave(4, 0, ((0, 0, 0), (0.5, 0.5, 0.5)))))


def drawn(name: str, nth: int) -> tuple[np.ndarray, dict[str, float | str]]:
    picture = draw(11, classes().index(name) + nth * len(classes()))
    return picture.pixels, picture.truth


@pytest.mark.parametrize("name", ["grating", "stripes", "zebra", "ripples"])
def test_drawn_lines_are_read_as_the_truth_says(name: str) -> None:
    right = {"orientation": 0, "period": 0}
    for nth in range(10):
        pixels, told = drawn(name, nth)
        turn, period = float(told["orientation"]), float(told["scale"])
        seen = truth_reading.shown(truth_reading.windowed(pixels), period)
        right["orientation"] += truth_agreement.same("orientation", turn, seen["orientation"])
        right["period"] += truth_agreement.same("period", period, seen["period"])
    assert right["orientation"] >= 9
    assert right["period"] >= (9 if name == "grating" else 7)  # stripes of unequal width have halves of a period


@pytest.mark.parametrize("name", ["grating", "checks", "spiral", "marble"])
def test_drawn_colours_are_read_as_one_of_the_two_that_the_truth_says(name: str) -> None:
    right = asked_for = 0
    for nth in range(12):
        pixels, told = drawn(name, nth)
        hues = [oklab(np.array(from_hex(str(told[part])))) for part in ("ink", "paper")]
        if min(np.hypot(*one[1:]) for one in hues) < 0.05:
            continue
        asked_for += 1
        seen = truth_reading.hue_of(pixels)
        right += any(truth_agreement.same("hue", float(np.degrees(np.arctan2(b, a)) % 360), seen) for _, a, b in hues)
    assert asked_for >= 8
    assert right >= asked_for - 1


def test_the_probes_are_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "SIDE", 96)
    assert sum(1 for _ in truth.probes(3)) == truth.GRATINGS + BLANKS
    assert all(np.ptp(pixels, (0, 1)).max() == 0 for pixels in itertools.islice(truth.probes(3), truth.GRATINGS, None))
    for number, pixels in enumerate(itertools.islice(truth.probes(3), 0, 600, 37)):
        turn, period, hue = PROBES[number * 37]
        if not 4 < period < 40:
            continue
        shown = truth_reading.shown(pixels, period)
        assert truth.apart("orientation", shown["orientation"], turn) < 3
        assert truth.apart("period", shown["period"], period) < 0.3
        if hue < len(truth.HUES):
            assert truth.apart("hue", shown["hue"], truth.HUES[hue]) < 20


def test_preferences_are_found_and_told_from_none() -> None:
    turned = bell(truth.apart("orientation", TURN, 40), 15)
    sized = bell(np.log2(PERIOD / 12), 0.6)
    tinted = np.where(HUE < 12, bell(truth.apart("hue", HUE * 30, 200), 40), 0)
    best, clear = truth.tuning(asked(turned, sized, tinted, FLAT), np.ones((3, 4)) * 0.5)
    assert clear["orientation"].tolist() == [True, False, False, False]
    assert clear["period"].tolist() == [False, True, False, False]
    assert clear["hue"].tolist() == [False, False, True, False]
    assert truth.apart("orientation", best["orientation"].best[0], 40) < 3
    assert best["period"].best[1] == pytest.approx(12)
    assert truth.apart("hue", best["hue"].best[2], 200) < 5


@pytest.mark.parametrize("grey", [12, 13])
def test_who_answers_to_grey_or_to_black_and_white_is_not_tuned_to_a_hue(grey: int) -> None:
    tinted = np.where(HUE < 12, bell(truth.apart("hue", HUE * 30, 200), 40), 0)
    assert truth.tuning(asked(tinted), np.array([[1.0]]))[1]["hue"].all()
    tinted[grey == HUE] = 0.9
    assert not truth.tuning(asked(tinted), np.array([[1.0]]))[1]["hue"].any()


def test_who_answers_to_blank_fields_is_tuned_to_nothing_but_perhaps_a_hue() -> None:
    turned, tinted = bell(truth.apart("orientation", TURN, 40), 15), np.where(HUE == 3, 1.0, 0.0)
    assert not truth.tuning(asked(turned, blank=0.6), np.array([[1.0]]))[1]["orientation"].any()
    assert truth.tuning(asked(turned, blank=0.4), np.array([[1.0]]))[1]["orientation"].all()
    answers = asked(tinted)
    answers[truth.GRATINGS + len(truth.BLANK_GREYS) :] = 1.0
    assert truth.tuning(answers, np.array([[1.0]]))[1]["hue"].all()
    answers[truth.GRATINGS :] = 1.0
    assert not truth.tuning(answers, np.array([[1.0]]))[1]["hue"].any()


def test_noise_is_not_a_preference() -> None:
    noise = np.random.default_rng(0).gamma(0.3, size=(len(PROBES), 40))
    _, clear = truth.tuning(asked(*noise.T), noise[:50])
    assert sum(mask.sum() for mask in clear.values()) <= 2


def test_a_filter_that_is_there_for_something_else_is_not_asked() -> None:
    turned = asked(bell(truth.apart("orientation", TURN, 40), 15))
    assert truth.tuning(turned, np.array([[1.0]]))[1]["orientation"].all()
    assert not truth.tuning(turned, np.array([[2.0]]))[1]["orientation"].any()


def test_a_period_at_the_end_of_what_was_asked_is_not_clear() -> None:
    longest = asked(bell(np.log2(PERIOD / truth.PERIODS[-1]), 0.6))
    assert not truth.tuning(longest, np.array([[1.0]]))[1]["period"].any()


def test_agreement_counts_and_says_what_chance_gives() -> None:
    textures = {0: wave(8, 0), 1: wave(0, 8), 2: wave(8, 0)}
    best = {"orientation": truth.Preference(np.array([90.0, 0.0, 0.0]), np.array([0.5, 0.6, 0.7]))}
    best["period"] = truth.Preference(np.full(3, 8.0), np.ones(3))
    found = truth_agreement.cases("layer", best, {"orientation": np.ones(3, bool)}, textures, np.ones(3), borders=False)
    assert [case.agrees for case in found] == [True, True, False]
    assert truth_agreement.summary(found) == "2/3 (67%, chance 33%)"
    assert truth_agreement.by_property(found) == "orientation 2/3 (67%, chance 33%); period none tuned; hue none tuned"
    assert "strength 0.7 and more: 0/1" in truth_agreement.by_strength(found)
    assert (
        str(found[2]) == "layer/2 orientation 0 (strength 0.70), shows 90, excites 1.0 times as much as the best probe"
    )
    assert np.asarray(truth_agreement.sheet(found)).min() == 0


def test_hues_are_told_apart_by_their_axis() -> None:
    best = {"hue": truth.Preference(np.array([70.0, 250.0, 140.0]), np.ones(3))}
    best["period"] = truth.Preference(np.full(3, 8.0), np.ones(3))
    flat = {one: np.full((8, 8, 3), np.round(255 * np.array(oklch(0.6, 0.1, 60))), np.uint8) for one in range(3)}
    found = truth_agreement.cases("layer", best, {"hue": np.ones(3, bool)}, flat, np.ones(3), borders=False)
    told = truth_agreement.by_axis(found)
    assert told == "hues near orange or blue 1/2 (50%, chance 50%); others 0/1 (0%, chance 0%)"


@pytest.mark.parametrize("borders", [True, False])
def test_a_picture_with_borders_is_read_without_them(borders: bool) -> None:
    x, y = np.meshgrid(np.arange(18), np.arange(18))
    slanted = np.round(127.5 + 127.5 * np.sin(2 * np.pi * (x + 0.1 * y) / 9))[..., None].repeat(3, 2).astype(np.uint8)
    best = {
        name: truth.Preference(np.array([value]), np.ones(1)) for name, value in (("orientation", 84.3), ("period", 9))
    }
    clear, pictures = {"orientation": np.ones(1, bool)}, {0: slanted}
    (found,) = truth_agreement.cases("layer", best, clear, pictures, np.ones(1), borders=borders)
    assert (truth.apart("orientation", found.shows, 84.3) < 1) == borders


def test_hex_and_oklab_go_both_ways() -> None:
    colour = oklch(0.7, 0.1, 50)
    assert np.allclose(from_hex(as_hex(colour)), colour, atol=1 / 500)
    light, a, b = oklab(np.array(colour))
    assert (light, np.hypot(a, b), np.degrees(np.arctan2(b, a))) == pytest.approx((0.7, 0.1, 50), abs=0.02)


def test_hues_have_numbers_and_grey_the_last() -> None:
    assert [hue_number(oklch(0.7, 0.1, hue)) for hue in (10, 40, 350)] == [0, 1, 11]
    assert hue_number(oklch(0.7, 0.01, 40)) == 12

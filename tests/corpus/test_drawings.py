"""The procedural pictures: the same bytes, every class, and a truth that can be measured in the pixels."""

import hashlib
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from generator.corpus.drawings.colour import as_hex, oklch
from generator.corpus.drawings.pictures import PATTERNS, classes, draw, label, photographs
from generator.corpus.drawings.plane import SIDE

PRINT_DIGEST = """
import hashlib
from generator.corpus.drawings.pictures import classes, draw
print(hashlib.sha256(b"".join(draw(3, index).pixels.tobytes() for index in range(len(classes())))).hexdigest())
"""


def index_of(name: str, nth: int = 0) -> int:
    return classes().index(name) + nth * len(classes())


def orientation(pixels: np.ndarray) -> float:
    """How lines run, in degrees counter-clockwise from the horizontal, by the structure tensor of all channels."""
    soft = pixels.astype(np.float64)
    for axis in (0, 1):
        soft = (np.roll(soft, 1, axis) + soft + np.roll(soft, -1, axis)) / 3
    down, right = np.gradient(soft[4:-4, 4:-4], axis=(0, 1))
    across = 0.5 * np.degrees(np.arctan2(2 * (-down * right).sum(), (right**2 - down**2).sum()))
    return float((across + 90) % 180)


def wavelength(pixels: np.ndarray) -> float:
    """The period (pixels) with the most power."""
    grey = pixels.astype(np.float64).mean(2)
    window = np.hanning(SIDE)[:, None] * np.hanning(SIDE)[None, :]
    power = np.abs(np.fft.fft2((grey - grey.mean()) * window, (4 * SIDE, 4 * SIDE))) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(4 * SIDE), np.fft.fftfreq(4 * SIDE)))
    power[frequency < 1 / 120] = 0  # light that falls off over the picture
    return float(1 / frequency.flat[int(power.argmax())])


def test_labels_are_known_without_drawing():
    names = photographs(3 * len(classes()))
    assert len(classes()) >= 32
    assert len({name for name, _ in names}) == len(names)
    assert set(Counter(kind for _, kind in names).values()) == {3}
    assert all(name.startswith(f"{kind}/") for name, kind in names)
    assert draw(1, 5).label == label(5) == names[5][1]


@pytest.mark.parametrize("name", classes())
def test_every_class_is_drawn_and_differs_from_seed_to_seed(name):
    one, other = draw(1, index_of(name, 1)), draw(2, index_of(name, 1))
    for picture in (one, other):
        assert picture.pixels.shape == (SIDE, SIDE, 3)
        assert picture.pixels.dtype == np.uint8
        assert picture.truth["class"] == picture.label == name
        assert picture.pixels.std() > 8, "almost one colour"
        assert str(picture.truth["ink"]).startswith("#")
    assert np.abs(one.pixels.astype(int) - other.pixels).mean() > 5


def test_another_process_draws_the_same_bytes():
    here = hashlib.sha256(b"".join(draw(3, index).pixels.tobytes() for index in range(len(classes())))).hexdigest()
    there = subprocess.run([sys.executable, "-c", PRINT_DIGEST], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_a_smaller_drawing_is_the_same_picture():
    for name in ("stripes", "mosaic", "house", "flower"):
        large = draw(1, index_of(name)).pixels.astype(float)
        small = draw(1, index_of(name), SIDE // 2).pixels.astype(float)
        halved = large.reshape(SIDE // 2, 2, SIDE // 2, 2, 3).mean((1, 3))
        assert np.corrcoef(halved.ravel(), small.ravel())[0, 1] > 0.85, name


@pytest.mark.parametrize("name", ["grating", "stripes", "ripples", "zebra"])
def test_lines_run_as_the_truth_says(name):
    for nth in range(8):
        picture = draw(4, index_of(name, nth))
        off = abs((orientation(picture.pixels) - float(picture.truth["orientation"]) + 90) % 180 - 90)
        assert off < (4 if name in ("grating", "stripes") else 25), (name, nth, picture.truth)


def test_a_grating_has_the_period_that_the_truth_says():
    for nth in range(8):
        picture = draw(5, index_of("grating", nth))
        assert wavelength(picture.pixels) == pytest.approx(float(picture.truth["scale"]), rel=0.08)


def test_patterns_fill_the_picture_and_things_know_their_size():
    assert {"orientation", "scale"} <= draw(1, index_of("bricks")).truth.keys()
    for name in set(classes()) - set(PATTERNS):
        assert 120 < float(draw(1, index_of(name)).truth["size"]) < 210


def test_colours_are_what_oklch_says():
    assert as_hex(oklch(1, 0, 0)) == "#ffffff"
    assert as_hex(oklch(0, 0, 0)) == "#000000"
    assert as_hex(oklch(0.62796, 0.25768, 29.234)) == "#ff0000"  # sRGB red in Oklch

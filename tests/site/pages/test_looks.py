"""How textures look in numbers: hue, colourfulness, the direction of lines."""

import numpy as np
import pytest

from generator.site.pages import appearance


def stripes(degrees, colour=(1.0, 1.0, 1.0), side=64):
    """Even stripes, whose lines run at so many degrees anticlockwise from level; they repeat at the edges."""
    turns = {0: (4, 0), 45: (4, 4), 90: (0, 4), 135: (4, -4)}[degrees]
    y, x = np.mgrid[0:side, 0:side] * (2 * np.pi / side)
    wave = 127.5 + 127 * np.sin(turns[0] * y + turns[1] * x)
    return (wave[..., None] * np.array(colour)).astype(np.uint8)


@pytest.mark.parametrize("degrees", [0, 45, 90, 135])
def test_direction_is_that_of_the_lines(degrees):
    found = appearance.look(stripes(degrees))
    assert found.direction == degrees
    assert found.lines > 95


def test_noise_has_no_direction():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert appearance.look(noise).lines < 15


@pytest.mark.parametrize(("colour", "hue"), [((1, 0, 0), 0), ((1, 1, 0), 60), ((0, 1, 0), 120), ((0, 0, 1), 240)])
def test_hue(colour, hue):
    found = appearance.look(stripes(0, colour))
    assert found.hue == hue
    assert found.colour > 40


def test_grey_has_no_colour():
    assert appearance.look(stripes(90)).colour == 0
    assert appearance.look(np.full((8, 8, 3), 128, np.uint8)) == appearance.Look(0, 0, 90, 0)


def test_regular_patterns_have_one_wave():
    found = appearance.look(stripes(90))
    assert found.regular == 100
    assert found.period == 16
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    assert appearance.look(noise).regular < 5
    assert appearance.look(np.full((64, 64, 3), 90, np.uint8)).regular == 0


def test_a_picture_with_borders_is_not_wrapped_around():
    y, _ = np.mgrid[0:30, 0:30]
    slope = np.repeat((8 * y)[..., None], 3, axis=2).astype(np.uint8)  # wrapped around, it would end with a cliff
    slope[:, 15:] = np.rot90(slope[:, 15:].copy(), 2)
    assert appearance.look(slope, torus=False).lines > appearance.look(slope).lines

"""Which states become frames, and the strip of them."""

import io

import numpy as np
import pytest
from PIL import Image

from generator.ascent import frames


def shots(steps, side=2):
    return [(step, np.full((side, side, 3), step, np.uint8)) for step in steps]


@pytest.mark.parametrize(
    ("kept", "last", "chosen"),
    [
        (range(11), 10, (0, 1, 2, 4, 6, 10)),
        (range(65), 64, (0, 3, 10, 23, 41, 64)),
        (range(0, 145, 4), 144, (0, 4, 24, 52, 92, 144)),
        (range(11), 4, (0, 1, 2, 3, 4)),  # the best state was early: what came after it is no part of the way
        (range(11), 0, (0,)),
        (range(0, 9, 4), 7, (0, 4, 7)),
    ],
)
def test_early_states_are_denser(kept, last, chosen):
    picture = np.full((2, 2, 3), 255, np.uint8)
    found = frames.cut(shots(kept), last, picture)
    assert found.steps == chosen
    assert [int(frame[0, 0, 0]) for frame in found.frames] == [*chosen[:-1], 255]


def test_a_film_may_end_with_another_picture():
    found = frames.cut(shots(range(3)), 2, np.full((2, 2, 3), 9, np.uint8))
    assert found.ending_with(np.full((2, 2, 3), 9, np.uint8)) == found
    other = found.ending_with(np.zeros((2, 2, 3), np.uint8))
    assert other.steps == (0, 1, None)
    assert not other.frames[-1].any()


@pytest.mark.parametrize(
    ("side", "tile", "suffix"), [(3, 3, "png"), (23, 23, "png"), (24, 24, "avif"), (196, 96, "avif")]
)
def test_a_strip_has_small_tiles(side, tile, suffix):
    payload, kind, found = frames.strip([frame for _, frame in shots((0, 100, 200), side)])
    assert (kind, found) == (suffix, tile)
    with Image.open(io.BytesIO(payload)) as strip:
        assert strip.size == (3 * tile, tile)
        pixels = np.asarray(strip.convert("RGB")).astype(int)
    assert abs(pixels[tile // 2, tile // 2 :: tile, 0] - [0, 100, 200]).max() <= 3

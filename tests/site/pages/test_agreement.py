"""Whether patches look like a texture."""

import io

import numpy as np
import pytest
from PIL import Image

from generator.network.geometry import LAYERS, Window
from generator.responses.patch import Patch
from generator.site.pages import patch_similarity
from generator.site.records import Filter, Patches, StoredPicture
from generator.store.artifacts import Store

TILE = 40
FIELD = Window(8, 8, 32, 32)


def stripes(degrees, colour):
    """A tile of stripes whose lines run at so many degrees; outside the field, they run across that."""
    y, x = np.mgrid[0:TILE, 0:TILE] * 0.8

    def wave(angle):
        return np.sin(x * np.sin(np.radians(angle)) + y * np.cos(np.radians(angle)))

    picture = wave(degrees + 90)
    inside = slice(FIELD.top, FIELD.bottom)
    picture[inside, inside] = wave(degrees)[inside, inside]
    return (127.5 + 127 * picture[..., None] * np.array(colour)).astype(np.uint8)


def filter_with(tmp_path, tiles):
    """A filter with these tiles as its patches, and the store that holds their strip."""
    store = Store(tmp_path / "store")
    buffer = io.BytesIO()
    Image.fromarray(np.concatenate(tiles, axis=1)).save(buffer, "PNG")
    key = "ab" * 32
    store._commit(key, {"kind": "patches"}, buffer.getvalue(), "png", {}, {})
    entry = store.entry(key)
    assert entry is not None
    picture = StoredPicture(key, entry.path, entry.sha256, TILE * len(tiles), TILE)
    patches = tuple(Patch("a.jpg", "a", 0, 1.0, 0, 0, FIELD, FIELD) for _ in tiles)
    return Filter(LAYERS[4], 0, None, None, Patches(picture, TILE, patches)), store


def test_counts_the_patches_whose_lines_run_that_way(tmp_path):
    this, store = filter_with(tmp_path, [stripes(angle, (1, 1, 1)) for angle in (0, 10, 170, 45, 90)])
    assert patch_similarity.directions(this, 0, store) == 3
    assert patch_similarity.directions(this, 90, store) == 1
    assert patch_similarity.directions(this, 179, store) == 3


def test_counts_the_patches_of_that_hue(tmp_path):
    tiles = [
        np.full((TILE, TILE, 3), colour, np.uint8) for colour in ((250, 10, 10), (240, 40, 0), (9, 9, 250), (90,) * 3)
    ]
    this, store = filter_with(tmp_path, tiles)
    assert patch_similarity.hues(this, 355, store) == 2
    assert patch_similarity.hues(this, 240, store) == 1


def test_no_patches_agree_with_nothing(tmp_path):
    this = Filter(LAYERS[4], 0, None, None, None)
    assert patch_similarity.directions(this, 0, Store(tmp_path / "store")) == 0


@pytest.mark.parametrize(
    ("one", "other", "circle", "apart"), [(10, 170, 180, 20), (0, 90, 180, 90), (350, 10, 360, 20)]
)
def test_turns_are_measured_around_the_circle(one, other, circle, apart):
    assert patch_similarity.turn(one, other, circle) == apart

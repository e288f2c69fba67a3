"""Social preview pictures: their size, and what they show."""

from pathlib import Path

import numpy as np
from PIL import Image

from generator.site import loading
from generator.site.pages import previews
from generator.site.records import StoredPicture
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


def test_a_mosaic_repeats_what_it_has_and_fills_the_picture():
    colours = [Image.new("RGB", (64, 64), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    pixels = np.asarray(previews.mosaic(colours))
    assert pixels.shape == (630, 1200, 3)
    assert pixels[60, 60].tolist() == pixels[60, 300].tolist() == [200, 0, 0]
    assert pixels[60, 180].tolist() == pixels[600, 1180].tolist() == [0, 0, 200]


def test_spread_takes_from_all_over():
    there = [StoredPicture(str(number), Path("nowhere.png"), "", 64, 64) for number in range(100)]
    assert previews.spread(there, 5) == [there[number] for number in (0, 20, 40, 60, 80)]
    assert previews.spread(there[1:3], 5) == [there[number] for number in (1, 2, 1, 2, 1)]
    assert previews.spread([], 5) == []


def test_every_block_with_textures_has_one_and_so_has_the_whole(tmp_path):
    path = made.make(tmp_path, (2, 2, 1), has=lambda layer, _, part: part != "texture" or layer.block == 1)
    store = Store(tmp_path / "store")
    found = previews.derive(loading.load(manifest.load(path), store), WebCache(store))
    assert set(found) == {"block1", "index"}
    with Image.open(found["block1"].path) as opened:
        assert (opened.format, opened.size) == ("JPEG", (1200, 630))


def test_of_many_blocks_those_shown_are_spread_over_all(tmp_path, monkeypatch):
    layers = made.NETWORKS["deep"]
    store = Store(tmp_path / "store")
    atlas = loading.load(manifest.load(made.make(tmp_path, layers, name="deep")), store)
    seen = []

    def mosaic(pictures):
        seen.append(len(pictures))
        return Image.new("RGB", (9, 9))

    monkeypatch.setattr(previews, "mosaic", mosaic)
    assert set(previews.derive(atlas, WebCache(store))) == {"index", *(f"block{n}" for n in range(1, 8))}
    assert seen[-1] == previews.COLUMNS * previews.ROWS

"""Stitched sheets: their layout, their empty cells, their size."""

import io

import numpy as np
import pytest
from PIL import Image

from generator.site import loading
from generator.site.pages import sheets
from generator.site.pages.images import encode
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


def solid(colour, side=16):
    return Image.new("RGB", (side, side), colour)


@pytest.mark.parametrize(
    ("count", "side", "expected"),
    [(25, 64, (5, 64)), (1, 64, (1, 64)), (64, 64, (8, 64)), (512, 128, (23, 75)), (10, 64, (4, 64))],
)
def test_layout_is_as_square_as_can_be(count, side, expected):
    assert sheets.layout(count, side) == expected


def test_reading_order_and_empty_cells():
    sheet = np.asarray(sheets.stitch([solid("red"), None, solid("blue")], 16))
    first, second, third = sheet[10, 10], sheet[10, 28], sheet[28, 10]
    assert tuple(first) == (255, 0, 0)
    assert tuple(second) == sheets.EMPTY
    assert tuple(third) == (0, 0, 255)
    assert tuple(sheet[28, 28]) == sheets.PAPER  # past the last filter
    assert sheet.shape == (38, 38, 3)


def test_even_noise_stays_under_ten_megabytes():
    random = np.random.default_rng(0)
    drawn = (random.integers(0, 256, (128, 128, 3), dtype=np.uint8) for _ in range(8))
    noise: list[Image.Image | None] = [Image.fromarray(pixels) for pixels in drawn]
    assert len(encode(sheets.stitch(noise * 64, 128), sheets.QUALITY)) < 10_000_000


def test_pages_show_a_smaller_one(tmp_path):
    path = made.make(tmp_path, (256,))
    store = Store(tmp_path / "store")
    sections = loading.load(manifest.load(path), store).sections
    sheet = sheets.derive(sections, WebCache(store), 70)["block1_conv1", "texture"]
    assert (sheet.full.width, sheet.full.height) == (16 * 66 + 2,) * 2
    for own in (sheet.full, sheet.preview):
        with Image.open(own.path) as picture:
            assert picture.size == (own.width, own.height)
    assert sheet.preview.width == sheets.SHOWN
    assert sheet.preview.path.stat().st_size < sheet.full.path.stat().st_size / 1.5


def test_missing_textures_leave_cells_empty(tmp_path):
    path = made.make(tmp_path, (4, 4), has=lambda layer, index, _: layer.conv == 1 and index != 1)
    store = Store(tmp_path / "store")
    records = loading.load(manifest.load(path), store)
    found = sheets.derive(records.sections, WebCache(store), 70)
    assert list(found) == [("block1_conv1", "texture"), ("block1_conv1", "neuron")]
    sheet = found["block1_conv1", "texture"]
    pixels = np.asarray(Image.open(sheet.full.path)).astype(int)
    assert pixels.shape == (sheet.full.height, sheet.full.width, 3)
    assert np.abs(pixels[2:66, 68:132] - sheets.EMPTY).mean() < 1
    assert pixels[2:66, 2:66].std() > 20
    assert sheets.derive(records.sections, WebCache(store), 70) == found


def test_neuron_pictures_have_a_sheet_of_their_own_with_whole_pixels(tmp_path):
    """Pictures of 3 pixels: each pixel becomes a square of one colour."""
    path = made.make(tmp_path, (4,))
    store = Store(tmp_path / "store")
    records = loading.load(manifest.load(path), store)
    sheet = sheets.derive(records.sections, WebCache(store), 70)["block1_conv1", "neuron"]
    assert sheet.full.name.startswith("block1_conv1-neurons-")
    assert (sheet.columns, sheet.rows, sheet.cell) == (2, 2, 24)
    pixels = np.asarray(Image.open(sheet.full.path).convert("RGB")).astype(int)
    for place, this in enumerate(records.sections[0].filters):
        row, column = divmod(place, 2)
        cell = pixels[2 + 26 * row :, 2 + 26 * column :][:24, :24]
        stored = store.read(this.neuron.picture.key) if this.neuron else None
        assert stored
        master = np.asarray(Image.open(io.BytesIO(stored)).convert("RGB")).astype(int)
        assert np.abs(cell - master.repeat(8, axis=0).repeat(8, axis=1)).mean() < 12

"""Cutting tiles out of photographs: for each filter a strip, a few tiles in a row, from the pixels the network saw."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
from PIL import Image

from generator.arrays import Pixels
from generator.corpus import THREADS, Corpus
from generator.network.geometry import Layer, Window, window
from generator.responses.statistics import Responses

LEAST_TILE = 15  # pixels: a field of 3 needs more than its half around it to be recognized
CONTEXT = 1.5  # side of a tile / side of the field
MOST_BYTES = 256 << 20  # of tiles in memory; the filters of a layer are cut in groups of no more
LOSSLESS_UP_TO = 24  # pixels: the page enlarges small tiles until each pixel shows, and each trace of compression too
QUALITY = 85  # of the AVIF of larger tiles: about 39 dB, a quarter of a PNG's bytes
SEEN_AS_IS = 80  # pixels: larger tiles are shown at their size or smaller, and need less
SEEN_QUALITY = 55
EFFORT = 8  # of the AVIF encoder, 0 (slow) to 10
ABOVE_PAGES = 176  # pixels: of larger tiles the site makes smaller copies, so they are encoded three times as fast ...
FAST = 9  # ... for 8 % more bytes in the store

Kind = Literal["top", "spectrum"]
Facts = dict[str, Any]
Sheet = tuple[int, Pixels, Facts]  # filter, tiles (side, tiles * side, 3), what they show


@dataclass(frozen=True)
class Strip:
    """Tiles side by side in one picture, and what they show."""

    payload: bytes
    suffix: str  # "png" or "avif"
    facts: Facts


def tile_side(layer: Layer, size: int) -> int:
    """Side of a layer's tiles in pixels: half as much again as the field, at least 15, at most the whole photograph."""
    return min(size, max(LEAST_TILE, int(np.ceil(layer.field * CONTEXT))))


def tile_window(field: Window, side: int, size: int) -> Window:
    """The tile around a field: centred on it where the photograph of `size` pixels allows, shifted inside where not."""
    extra = side - (field.bottom - field.top)
    top, left = (min(max(start - extra // 2, 0), size - side) for start in (field.top, field.left))
    return Window(top, left, top + side, left + side)


def cut(
    corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int], kind: Kind = "top"
) -> Iterator[tuple[int, Strip]]:
    """(filter, strip) for these filters: top patches, or the examples of the spectrum. See `sheets` for the facts."""
    yield from _encoded(sheets(corpus, layer, responses, filters, kind))


def whole(corpus: Corpus, indices: Sequence[int]) -> Iterator[tuple[int, Strip]]:
    """(index, the photograph as the network saw it) for these photographs. Facts: `width` and `height`."""
    facts = {"width": corpus.size, "height": corpus.size}
    yield from _encoded((index, pixels, facts) for index, pixels in corpus.stream(indices))


def sheets(
    corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int], kind: Kind = "top"
) -> Iterator[Sheet]:
    """The tiles of these filters: receptive fields with what is around them.

    Facts of a sheet: its `width` and `height`, `tile`, the side of each tile, all in pixels; `patches`, from left to
    right: `photograph` and `label`, `index` in the corpus, `activation`, the unit's `row` and `column`,
    `window`, its receptive field in the square that the network saw, and `field`, the same within the tile, both as
    [top, left, bottom, right].

    Each photograph is decoded once for a group of filters; a group is at most MOST_BYTES of tiles. Raises ValueError if
    the responses are those of another corpus.
    """
    if str(responses.corpus) != corpus.digest:
        raise ValueError(f"responses of the corpus {responses.corpus} cannot be cut from the corpus {corpus.digest}")
    side = tile_side(layer, corpus.size)
    for part in _groups(filters, side, responses.photo.shape[1]):
        rows = [_places(corpus, layer, responses, f, side, kind) for f in part]
        blank, wanted = _laid_out(rows, side)
        for index, pixels in corpus.stream(sorted(wanted)):
            for tile, place in wanted[index]:
                top, left = (place["window"][axis] - place["field"][axis] for axis in (0, 1))
                tile[:] = pixels[top : top + side, left : left + side]
        yield from _sheets_of(part, blank, rows, side)


def encode(picture: Pixels, facts: Facts) -> Strip:
    """A picture as a file: lossless if it is low, else AVIF with full colour resolution."""
    file = io.BytesIO()
    image = Image.fromarray(picture)
    if picture.shape[0] <= LOSSLESS_UP_TO:
        image.save(file, "PNG", optimize=True)
        return Strip(file.getvalue(), "png", facts)
    quality = QUALITY if picture.shape[0] <= SEEN_AS_IS else SEEN_QUALITY
    effort = FAST if picture.shape[0] > ABOVE_PAGES else EFFORT
    image.save(file, "AVIF", quality=quality, subsampling="4:4:4", speed=effort, max_threads=1)
    return Strip(file.getvalue(), "avif", facts)


def _encoded(sheets: Iterator[Sheet]) -> Iterator[tuple[int, Strip]]:
    """Strips of the sheets, encoded by threads, a few at a time."""
    with ThreadPoolExecutor(THREADS, "encode") as pool:
        while batch := list(islice(sheets, 4 * THREADS)):
            strips = pool.map(encode, [pixels for _, pixels, _ in batch], [facts for _, _, facts in batch])
            yield from zip([which for which, _, _ in batch], strips, strict=True)


def _groups(filters: Sequence[int], side: int, tiles: int) -> Iterator[Sequence[int]]:
    group = max(1, MOST_BYTES // (side * side * 3 * tiles))
    for start in range(0, len(filters), group):
        yield filters[start : start + group]


def _credit(corpus: Corpus, index: int, activation: float) -> Facts:
    photograph = corpus.photographs[index]
    return {"photograph": photograph.name, "label": photograph.label, "index": index, "activation": activation}


def _places(corpus: Corpus, layer: Layer, responses: Responses, which: int, side: int, kind: Kind) -> list[Facts]:
    """What is known of each patch of a filter, from left to right."""
    places = []
    for photo, row, column, value in zip(*(a[which].tolist() for a in responses.places(kind)), strict=True):
        if photo < 0:
            continue
        field = window(layer, row, column)
        tile = tile_window(field, side, corpus.size)
        own = {
            "row": row,
            "column": column,
            "window": [field.top, field.left, field.bottom, field.right],
            "field": [field.top - tile.top, field.left - tile.left, field.bottom - tile.top, field.right - tile.left],
        }
        places.append(_credit(corpus, photo, value) | own)
    return places


def _laid_out(rows: list[list[Facts]], side: int) -> tuple[list[Pixels], dict[int, list[tuple[Pixels, Facts]]]]:
    """A black sheet for each row of places, and for each photograph the tiles (parts of the sheets) to fill from it."""
    blank = [np.zeros((side, max(1, len(row)) * side, 3), np.uint8) for row in rows]
    wanted: dict[int, list[tuple[Pixels, Facts]]] = {}
    for sheet, row in zip(blank, rows, strict=True):
        for rank, place in enumerate(row):
            wanted.setdefault(place["index"], []).append((sheet[:, rank * side : (rank + 1) * side], place))
    return blank, wanted


def _sheets_of(filters: Sequence[int], sheets: list[Pixels], rows: list[list[Facts]], side: int) -> Iterator[Sheet]:
    for which, sheet, row in zip(filters, sheets, rows, strict=True):
        yield which, sheet, {"width": sheet.shape[1], "height": side, "tile": side, "patches": row}

"""Cutting patches out of photographs: nine tiles in a row, each a receptive field with what is around it."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from generator.corpus import THREADS, Corpus
from generator.geometry import Layer, Window, window
from generator.photographs import Pixels
from generator.responses import Responses

VERSION = 1  # part of the key of a strip
LEAST_TILE = 15  # pixels: a field of 3 needs more than its half around it to be recognized
CONTEXT = 1.5  # side of a tile / side of the field
MOST_BYTES = 256 << 20  # of tiles in memory; the filters of a layer are cut in groups of no more
LOSSLESS_UP_TO = 24  # pixels: the page enlarges small tiles until each pixel shows, and each trace of compression too
QUALITY = 85  # of the AVIF of larger tiles: about 39 dB, a quarter of a PNG's bytes


@dataclass(frozen=True)
class Strip:
    """Tiles side by side in one picture, and what they show."""

    payload: bytes
    suffix: str  # "png" or "avif"
    facts: dict[str, Any]


def tile_side(layer: Layer, size: int) -> int:
    """Side of a layer's tiles in pixels: half as much again as the field, at least 15, at most the whole photograph."""
    return min(size, max(LEAST_TILE, int(np.ceil(layer.field * CONTEXT))))


def tile_window(field: Window, side: int, size: int) -> Window:
    """The tile around a field: centred on it where the photograph of `size` pixels allows, shifted inside where not."""
    extra = side - (field.bottom - field.top)
    top, left = (min(max(start - extra // 2, 0), size - side) for start in (field.top, field.left))
    return Window(top, left, top + side, left + side)


def cut(corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int]) -> Iterator[tuple[int, Strip]]:
    """(filter, strip of its top patches) for these filters, from the very pixels that the network saw.

    Facts of a strip: its `width` and `height`, `tile`, the side of each tile, all in pixels; `patches`, from left to
    right: `photograph` and `label`, `index` in the corpus, `activation` (before ReLU), the unit's `row` and `column`,
    `window`, its receptive field in the square that the network saw, and `field`, the same within the tile, both as
    [top, left, bottom, right].

    Each photograph is decoded once for a group of filters; a group is at most MOST_BYTES of tiles. Raises ValueError if
    the responses are those of another corpus.
    """
    if str(responses.corpus) != corpus.digest:
        raise ValueError(f"responses of the corpus {responses.corpus} cannot be cut from the corpus {corpus.digest}")
    side = tile_side(layer, corpus.size)
    group = max(1, MOST_BYTES // (side * side * 3 * responses.photo.shape[1]))
    with ThreadPoolExecutor(THREADS, "encode") as pool:
        for start in range(0, len(filters), group):
            part = filters[start : start + group]
            places = [_places(corpus, layer, responses, f, side) for f in part]
            sheets = _sheets(corpus, places, side)
            facts = [
                {"width": s.shape[1], "height": side, "tile": side, "patches": p}
                for s, p in zip(sheets, places, strict=True)
            ]
            yield from zip(part, pool.map(_strip, sheets, facts), strict=True)


def _places(corpus: Corpus, layer: Layer, responses: Responses, which: int, side: int) -> list[dict[str, Any]]:
    """What is known of each patch of a filter, in order of rank."""
    places = []
    for photo, row, column, value in zip(
        *(a[which].tolist() for a in (responses.photo, responses.row, responses.column, responses.value)), strict=True
    ):
        if photo < 0:
            continue
        field = window(layer, row, column)
        tile = tile_window(field, side, corpus.size)
        photograph = corpus.photographs[photo]
        places.append(
            {
                "photograph": photograph.name,
                "label": photograph.label,
                "index": photo,
                "activation": value,
                "row": row,
                "column": column,
                "window": _corners(field, 0, 0),
                "field": _corners(field, tile.top, tile.left),
            }
        )
    return places


def _corners(window: Window, top: int, left: int) -> list[int]:
    return [window.top - top, window.left - left, window.bottom - top, window.right - left]


def _sheets(corpus: Corpus, places: list[list[dict[str, Any]]], side: int) -> list[Pixels]:
    """One row of tiles for each list of places, with one decode of each photograph."""
    sheets = [np.zeros((side, max(1, len(row)) * side, 3), np.uint8) for row in places]
    wanted: dict[int, list[tuple[Pixels, int, int]]] = {}
    for sheet, row in zip(sheets, places, strict=True):
        for rank, place in enumerate(row):
            tile = sheet[:, rank * side : (rank + 1) * side]
            top, left = (place["window"][axis] - place["field"][axis] for axis in (0, 1))
            wanted.setdefault(place["index"], []).append((tile, top, left))
    for index, pixels in corpus.stream(sorted(wanted)):
        for tile, top, left in wanted[index]:
            tile[:] = pixels[top : top + side, left : left + side]
    return sheets


def _strip(sheet: Pixels, facts: dict[str, Any]) -> Strip:
    file = io.BytesIO()
    image = Image.fromarray(sheet)
    if sheet.shape[0] <= LOSSLESS_UP_TO:
        image.save(file, "PNG", optimize=True)
        return Strip(file.getvalue(), "png", facts)
    image.save(file, "AVIF", quality=QUALITY, subsampling="4:4:4", speed=8, max_threads=1)
    return Strip(file.getvalue(), "avif", facts)

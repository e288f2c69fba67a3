"""Cuts tiles out of photographs, as the network saw them. A filter's tiles form a row, its strip."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
from PIL import Image

from generator.arrays import Pixels
from generator.batches import chunks
from generator.corpus import THREADS, Corpus
from generator.network.geometry import Layer, Window, window
from generator.responses.patch import Patch, Tiles
from generator.responses.statistics import Responses

LEAST_TILE = 15  # pixels: a field of 3 pixels needs more context to be recognizable
CONTEXT = 1.5  # side of a tile / side of the field
MOST_BYTES = 256 << 20  # of tiles in memory: the limit for a group of filters that are cut together
LOSSLESS_UP_TO = 24  # pixels: pages enlarge smaller tiles so much that compression would be visible
QUALITY = 85  # of the AVIF of larger tiles: about 39 dB, a quarter of a PNG's bytes
SEEN_AS_IS = 80  # pixels: pages do not enlarge larger tiles, so these need less quality
SEEN_QUALITY = 55
EFFORT = 8  # of the AVIF encoder, 0 (slow) to 10
ABOVE_PAGES = 176  # pixels: the site makes smaller copies of larger tiles. These are encoded three times as fast ...
FAST = 9  # ... for 8 % more bytes in the store

Kind = Literal["top", "spectrum"]
Facts = dict[str, Any]
Sheet = tuple[int, Pixels, Tiles]  # filter, pixels (side, tiles * side, 3), what they show


@dataclass(frozen=True)
class Strip:
    """Tiles side by side in one picture, and what they show."""

    payload: bytes
    suffix: str  # "png" or "avif"
    facts: Facts


def tile_side(layer: Layer, size: int) -> int:
    """Side of a layer's tiles in pixels: 1.5 times the field, at least 15, at most the whole photograph."""
    return min(size, max(LEAST_TILE, int(np.ceil(layer.field * CONTEXT))))


def tile_window(field: Window, side: int, size: int) -> Window:
    """The tile around a field: centred on it, or shifted to fit into the photograph of `size` pixels."""
    extra = side - (field.bottom - field.top)
    top, left = (min(max(start - extra // 2, 0), size - side) for start in (field.top, field.left))
    return Window(top, left, top + side, left + side)


def cut(
    corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int], kind: Kind = "top"
) -> Iterator[tuple[int, Strip]]:
    """(filter, strip) for these filters: top patches, or the examples of the spectrum. The facts are `Tiles`."""
    found = sheets(corpus, layer, responses, filters, kind)
    yield from _encoded((which, pixels, tiles.to_facts()) for which, pixels, tiles in found)


def whole(corpus: Corpus, indices: Sequence[int]) -> Iterator[tuple[int, Strip]]:
    """(index, the photograph as the network saw it) for these photographs. The facts are `width` and `height`."""
    facts = {"width": corpus.size, "height": corpus.size}
    yield from _encoded((index, pixels, facts) for index, pixels in corpus.stream(indices))


def sheets(
    corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int], kind: Kind = "top"
) -> Iterator[Sheet]:
    """The tiles of these filters: receptive fields with their surroundings.

    Each photograph is decoded once per group of filters, whose tiles take at most MOST_BYTES. Raises ValueError if the
    responses are those of another corpus.
    """
    if str(responses.corpus) != corpus.digest:
        raise ValueError(f"responses of the corpus {responses.corpus} cannot be cut from the corpus {corpus.digest}")
    side = tile_side(layer, corpus.size)
    bytes_each = side * side * 3 * responses.photo.shape[1]
    for part in chunks(filters, max(1, MOST_BYTES // bytes_each)):
        rows = [_places(corpus, layer, responses, f, side, kind) for f in part]
        blank, wanted = _laid_out(rows, side)
        for index, pixels in corpus.stream(sorted(wanted)):
            for tile, place in wanted[index]:
                top, left = place.window.top - place.field.top, place.window.left - place.field.left
                tile[:] = pixels[top : top + side, left : left + side]
        for which, sheet, patches in zip(part, blank, rows, strict=True):
            yield which, sheet, Tiles(sheet.shape[1], side, side, tuple(patches))


def encode(picture: Pixels, facts: Facts) -> Strip:
    """A picture as a file: a PNG up to LOSSLESS_UP_TO pixels of height, else an AVIF with full colour resolution."""
    file = io.BytesIO()
    image = Image.fromarray(picture)
    if picture.shape[0] <= LOSSLESS_UP_TO:
        image.save(file, "PNG", optimize=True)
        return Strip(file.getvalue(), "png", facts)
    quality = QUALITY if picture.shape[0] <= SEEN_AS_IS else SEEN_QUALITY
    effort = FAST if picture.shape[0] > ABOVE_PAGES else EFFORT
    image.save(file, "AVIF", quality=quality, subsampling="4:4:4", speed=effort, max_threads=1)
    return Strip(file.getvalue(), "avif", facts)


def _encoded(pictures: Iterator[tuple[int, Pixels, Facts]]) -> Iterator[tuple[int, Strip]]:
    """Strips of the pictures, encoded by threads, a few at a time."""
    with ThreadPoolExecutor(THREADS, "encode") as pool:
        while batch := list(islice(pictures, 4 * THREADS)):
            strips = pool.map(encode, [pixels for _, pixels, _ in batch], [facts for _, _, facts in batch])
            yield from zip([which for which, _, _ in batch], strips, strict=True)


def _places(corpus: Corpus, layer: Layer, responses: Responses, which: int, side: int, kind: Kind) -> list[Patch]:
    """The patches of a filter, from left to right."""
    patches = []
    for photo, row, column, value in zip(*(a[which].tolist() for a in responses.places(kind)), strict=True):
        if photo < 0:
            continue
        seen = window(layer, row, column)
        tile = tile_window(seen, side, corpus.size)
        field = Window(seen.top - tile.top, seen.left - tile.left, seen.bottom - tile.top, seen.right - tile.left)
        shown = corpus.photographs[photo]
        patches.append(Patch(shown.name, shown.label, photo, value, row, column, seen, field))
    return patches


def _laid_out(rows: list[list[Patch]], side: int) -> tuple[list[Pixels], dict[int, list[tuple[Pixels, Patch]]]]:
    """A black sheet for each row of patches, and for each photograph the tiles (parts of the sheets) to fill."""
    blank = [np.zeros((side, max(1, len(row)) * side, 3), np.uint8) for row in rows]
    wanted: dict[int, list[tuple[Pixels, Patch]]] = {}
    for sheet, row in zip(blank, rows, strict=True):
        for rank, patch in enumerate(row):
            wanted.setdefault(patch.index, []).append((sheet[:, rank * side : (rank + 1) * side], patch))
    return blank, wanted

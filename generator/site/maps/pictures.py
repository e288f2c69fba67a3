"""Small pictures of many filters in one file, for maps seen from afar: of a layer, and of all filters in a map's order.

A layer's textures are on its sheet already (`pages.sheets`); this makes the same of its neuron pictures.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from generator.site.maps.grid import shape
from generator.site.pages.images import HARD, WebPicture, encode
from generator.site.pages.sheets import EMPTY, GAP, PAPER, SHOWN, Sheet
from generator.site.records import Section, StoredPicture
from generator.store import versions
from generator.store.webcache import WebCache

WIDTH = 1280  # pixels of the picture of a whole map, at most
CELL = 64  # pixels of one of its cells, at most


@dataclass(frozen=True)
class Tiles:
    """A picture of many filters in cells, in reading order. Lengths are in its pixels."""

    picture: WebPicture
    columns: int
    cell: float  # side of a cell
    gap: float  # between cells and around them

    def box(self, place: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a cell."""
        row, column = divmod(place, self.columns)
        left, top = (self.gap + at * (self.cell + self.gap) for at in (column, row))
        return left, top, left + self.cell, top + self.cell


def textures(sheet: Sheet, picture: WebPicture) -> Tiles:
    """The textures of a layer. `picture`: its sheet's full file or preview."""
    scale = picture.width / sheet.full.width
    return Tiles(picture, sheet.columns, sheet.cell * scale, GAP * scale)


def neurons(section: Section, cache: WebCache, quality: int) -> Tiles | None:
    """The neuron pictures of a layer; None if it has none. Raises BuildError if they cannot be written."""
    found = [this.neuron.picture if this.neuron else None for this in section.filters]
    side = max((picture.width for picture in found if picture), default=0)
    if not side:
        return None
    side *= -(-HARD // side)  # pixels that a page shows one by one stay whole
    columns, rows = shape(len(found))
    cell = min(side, (SHOWN - GAP) // columns - GAP)
    size = columns * (cell + GAP) + GAP, rows * (cell + GAP) + GAP
    names = " ".join(picture.sha256 if picture else "-" for picture in found)
    source = f"neurons version {versions.CURRENT.map} {size} quality {quality} {names}"
    made = cache.get(source, "avif", lambda: encode(_stitched(found, columns, cell, size, cache), quality))
    return made and Tiles(WebPicture(f"{section.layer.name}-neurons", *made, *size), columns, cell, GAP)


def together(name: str, cells: Sequence[tuple[Tiles, int] | None], cache: WebCache, quality: int) -> Tiles | None:
    """Tiles cut out of the pictures of layers, in a map's order: (tiles, place among them), or None.

    None if no cell has a picture. Raises BuildError if it cannot be written.
    """
    parts = list(dict.fromkeys(own[0] for own in cells if own))
    if not parts:
        return None
    columns, rows = shape(len(cells))
    cell = min(CELL, WIDTH // columns)
    size = columns * cell, rows * cell
    number = {part: str(place) for place, part in enumerate(parts)}
    order = " ".join(f"{number[own[0]]}.{own[1]}" if own else "-" for own in cells)
    names = " ".join(part.picture.content for part in parts)
    source = f"map version {versions.CURRENT.map} {size} quality {quality} {names} {order}"

    def make() -> bytes:
        canvas = Image.new("RGB", size, PAPER)
        for part in parts:  # one at a time: opened, they are large
            opened = Image.open(part.picture.path).convert("RGB")
            for place, own in enumerate(cells):
                if own and own[0] is part:
                    tile = opened.resize((cell, cell), Image.Resampling.BICUBIC, box=part.box(own[1]))
                    canvas.paste(tile, (place % columns * cell, place // columns * cell))
        return encode(canvas, quality)

    made = cache.get(source, "avif", make)
    return made and Tiles(WebPicture(name, *made, *size), columns, cell, 0)


def _stitched(
    found: Sequence[StoredPicture | None], columns: int, cell: int, size: tuple[int, int], cache: WebCache
) -> Image.Image:
    canvas = Image.new("RGB", size, PAPER)
    for place, picture in enumerate(found):
        row, column = divmod(place, columns)
        at = GAP + column * (cell + GAP), GAP + row * (cell + GAP)
        master = cache.store.read(picture.key) if picture else None
        if master is None:
            canvas.paste(EMPTY, (*at, at[0] + cell, at[1] + cell))
            continue
        own = Image.open(io.BytesIO(master)).convert("RGB")
        way = Image.Resampling.NEAREST if own.width < HARD else Image.Resampling.LANCZOS
        canvas.paste(own if own.width == cell else own.resize((cell, cell), way), at)
    return canvas

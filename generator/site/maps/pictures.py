"""Small pictures of many filters in one file, for maps seen from afar.

A layer has them on its sheets already (`pages.sheets`). Those of the map of all filters are stitched here in its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from generator.site.maps.grid import shape
from generator.site.pages.images import WebPicture, encode
from generator.site.pages.sheets import GAP, PAPER, Sheet
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


def of_layer(sheet: Sheet, picture: WebPicture) -> Tiles:
    """The pictures of a layer. `picture`: its sheet's full file or preview."""
    scale = picture.width / sheet.full.width
    return Tiles(picture, sheet.columns, sheet.cell * scale, GAP * scale)


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

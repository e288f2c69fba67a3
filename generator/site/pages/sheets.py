"""Stitched sheets: all textures of a layer in one n x n picture, for viewing and download."""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from generator.site.pages.images import WebPicture, encode, sized
from generator.site.records import Section
from generator.store import versions
from generator.store.webcache import WebCache

SIDE = 1792  # pixels at most: even noise takes less than 10 MB
QUALITY = 85  # of the full file: almost the same as a PNG, at a quarter of its bytes
SHOWN = 896  # pixels at most, of the preview: twice its width on a page
GAP = 2  # pixels between cells
PAPER = (255, 255, 255)
EMPTY = (232, 232, 232)  # for a filter without a texture


@dataclass(frozen=True)
class Sheet:
    """A layer's sheet: the full file for zooming and download, and a smaller preview."""

    columns: int
    rows: int
    cell: int  # pixels
    full: WebPicture
    preview: WebPicture


def derive(sections: Iterable[Section], cache: WebCache, quality: int) -> dict[str, Sheet]:
    """The sheets of all layers with a texture, by the layer's name. Raises BuildError if they cannot be written."""
    found = {section.layer.name: _derive(section, cache, quality) for section in sections}
    return {name: sheet for name, sheet in found.items() if sheet is not None}


def layout(count: int, side: int) -> tuple[int, int]:
    """Columns and the side of a cell in pixels, for a sheet of `count` textures, as square as possible."""
    columns = math.isqrt(count - 1) + 1
    return columns, min(side, (SIDE - GAP) // columns - GAP)


def stitch(pictures: list[Image.Image | None], side: int) -> Image.Image:
    """One sheet of textures of `side` pixels in reading order; None leaves its cell empty."""
    columns, cell = layout(len(pictures), side)
    pitch = cell + GAP
    sheet = Image.new("RGB", (columns * pitch + GAP, -(-len(pictures) // columns) * pitch + GAP), PAPER)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        at = (GAP + column * pitch, GAP + row * pitch)
        if picture is None:
            sheet.paste(EMPTY, (*at, at[0] + cell, at[1] + cell))
        else:
            fitted = picture.convert("RGB")
            sheet.paste(fitted.resize((cell, cell), Image.Resampling.LANCZOS) if fitted.width != cell else fitted, at)
    return sheet


def _derive(section: Section, cache: WebCache, quality: int) -> Sheet | None:
    textures = [this.texture.picture if this.texture else None for this in section.filters]
    there = [texture for texture in textures if texture]
    if not there:
        return None
    side = max(texture.width for texture in there)
    columns, cell = layout(len(textures), side)
    rows = -(-len(textures) // columns)
    source = " ".join(
        [f"sheet version {versions.CURRENT.sheet}", *(texture.sha256 if texture else "-" for texture in textures)]
    )

    def make() -> Image.Image:
        masters = [cache.store.read(texture.key) if texture else None for texture in textures]
        return stitch([Image.open(io.BytesIO(master)) if master else None for master in masters], side)

    size = columns * (cell + GAP) + GAP, rows * (cell + GAP) + GAP
    shown = _fitted(size)

    def web(size: tuple[int, int], quality: int) -> WebPicture | None:
        own = f"{source} avif {size} quality {quality}"
        found = cache.get(own, "avif", lambda: encode(sized(make(), size), quality))
        return found and WebPicture(section.layer.name, *found, *size)

    full, preview = web(size, QUALITY), web(shown, quality)
    return Sheet(columns, rows, cell, full, preview) if full and preview else None


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    """The size, reduced to at most SHOWN pixels of width."""
    width, height = size
    return (SHOWN, round(height * SHOWN / width)) if width > SHOWN else size

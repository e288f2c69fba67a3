"""Stitched sheets: all textures of a layer, or all its neuron pictures, in one n x n picture, to zoom and download."""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

from generator.site.pages.images import HARD, WebPicture, encode, sized
from generator.site.records import Section, StoredPicture
from generator.store import versions
from generator.store.webcache import WebCache

SIDE = 1792  # pixels at most: even noise takes less than 10 MB
QUALITY = 76  # of the full file, which is looked at from near
SHOWN = 896  # pixels at most, of the preview: twice its width on a page
GAP = 2  # pixels between cells
PAPER = (255, 255, 255)
EMPTY = (232, 232, 232)  # for a filter without a picture
KINDS = {"texture": "textures", "neuron": "neuron pictures"}  # and what pages call them


@dataclass(frozen=True)
class Sheet:
    """A sheet of one kind of a layer's pictures: the full file for zooming and download, and a smaller preview."""

    columns: int
    rows: int
    cell: int  # pixels
    full: WebPicture
    preview: WebPicture


def derive(sections: Iterable[Section], cache: WebCache, quality: int) -> dict[tuple[str, str], Sheet]:
    """The sheets by layer and kind, where there is any picture. Raises BuildError if they cannot be written."""
    found = {}
    for section in sections:
        name = section.layer.name
        for kind, suffix in (("texture", ""), ("neuron", "-neurons")):
            made = [getattr(this, kind) for this in section.filters]
            if sheet := _derive(f"{name}{suffix}", [own and own.picture for own in made], cache, quality):
                found[name, kind] = sheet
    return found


def layout(count: int, side: int) -> tuple[int, int]:
    """Columns and the side of a cell in pixels, for a sheet of `count` pictures, as square as possible."""
    columns = math.isqrt(count - 1) + 1
    return columns, min(side, (SIDE - GAP) // columns - GAP)


def stitch(pictures: list[Image.Image | None], side: int) -> Image.Image:
    """One sheet of pictures of `side` pixels in reading order; None leaves its cell empty.

    Of smaller pictures than HARD the pixels stay whole, as everywhere on the pages.
    """
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
            way = Image.Resampling.NEAREST if fitted.width < HARD else Image.Resampling.LANCZOS
            sheet.paste(fitted.resize((cell, cell), way) if fitted.width != cell else fitted, at)
    return sheet


def _derive(name: str, pictures: Sequence[StoredPicture | None], cache: WebCache, quality: int) -> Sheet | None:
    side = max((picture.width for picture in pictures if picture), default=0)
    if not side:
        return None
    side *= -(-HARD // side)  # pixels that a page shows one by one stay whole
    columns, cell = layout(len(pictures), side)
    rows = -(-len(pictures) // columns)
    source = " ".join(
        [f"sheet version {versions.CURRENT.sheet}", *(picture.sha256 if picture else "-" for picture in pictures)]
    )

    def make() -> Image.Image:
        masters = [cache.store.read(picture.key) if picture else None for picture in pictures]
        return stitch([Image.open(io.BytesIO(master)) if master else None for master in masters], side)

    size = columns * (cell + GAP) + GAP, rows * (cell + GAP) + GAP
    shown = _fitted(size)

    def web(size: tuple[int, int], quality: int) -> WebPicture | None:
        own = f"{source} avif {size} quality {quality}"
        found = cache.get(own, "avif", lambda: encode(sized(make(), size), quality))
        return found and WebPicture(name, *found, *size)

    full, preview = web(size, QUALITY), web(shown, quality)
    return Sheet(columns, rows, cell, full, preview) if full and preview else None


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    """The size, reduced to at most SHOWN pixels of width."""
    width, height = size
    return (SHOWN, round(height * SHOWN / width)) if width > SHOWN else size

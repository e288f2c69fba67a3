"""Social preview pictures: a mosaic of textures for each block, and one of all blocks for the other pages.

If there are more than ROWS blocks, that one shows ROWS of them, evenly spread.

1200 x 630 pixels, the size for link previews (Open Graph), as JPEG, because not all services read AVIF.
"""

import io
from collections.abc import Sequence

from PIL import Image

from generator.site.pages.images import WebPicture
from generator.site.records import Atlas, Block, StoredPicture
from generator.store import versions
from generator.store.webcache import WebCache

WIDTH, HEIGHT = 1200, 630  # pixels
COLUMNS, ROWS = 10, 5
GAP = 2  # pixels between cells
PAPER = (22, 22, 22)
ALL = "index"  # the mosaic with a row for each block


def derive(atlas: Atlas, cache: WebCache) -> dict[str, WebPicture]:
    """The mosaics by the block's name, and that of all blocks under ALL. Blocks without textures have none.

    Raises BuildError if they cannot be written.
    """
    rows = {block.name: _textures(block) for block in atlas.blocks}
    chosen = {name: spread(textures, COLUMNS * ROWS) for name, textures in rows.items()}
    there = [textures for textures in rows.values() if textures]
    if len(there) > ROWS:
        there = [there[place * len(there) // ROWS] for place in range(ROWS)]
    chosen[ALL] = [texture for textures in there for texture in spread(textures, COLUMNS)]
    found = {name: _derive(name, pictures, cache) for name, pictures in chosen.items() if pictures}
    return {name: preview for name, preview in found.items() if preview is not None}


def spread(pictures: Sequence[StoredPicture], count: int) -> list[StoredPicture]:
    """`count` pictures, evenly spread in their order; repeated if there are fewer."""
    there = len(pictures)
    return [pictures[place * there // count if there > count else place % there] for place in range(count) if there]


def mosaic(pictures: Sequence[Image.Image]) -> Image.Image:
    """Square textures in rows of COLUMNS, each cropped to fill its cell; repeated if there are too few."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    cells = [
        (column * WIDTH // COLUMNS, row * HEIGHT // ROWS, (column + 1) * WIDTH // COLUMNS, (row + 1) * HEIGHT // ROWS)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    for place, (left, top, right, bottom) in enumerate(cells):
        width, height = right - left - GAP, bottom - top - GAP
        side = max(width, height)
        fitted = pictures[place % len(pictures)].convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        canvas.paste(fitted.crop((0, 0, width, height)), (left + GAP // 2, top + GAP // 2))
    return canvas


def _textures(block: Block) -> list[StoredPicture]:
    return [this.texture.picture for section in block.sections for this in section.filters if this.texture]


def _derive(name: str, pictures: list[StoredPicture], cache: WebCache) -> WebPicture | None:
    source = " ".join([f"preview version {versions.CURRENT.preview}", *(picture.sha256 for picture in pictures)])

    def make() -> bytes | None:
        masters = [master for picture in pictures if (master := cache.store.read(picture.key))]
        if not masters:
            return None
        buffer = io.BytesIO()
        mosaic([Image.open(io.BytesIO(master)) for master in masters]).save(buffer, "JPEG", quality=82)
        return buffer.getvalue()

    made = cache.get(source, "jpg", make)
    return made and WebPicture(name, *made, WIDTH, HEIGHT)

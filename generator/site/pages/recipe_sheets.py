"""The sheets of all recipes on the method page: textures and neuron pictures of the same filters, one recipe per row.

`make bench` makes them for the atlas's own weights and keeps them in the store. Until then, the page shows those of
VGG16's ImageNet weights, which are part of the theme. A sheet's EXIF data names the recipes of its rows.
"""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path

from PIL import Image

from generator.site import theme
from generator.site.pages.images import encode
from generator.system.files import write_atomically

MARK = "<!-- sheets of all recipes -->"  # the place for the sheets in method.md
FOLDER = "assets/recipes"  # in the site and in the theme
QUALITY = 60
DESCRIPTION = 0x010E  # EXIF's ImageDescription: the rows from top to bottom
PICTURES = {"channel": "Textures", "neuron": "Neuron pictures"}


def keep(sheets: Mapping[str, tuple[Image.Image, Iterable[str]]], store: Path, digest: str) -> None:
    """Save sheets in the store: each picture and its rows, by layer and objective (`block1_conv2-channel`).

    `digest`: of the whole weights.
    """
    for name, (picture, rows) in sheets.items():
        write_atomically(_folder(store, digest) / f"{name}.avif", described(picture, rows))


def described(picture: Image.Image, rows: Iterable[str], quality: int = QUALITY) -> bytes:
    """The bytes of a sheet's file, with its rows in the EXIF data."""
    exif = Image.Exif()
    exif[DESCRIPTION] = "; ".join(rows)
    return encode(picture, quality, exif.tobytes())


def own(store: Path, digest: str) -> dict[str, Path]:
    """The sheets that were made with these weights, by their address in the site."""
    return {f"{FOLDER}/own-{path.name}": path for path in _known(_folder(store, digest).glob("*.avif"))}


def section(found: Mapping[str, Path]) -> str:
    """The sheets for the method page as HTML: those found in a store, or else the theme's."""
    themes = {path: uri for uri, path in theme.assets().items() if uri.startswith(f"{FOLDER}/")}
    shown = found or {themes[path]: path for path in _known(themes)}
    whose = "" if found else " of VGG16 with its ImageNet weights"
    figures = []
    for uri, path in shown.items():
        layer, _, objective = path.stem.rpartition("-")
        with Image.open(path) as sheet:
            width, height = sheet.size
            rows = html.escape(str(sheet.getexif().get(DESCRIPTION, "")))
        says = f"{PICTURES[objective]}{whose}, {layer}, a filter a column. Rows from top to bottom: {rows}."
        figures.append(
            f'<figure class="recipes"><img src="{uri}" width="{width}" height="{height}" loading="lazy" alt="{says}">\n'
            f"<figcaption>{says}</figcaption></figure>"
        )
    return "\n\n".join(figures)


def _known(paths: Iterable[Path]) -> list[Path]:
    """The sheets among these files, textures before neuron pictures. Files of an earlier version have no objective."""
    named = [path for path in paths if path.stem.rpartition("-")[2] in PICTURES]
    return sorted(
        named, key=lambda path: (path.stem.rpartition("-")[0], list(PICTURES).index(path.stem.rpartition("-")[2]))
    )


def _folder(store: Path, digest: str) -> Path:
    return store / "recipes" / digest[:16]

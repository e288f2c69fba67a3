"""The sheets of both recipes on the method page.

`make bench` makes them of the atlas's own weights and keeps them in the store. Until it has been run, those of VGG16's
ImageNet weights stand there, which come with the theme.
"""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from generator import theme
from generator.files import write_atomically
from generator.pages.images import encode

MARK = "<!-- sheets of both recipes -->"  # in method.md, where they go
FOLDER = "assets/recipes"  # of the site, and of the theme
QUALITY = 60


def keep(sheets: Mapping[str, Image.Image], store: Path, digest: str) -> None:
    """Keep a sheet a layer in the store. `digest`: of the whole weights."""
    for layer, sheet in sheets.items():
        write_atomically(_folder(store, digest) / f"{layer}.avif", encode(sheet, QUALITY))


def own(store: Path, digest: str) -> dict[str, Path]:
    """The sheets that were made of these weights, by the address that they get in the site."""
    return {f"{FOLDER}/own-{path.name}": path for path in sorted(_folder(store, digest).glob("*.avif"))}


def section(found: Mapping[str, Path]) -> str:
    """The sheets for the method page, as HTML: those found in a store, or else the theme's."""
    shown = found or {uri: path for uri, path in theme.assets().items() if uri.startswith(f"{FOLDER}/")}
    whose = "" if found else " of VGG16 with its ImageNet weights"
    figures = []
    for uri, path in shown.items():
        layer = path.stem
        with Image.open(path) as sheet:
            width, height = sheet.size
        says = f"Textures of eight filters{whose}, {layer}: the classic recipe above, fourier below."
        figures.append(
            f'<figure class="recipes"><img src="{uri}" width="{width}" height="{height}" loading="lazy" alt="{says}">\n'
            f"<figcaption>{says}</figcaption></figure>"
        )
    return "\n\n".join(figures)


def _folder(store: Path, digest: str) -> Path:
    return store / "recipes" / digest[:16]

"""The site that compares two atlases: an overview, and a page per layer with the pictures of both side by side.

It is rendered from two manifests and their common store, and links to the pages of the two sites.
"""

import math
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from mkdocs.utils import clean_directory

from generator.errors import BuildError, InputError
from generator.site import rendering, theme
from generator.site.comparison import change
from generator.site.pages import images, names, neighbours, wording
from generator.site.records import Named
from generator.store import manifest as manifests
from generator.store.artifacts import Store
from generator.store.webcache import WebCache

FEW = 4  # filters of a layer on the first page


def render(before: Path, after: Path, store: Path, target: Path) -> Path:
    """Compare the atlases whose sites are in the folders `before` and `after`. Returns the result's first page.

    Raises InputError if one was not built from this store or they cannot be compared, BuildError if writing fails.
    """
    both = [manifests.load(_manifest(site, store)) for site in (before, after)]
    found = change.compare(both[0], both[1], Store(store))
    for site in (before.resolve(), after.resolve()):
        if target.resolve().is_relative_to(site) or site.is_relative_to(target.resolve()):
            raise InputError(f"{target} and the site in {site} would overwrite each other. Name another with --to.")
    rendering.claim(target, Path.cwd(), store)
    web = images.derive(_pictures(found), WebCache(Store(store)), min(found.before.quality, found.after.quality))
    environment = theme.configure(
        Environment(loader=FileSystemLoader(theme.templates()), auto_reload=False),  # noqa: S701 (set later)
        {
            "change": found,
            "web": web,
            "infinity": math.inf,
            "names": names,
            "wording": wording,
            "most_changed": change.most_changed,
            "moved": change.moved,
        }
        | {"few": FEW, "version": version("filter-atlas")}
        | {"before_url": _address(target, before), "after_url": _address(target, after)},
    )
    try:
        clean_directory(str(target))
        page = target / "index.html"
        page.write_text(environment.get_template("changes.html").render(), encoding="utf-8")
        template = environment.get_template("changes_layer.html")
        for place, layer in enumerate(found.layers):
            text = template.render(layer=layer, **neighbours(found.layers, place))
            (target / f"{names.file(layer.layer.name)}.html").write_text(text, encoding="utf-8")
        _copy(web, target)
    except OSError as error:
        raise BuildError(f"The comparison cannot be written to {target}: {error.strerror or error}.") from error
    return page


def _copy(web: dict[str, images.WebPicture], target: Path) -> None:
    for picture in web.values():
        path = target / "pictures" / picture.name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture.path, path)
    for name, path in theme.assets().items():
        if Path(name).suffix in (".css", ".svg") or Path(name).name in ("theme.js", "pixel.avif"):
            (target / "assets").mkdir(exist_ok=True)
            shutil.copyfile(path, target / name)


def _pictures(found: change.Change) -> Iterator[Named]:
    """Textures, neuron pictures and patches of all compared filters, with different names for the two atlases."""
    compared = {each.before.id for layer in found.layers for each in layer.filters}
    for side, atlas in (("before", found.before), ("after", found.after)):
        for this in (this for section in atlas.sections for this in section.filters if this.id in compared):
            for kind, picture in this.pictures():
                if kind in ("texture", "neuron", "patches"):
                    yield Named(f"{this.id}-{side}-{kind}", kind, picture)


def _manifest(site: Path, store: Path) -> Path:
    path = manifests.path_for(store, site)
    if not path.is_file():
        raise InputError(
            f"No site in {site} was built from the store {store}. Build both from one store, e.g. "
            f"filter-atlas atlas --weights FILE --site-dir {site} --store {store}"
        )
    return path


def _address(target: Path, site: Path) -> str:
    """The relative address of a site from the comparison."""
    return Path(os.path.relpath(site.resolve(), target.resolve())).as_posix()

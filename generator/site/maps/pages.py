"""The pages of maps, and the data that they load: of a layer's filters, the pictures' files and the labels."""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.site.maps import ALL, Map
from generator.site.maps.pictures import Tiles
from generator.site.pages import View
from generator.site.pages.images import WebPicture
from generator.site.pages.scripts import script as as_script
from generator.site.pages.sheets import KINDS
from generator.site.pages.wording import plural, top_labels
from generator.site.records import Atlas, Filter, Section

LISTED = 24  # regions named below a map


def views(maps: Mapping[str, Map], atlas: Atlas) -> Iterator[View]:
    """The page of each map."""
    places = {section.layer.name: place for place, section in enumerate(atlas.sections)}
    for own in maps.values():
        count = plural(len(own.filters), "filter")
        title = f"Map of {own.name}" if own.name else "Map of the network"
        what = f"The {count} of {own.name}" if own.name else f"All {count}"
        alike = "respond alike" if own.name else "share their top photographs"
        yield View(
            own.uri,
            "map.html",
            title,
            f"{what} on one map: those that {alike} lie side by side.",
            {"map": own, "layers": list(dict.fromkeys(this.layer.name for this in own.filters)), "numbered": places},
        )


def scripts(maps: Mapping[str, Map], atlas: Atlas, web: Mapping[str, WebPicture]) -> Iterator[tuple[str, str]]:
    """(address, content) of the data of each layer that is on a map: see `_layer`."""
    shown = {this.layer.name for own in maps.values() for this in own.filters}
    for place, section in enumerate(atlas.sections):
        if section.layer.name in shown:
            yield f"assets/map-{place}.js", as_script(f"atlasMap{place}", _layer(section, web))


def pictures(maps: Mapping[str, Map]) -> list[WebPicture]:
    """The pictures that the maps draw from afar; of layers, the previews of their sheets."""
    return [tiles.picture for own in maps.values() for tiles in own.tiles.values()]


def cells(own: Map, layers: list[str]) -> str:
    """The filters in reading order, separated by spaces, empty cells as "-". On the map of all: layer.filter."""
    prefix = {name: f"{place}." if own.name == ALL else "" for place, name in enumerate(layers)}
    return " ".join(f"{prefix[this.layer.name]}{this.index}" if this else "-" for this in own.cells)


def measures(tiles: Tiles) -> str:
    """Columns, side of a cell and gap of a picture, for the script."""
    return f"{tiles.columns} {tiles.cell:.4f} {tiles.gap:.4f}"


def named(own: Map) -> list[tuple[str, str, int, int]]:
    """The largest regions: label, the id of the filter in its middle, patches with the label, and of how many."""
    found = []
    for region in own.regions[:LISTED]:
        row, column = (min(int(at), most - 1) for at, most in ((region.y, len(own.rows)), (region.x, own.columns)))
        near = min(
            ((place, this) for place, this in enumerate(own.cells) if this),
            key=lambda cell: abs(cell[0] // own.columns - row) + abs(cell[0] % own.columns - column),
        )[1]
        found.append((region.label, anchor(own, near), region.patches, region.of))
    return found


def anchor(own: Map, this: Filter) -> str:
    """The name of a filter's cell on a map's page."""
    return str(this.index) if own.name else this.id


def labels(own: Map) -> list[list[Any]]:
    """[label, x, y] of all regions, for the script; positions in cells."""
    return [[region.label, round(region.x, 2), round(region.y, 2)] for region in own.regions]


def _layer(section: Section, web: Mapping[str, WebPicture]) -> dict[str, Any]:
    """Of each filter, in lists of one order: its number, the ends of its pictures' file names, and its top label.

    A label is [index in `names`, patches with it, all patches], or 0 without patches.
    """
    names: dict[str, int] = {}
    found: list[Any] = []
    for this in section.filters:
        top = top_labels(this.patches)[:1]
        found.append(
            [names.setdefault(top[0][0], len(names)), top[0][1], len(this.patches.patches)]
            if top and this.patches
            else 0
        )
    pictures = {
        kind: [web[made.picture.key].tail if (made := getattr(this, kind)) else "" for this in section.filters]
        for kind in KINDS
    }
    numbers = [this.index for this in section.filters]
    return {"numbers": numbers, "labels": found, "names": list(names), **pictures}

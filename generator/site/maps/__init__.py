"""Maps: the filters of each layer, and of the whole atlas, on a square grid where similar ones are neighbours."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from generator.arrays import Array
from generator.site.maps import layouts, pictures, regions
from generator.site.maps.grid import EMPTY
from generator.site.maps.pictures import Tiles
from generator.site.maps.regions import Region
from generator.site.pages.field_frames import deep
from generator.site.pages.sheets import KINDS, Sheet
from generator.site.records import Atlas, Filter, Section
from generator.store import versions
from generator.store.canonical import canonical
from generator.store.webcache import WebCache

LEAST = 4  # filters on a map: fewer have no order to show
ALL = ""  # the name of the map of the whole atlas


@dataclass(frozen=True)
class Map:
    """A map: the filter of each cell in reading order, and what is drawn."""

    name: str  # of its layer, or ALL
    columns: int
    cells: tuple[Filter | None, ...]  # None: empty
    regions: tuple[Region, ...]
    tiles: Mapping[
        str, Tiles
    ]  # by kind, texture or neuron: of a layer in the order of its filters, of all in the map's

    @property
    def uri(self) -> str:
        """The address of its page within the site, without its suffix."""
        return f"{self.name}/map" if self.name else "map"

    @property
    def rows(self) -> list[tuple[Filter | None, ...]]:
        """The cells, row by row."""
        return [self.cells[at : at + self.columns] for at in range(0, len(self.cells), self.columns)]

    @property
    def filters(self) -> list[Filter]:
        """The filters on it, in reading order."""
        return [this for this in self.cells if this]


def derive(atlas: Atlas, sheets: Mapping[tuple[str, str], Sheet], cache: WebCache) -> dict[str, Map]:
    """The maps by name. `sheets`: by layer and kind.

    A layer without evidence has no map, nor has one with fewer than LEAST filters.
    Raises BuildError if their pictures cannot be written.
    """
    found = {}
    large: dict[tuple[str, str], Tiles] = {}  # by kind and layer: what the map of all is stitched from
    for section in atlas.sections:
        name, own = section.layer.name, {}
        for kind in sorted(KINDS, reverse=not deep(section.layer)):  # first what the page shows first
            if sheet := sheets.get((name, kind)):
                own[kind] = pictures.of_layer(sheet, sheet.preview)
                large[kind, name] = pictures.of_layer(sheet, sheet.full)
        if len(section.filters) >= LEAST and len(section.alike) == section.layer.filters:
            found[name] = _of_layer(section, own, cache)
    there = [
        (place, this)
        for section in atlas.sections
        for place, this in enumerate(section.filters)
        if this.patches and this.patches.patches
    ]
    if len(there) >= LEAST and len({this.layer.name for _, this in there}) > 1:
        found[ALL] = _of_all(there, large, cache, atlas.quality)
    return found


def _of_layer(section: Section, tiles: Mapping[str, Tiles], cache: WebCache) -> Map:
    shown = [this.index for this in section.filters]
    similar = [[(near.filter, near.correlation) for near in own] for own in section.alike]
    grid, known = _laid(similar, section.filters, lambda: layouts.by_response(similar, shown), cache)
    return Map(section.layer.name, grid.shape[1], _cells(grid, section.filters), known, tiles)


def _of_all(
    there: Sequence[tuple[int, Filter]], large: Mapping[tuple[str, str], Tiles], cache: WebCache, quality: int
) -> Map:
    """The map of all filters. `there`: each with its place among those of its layer."""
    filters = [this for _, this in there]
    shown = [[patch.index for patch in this.patches.patches] for this in filters if this.patches]
    grid, known = _laid(shown, filters, lambda: layouts.by_photographs(shown), cache)
    tiles = {}
    for kind in KINDS:
        order = [
            (large[where], there[own][0])
            if own != EMPTY and (where := (kind, filters[own].layer.name)) in large
            else None
            for own in grid.ravel().tolist()
        ]
        if made := pictures.together(f"map-{kind}", order, cache, quality):
            tiles[kind] = made
    return Map(ALL, grid.shape[1], _cells(grid, filters), known, tiles)


def _cells(grid: Array, filters: Sequence[Filter]) -> tuple[Filter | None, ...]:
    return tuple(None if own == EMPTY else filters[own] for own in grid.ravel().tolist())


def _laid(
    similar: object, filters: Sequence[Filter], lay: Callable[[], Array], cache: WebCache
) -> tuple[Array, tuple[Region, ...]]:
    """The grid that `lay` gives, and its regions, kept from build to build. `similar`: all that decides the grid."""
    labels = [[patch.label for patch in this.patches.patches] if this.patches else [] for this in filters]
    names = [this.id for this in filters]

    def make() -> bytes:
        grid = lay()
        told = [asdict(own) for own in regions.find(grid, labels)]
        return json.dumps({"grid": grid.tolist(), "regions": told}).encode()

    source = f"map version {versions.CURRENT.map} {canonical([similar, names, labels])}"
    kept = cache.get(source, "json", make)
    told = json.loads(kept[1].read_bytes() if kept else make())
    return np.array(told["grid"]), tuple(Region(**own) for own in told["regions"])

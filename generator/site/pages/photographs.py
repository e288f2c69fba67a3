"""The page "start from a photograph": what it shows, and its data in pieces, which a script loads as they are needed.

A piece is a script, because pages opened from a disk cannot fetch. None has more than MOST_BYTES, however large the
corpus. The catalogue has a line for each photograph, for the grid and for searching; an answer has all filters of some
photographs.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.network.geometry import Window, window
from generator.responses.crops import tile_side, tile_window
from generator.site import gallery as galleries
from generator.site.gallery import Excited, Gallery, Listed
from generator.site.pages import View, images, telling
from generator.site.pages.images import WebPicture
from generator.site.pages.scripts import script
from generator.site.pages.wording import pictures, plural
from generator.site.records import Atlas, Filter
from generator.store.artifacts import Store
from generator.store.manifest import Manifest
from generator.store.webcache import WebCache

MOST_BYTES = 48 << 10  # of a piece: with the pictures in view, an answer stays below 150 KB
MOST_LABELS = 300  # in the list of labels to choose from
URI = "photographs"

Web = Mapping[str, WebPicture]


@dataclass(frozen=True)
class Seen:
    """A filter that a photograph excites, and where."""

    filter: Filter
    deviations: float
    field: Window  # the receptive field, in pixels of the photograph
    tile: Window  # the same with some context


@dataclass(frozen=True)
class Photographs:
    """The page, its data and its pictures."""

    view: View
    files: dict[str, str]  # scripts by their address
    web: dict[str, WebPicture]  # whole photographs by key
    thumbnails: dict[str, WebPicture]  # the same small
    indices: frozenset[int]  # the photographs, in the corpus, that can be chosen


def derive(
    manifest: Manifest, store: Store, atlas: Atlas, web: Mapping[str, WebPicture], cache: WebCache
) -> Photographs | None:
    """The page of a site, and the files that it needs; None without a gallery.

    `web`: the files of the atlas' other pictures by key. Raises BuildError if the cache cannot be written.
    """
    gallery = galleries.load(manifest, store, atlas)
    whole = images.derive(gallery.pictures(), cache, atlas.quality) if gallery else {}
    if gallery and any(each.picture.key not in whole for each in gallery.photographs):
        gallery = galleries.load(manifest, store, atlas)  # without photographs that were found to be damaged
    if gallery is None:
        return None
    thumbnails = images.derive(gallery.thumbnails(), cache, atlas.quality)
    pieces = Pieces(gallery, {**web, **whole}, thumbnails)
    return Photographs(_view(gallery, pieces, atlas), pieces.files, whole, thumbnails, gallery.indices)


class Pieces:
    """The scripts with the data, and how they are numbered."""

    def __init__(self, gallery: Gallery, web: Web, thumbnails: Web) -> None:
        """`web`: files of whole photographs and of filters' pictures by key; `thumbnails`: of small photographs."""
        answers = {each.index: _answer(gallery, each, web) for each in gallery.photographs}
        self.shown = galleries.SHOWN
        self.each = max(1, MOST_BYTES // max(len(json.dumps(answer)) for answer in answers.values()))
        self.files = {f"assets/{URI}-{n}.js": text for n, text in enumerate(_catalogue(gallery, thumbnails))}
        self.catalogue = len(self.files)
        for number in sorted({index // self.each for index in answers}):
            own = {i: answers[i] for i in range(number * self.each, (number + 1) * self.each) if i in answers}
            self.files[f"assets/{URI}-answers-{number}.js"] = script(f"atlasAnswers{number}", own)


def _view(gallery: Gallery, pieces: Pieces, atlas: Atlas) -> View:
    last = gallery.layers[-1]
    example = max(gallery.photographs, key=lambda each: float(last.deviations[each.index].max(initial=0)))
    noun = "drawing" if pictures(atlas) == "the drawings" else "photograph"
    labels = Counter(each.label for each in gallery.photographs)
    size = example.picture.width
    layers = [own.section.layer for own in gallery.layers]
    return View(
        URI,
        "photographs.html",
        f"Start from a {noun}",
        f"Choose one of {plural(len(gallery.photographs), noun)}: the filters that it excites most, layer by layer.",
        {
            "gallery": gallery,
            "noun": noun,
            "example": example,
            "answer": [(own.section.layer, list(seen(own, example))) for own in reversed(gallery.layers)],
            "labels": sorted(labels.items()) if 1 < len(labels) <= MOST_LABELS else [],
            "pieces": pieces,
            "layers": [[own.name, own.field, tile_side(own, size), telling.kind(own)] for own in layers],
        },
    )


def seen(layer: Excited, photograph: Listed) -> Iterator[Seen]:
    """The filters of a layer that a photograph excites most, best first."""
    own, size = layer.section.layer, photograph.picture.width
    filters = {this.index: this for this in layer.section.filters}
    rows = (array[photograph.index].tolist() for array in (layer.filter, layer.deviations, layer.row, layer.column))
    for which, deviations, row, column in zip(*rows, strict=True):
        if which >= 0:
            field = window(own, row, column)
            yield Seen(filters[which], deviations, field, tile_window(field, tile_side(own, size), size))


def _catalogue(gallery: Gallery, thumbnails: Web) -> Iterator[str]:
    """Scripts `atlasPhotographs<n> = [[index, label, name, end of the thumbnail's file], ...]`."""
    lines: list[list[Any]] = []
    size = number = 0
    for each in gallery.photographs:
        line = [each.index, each.label, each.name, thumbnails[each.picture.key].tail]
        length = len(json.dumps(line))
        if lines and size + length > MOST_BYTES:
            yield script(f"atlasPhotographs{number}", lines)
            lines, size, number = [], 0, number + 1
        lines.append(line)
        size += length
    yield script(f"atlasPhotographs{number}", lines)


def _answer(gallery: Gallery, photograph: Listed, web: Web) -> list[Any]:
    """[name, label, file, side in pixels, filters of each layer].

    A filter: [index, deviations, top and left of the field in pixels, end of its picture's file].
    """
    layers = [
        [
            [each.filter.index, round(each.deviations, 1), each.field.top, each.field.left, _made(each.filter, web)]
            for each in seen(layer, photograph)
        ]
        for layer in gallery.layers
    ]
    return [photograph.name, photograph.label, web[photograph.picture.key].name, photograph.picture.width, layers]


def _made(this: Filter, web: Web) -> str:
    made = telling.picture(this)
    return web[made.picture.key].tail if made else ""

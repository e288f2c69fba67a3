"""The photographs from which a reader may start, and the filters that each of them excites most."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.arrays import Array
from generator.responses import galleries
from generator.responses.maxima import Maxima
from generator.site.records import PHOTOGRAPH, Atlas, Named, Section, StoredPicture
from generator.store.artifacts import Store
from generator.store.manifest import Manifest

SHOWN = 6  # filters of each layer


@dataclass(frozen=True)
class Listed:
    """One photograph."""

    index: int  # in the corpus
    name: str
    label: str
    picture: StoredPicture  # whole


@dataclass(frozen=True)
class Excited:
    """The filters of one layer that photographs excite most, of those that have pages. Arrays: (photographs, SHOWN).

    The first axis is the index of a photograph in the corpus.
    """

    section: Section
    filter: Array  # int64, best first; -1 where a photograph excites no further filter above its mean
    deviations: Array  # float32: of the filter's highest activation in a photograph, above its mean over all of them
    row: Array  # int64: of the unit with that activation, in the layer's map
    column: Array  # int64


@dataclass(frozen=True)
class Gallery:
    """What the page of the photographs shows."""

    photographs: tuple[Listed, ...]  # in the order of the corpus
    layers: tuple[Excited, ...]  # in the order of the network
    scanned: int  # photographs over which means and deviations are taken

    @property
    def indices(self) -> frozenset[int]:
        """The photographs that can be chosen."""
        return frozenset(each.index for each in self.photographs)

    def pictures(self) -> Iterator[Named]:
        """The whole photographs."""
        for each in self.photographs:
            yield Named(f"photographs/{each.picture.sha256[:PHOTOGRAPH]}", "photograph", each.picture)

    def thumbnails(self) -> Iterator[Named]:
        """The same, to be shown small."""
        for each in self.photographs:
            yield Named(f"thumbnails/{each.index}", "thumbnail", each.picture)


def load(manifest: Manifest, store: Store, atlas: Atlas) -> Gallery | None:
    """The gallery of a site; None if its manifest wants none, as older ones do, or if it has not been made yet."""
    hung = galleries.read(manifest.gallery, store)
    keys = {layer.name: layer.maxima for layer in manifest.layers}
    found = [_excited(section, keys.get(section.layer.name), store) for section in atlas.sections if section.filters]
    layers = [excited for excited, _ in filter(None, found)]
    entries = [(index, own, store.entry(own.key)) for index, own in enumerate(hung)]
    photographs = tuple(
        Listed(
            index,
            own.name,
            own.label,
            StoredPicture(entry.key, entry.path, entry.sha256, entry.facts["width"], entry.facts["height"]),
        )
        for index, own, entry in entries
        if entry
    )
    if not (layers and photographs):
        return None
    return Gallery(photographs, tuple(layers), max(scanned for _, scanned in filter(None, found)))


def _excited(section: Section, key: str | None, store: Store) -> tuple[Excited, int] | None:
    """The strongest filters of a layer, and how many photographs were scanned."""
    payload = store.read(key) if key else None
    if payload is None:
        return None
    maxima = Maxima.from_npz(payload)
    return Excited(section, *maxima.strongest([f.index for f in section.filters], SHOWN)), int(maxima.photographs)

"""Reads the atlas: from a manifest and the artifacts that the store already holds to the records for pages."""

import functools
from collections.abc import Callable

from generator.errors import InputError
from generator.measures import record
from generator.measures.record import Measures
from generator.network.geometry import LAYERS, Layer, vgg16
from generator.responses import albums
from generator.responses.evidence import Evidence, conclusions
from generator.responses.patch import Tiles
from generator.site.records import (
    PARTS,
    Atlas,
    Block,
    Facets,
    Film,
    Filter,
    Patches,
    Section,
    StoredPicture,
    Visualization,
)
from generator.store.artifacts import Entry, Store
from generator.store.manifest import VGG16, LayerKeys, Manifest


def load(manifest: Manifest, store: Store) -> Atlas:
    """Read the records of a manifest from the store."""
    keys = {layer.name: layer for layer in manifest.layers}
    pictures = functools.cache(functools.partial(_picture_of, store))
    sections = [
        _section(layer, keys.get(layer.name), store, manifest.corpus is not None, pictures)
        for layer in _layers(manifest)
    ]
    numbers = sorted({section.layer.block for section in sections})
    return Atlas(
        blocks=tuple(Block(n, tuple(s for s in sections if s.layer.block == n)) for n in numbers),
        network=manifest.network,
        corpus=manifest.corpus,
        config=manifest.config,
        config_hash=manifest.hash,
        notices=manifest.notices,
    )


def _layers(manifest: Manifest) -> tuple[Layer, ...]:
    """All layers of the network; of VGG16 also those that come after the last one with weights."""
    if manifest.network.name == VGG16:
        own = vgg16(layer.filters for layer in manifest.layers)
        return own + LAYERS[len(own) :]
    found = []
    for depth, keys in enumerate(manifest.layers):
        where = keys.geometry
        if where is None:
            raise InputError(f"The manifest does not say where {keys.name} stands in {manifest.network.name}.")
        found.append(
            Layer(
                name=keys.name,
                block=where.block,
                conv=where.conv,
                depth=depth,
                filters=keys.filters,
                stride=where.stride,
                field=where.field,
                offset=where.offset,
            )
        )
    return tuple(found)


def _section(
    layer: Layer,
    keys: LayerKeys | None,
    store: Store,
    has_corpus: bool,
    pictures: Callable[[str], StoredPicture | None],
) -> Section:
    """The records of a layer. `pictures` gives whole photographs, which layers share, by key."""
    if keys is None:
        return Section(layer, has_weights=False, filters=(), has_corpus=has_corpus)
    known = _evidence(store, keys.evidence)
    filters = tuple(
        Filter(
            layer,
            index,
            texture=_visualization(store, keys.key("channel", index)),
            neuron=_visualization(store, keys.key("neuron", index)),
            facets=_facets(store, keys.key("facets", index)),
            texture_film=_film(store, keys.key("channel_film", index)),
            neuron_film=_film(store, keys.key("neuron_film", index)),
            patches=_patches(store, keys.key("patches", index)),
            spectrum=_patches(store, keys.key("spectrum", index)),
            deconvnet=_picture_of(store, keys.key("deconvnet", index)),
            gradient=_picture_of(store, keys.key("gradient", index)),
            evidence=known[index] if index < len(known) else None,
            measures=_measures(store, keys.key("measures", index)),
        )
        for index in keys.chosen
    )
    wanted = tuple(
        part for kind, part in PARTS.items() if kind in keys.artifacts or (kind == "evidence" and keys.evidence)
    )
    photographs = {
        i: picture for i, key in albums.read(keys.album, keys.chosen, store).items() if (picture := pictures(key))
    }
    recipes = tuple(keys.recipes[name] for name in ("channel", "neuron") if name in keys.recipes)
    alike = tuple(each.neighbours for each in known)
    return Section(layer, True, filters, has_corpus, wanted, photographs, recipes, alike)


def _visualization(store: Store, key: str | None) -> Visualization | None:
    entry = store.entry(key) if key else None
    if entry is None:
        return None
    return Visualization(
        objective=entry.inputs["objective"],
        recipe=entry.inputs["recipe"]["name"],
        picture=_picture(entry),
        activation=entry.facts["activation"],
        facts=entry.facts,
    )


def _facets(store: Store, key: str | None) -> Facets | None:
    entry = store.entry(key) if key else None
    if entry is None:
        return None
    facts = entry.facts
    return Facets(_picture(entry), facts["tile"], tuple(facts["activations"]), facts["likeness"])


def _film(store: Store, key: str | None) -> Film | None:
    entry = store.entry(key) if key else None
    if entry is None:
        return None
    facts = entry.facts
    return Film(_picture(entry), facts["tile"], tuple(facts["steps"]), tuple(facts["activations"]), facts["picture"])


def _patches(store: Store, key: str | None) -> Patches | None:
    entry = store.entry(key) if key else None
    if entry is None:
        return None
    tiles = Tiles.from_facts(entry.facts)
    return Patches(_picture(entry), tiles.tile, tiles.patches)


def _evidence(store: Store, key: str | None) -> tuple[Evidence, ...]:
    """The evidence about all filters of a layer; () if it does not exist yet or is damaged."""
    payload = store.read(key) if key else None
    return conclusions.from_json(payload) if payload else ()


def _measures(store: Store, key: str | None) -> dict[str, Measures] | None:
    payload = store.read(key) if key else None
    return record.from_json(payload) if payload else None


def _picture_of(store: Store, key: str | None) -> StoredPicture | None:
    entry = store.entry(key) if key else None
    return _picture(entry) if entry else None


def _picture(entry: Entry) -> StoredPicture:
    return StoredPicture(entry.key, entry.path, entry.sha256, entry.facts["width"], entry.facts["height"])

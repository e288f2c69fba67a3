"""The atlas as the pages read it: typed records from a manifest and whatever of it the store holds.

A record that is not there yet is None (or absent from a list), and each section says how many are missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.geometry import LAYERS, Layer, Window, vgg16
from generator.manifest import CorpusCard, LayerKeys, Manifest, NetworkCard
from generator.store import Entry, Store


@dataclass(frozen=True)
class Picture:
    """A picture in the store: a lossless master, or a strip of photographs."""

    key: str
    path: Path
    sha256: str
    width: int  # pixels
    height: int


@dataclass(frozen=True)
class Visualization:
    """A synthesised image and what was found out about it."""

    objective: str  # channel, neuron
    recipe: str  # fourier, classic
    picture: Picture
    activation: float  # of the 8-bit picture; channel: mean after the ReLU; neuron: the unit, before the ReLU
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Patch:
    """One top activation: where it was found and what it looks like."""

    photograph: str  # name within the corpus
    label: str
    activation: float  # before the ReLU
    window: Window  # the receptive field in the photograph as the network saw it, pixels
    field: Window  # the receptive field within the strip's tile, pixels


@dataclass(frozen=True)
class Patches:
    """The top patches of a filter, best first, as one strip of square tiles."""

    picture: Picture
    tile: int  # side of one tile in pixels
    patches: tuple[Patch, ...]


@dataclass(frozen=True)
class Filter:
    """One output channel of a layer and all that is known of it."""

    layer: Layer
    index: int
    texture: Visualization | None  # objective channel
    neuron: Visualization | None
    patches: Patches | None

    @property
    def id(self) -> str:
        """The permanent name, e.g. block3_conv1/17."""
        return f"{self.layer.name}/{self.index}"

    @property
    def empty(self) -> bool:
        """Whether nothing of it has been computed yet."""
        return self.texture is None and self.neuron is None and self.patches is None


@dataclass(frozen=True)
class Section:
    """One layer: its chosen filters, and why others are not here."""

    layer: Layer
    has_weights: bool
    filters: tuple[Filter, ...]  # the chosen ones, by index
    has_corpus: bool

    @cached_property
    def missing(self) -> dict[str, int]:
        """How many of the chosen filters still lack each part."""
        parts = ("texture", "neuron", "patches") if self.has_corpus else ("texture", "neuron")
        counts = {part: sum(getattr(f, part) is None for f in self.filters) for part in parts}
        return {part: n for part, n in counts.items() if n}

    @property
    def left_out(self) -> int:
        """How many filters of the layer the config does not ask for."""
        return self.layer.filters - len(self.filters)


@dataclass(frozen=True)
class Block:
    """Up to three layers between two poolings: one page."""

    number: int
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """The page's name, e.g. block3."""
        return f"block{self.number}"


@dataclass(frozen=True)
class Atlas:
    """Everything the pages read."""

    blocks: tuple[Block, ...]  # always all five
    network: NetworkCard
    corpus: CorpusCard | None
    config: Mapping[str, Any]
    config_hash: str
    notices: tuple[str, ...]  # what every page has to say first

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All 13 layers."""
        return tuple(section for block in self.blocks for section in block.sections)

    @property
    def complete(self) -> bool:
        """Whether nothing that the config asks for is missing."""
        return not any(section.missing for section in self.sections)

    @property
    def title(self) -> str:
        """The site's name."""
        return str(self.config.get("site", {}).get("title", "Filter Atlas"))

    @property
    def quality(self) -> int:
        """The quality of the site's pictures, 1 to 100."""
        return int(self.config.get("site", {}).get("quality", 70))

    def pictures(self) -> Iterator[tuple[str, Picture]]:
        """Every picture that is there, with a name: block3_conv1/17-texture."""
        for section in self.sections:
            for this in section.filters:
                if this.texture:
                    yield f"{this.id}-texture", this.texture.picture
                if this.neuron:
                    yield f"{this.id}-neuron", this.neuron.picture
                if this.patches:
                    yield f"{this.id}-patches", this.patches.picture


def load(manifest: Manifest, store: Store) -> Atlas:
    """Read the records of a manifest from the store."""
    layers = vgg16(layer.filters for layer in manifest.layers)
    keys = {layer.name: layer for layer in manifest.layers}
    own = {layer.name: layer for layer in layers}
    sections = [
        _section(own.get(layer.name, layer), keys.get(layer.name), store, manifest.corpus is not None)
        for layer in LAYERS
    ]
    return Atlas(
        blocks=tuple(Block(n, tuple(s for s in sections if s.layer.block == n)) for n in range(1, 6)),
        network=manifest.network,
        corpus=manifest.corpus,
        config=manifest.config,
        config_hash=manifest.hash,
        notices=manifest.notices,
    )


def _section(layer: Layer, keys: LayerKeys | None, store: Store, has_corpus: bool) -> Section:
    if keys is None:
        return Section(layer, has_weights=False, filters=(), has_corpus=has_corpus)
    filters = tuple(
        Filter(
            layer,
            index,
            texture=_visualization(store, keys.channel.get(index)),
            neuron=_visualization(store, keys.neuron.get(index)),
            patches=_patches(store, keys.patches.get(index)),
        )
        for index in keys.chosen
    )
    return Section(layer, has_weights=True, filters=filters, has_corpus=has_corpus)


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


def _patches(store: Store, key: str | None) -> Patches | None:
    entry = store.entry(key) if key else None
    if entry is None:
        return None
    patches = tuple(
        Patch(
            photograph=found["photograph"],
            label=found["label"],
            activation=found["activation"],
            window=Window(*found["window"]),
            field=Window(*found["field"]),
        )
        for found in entry.facts["patches"]
    )
    return Patches(_picture(entry), entry.facts["tile"], patches)


def _picture(entry: Entry) -> Picture:
    return Picture(entry.key, entry.path, entry.sha256, entry.facts["width"], entry.facts["height"])

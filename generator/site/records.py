"""The atlas as typed records, which the pages read. `loading.py` fills them from a manifest and a store.

A record that does not exist yet is None (or absent from a list), and each section counts those that are missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from generator.measures.record import Measures
from generator.network.geometry import Layer
from generator.responses.evidence import Evidence, Neighbour
from generator.responses.patch import Patch
from generator.store.manifest import VGG16, CorpusCard, NetworkCard

PICTURES = (  # parts that are pictures
    *("texture", "neuron", "facets", "patches", "spectrum", "deconvnet", "gradient"),
    *("texture_film", "neuron_film"),
)
PARTS = {
    "channel": "texture",
    "channel_film": "texture_film",
    "neuron_film": "neuron_film",
} | {  # parts of a filter's record, by the kind of their artifact
    kind: kind for kind in ("neuron", "facets", "patches", "evidence", "spectrum", "deconvnet", "gradient", "measures")
}
SIDE = 224  # pixels: the input that VGG16 was trained on, and the side of photographs if the config says no other
PHOTOGRAPH = 20  # hex digits of its digest in its name: a million names hold equal ones once in 10 ** 12 cases


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the store: a lossless master, or a strip of photographs."""

    key: str
    path: Path
    sha256: str
    width: int  # pixels
    height: int


class Named(NamedTuple):
    """A picture with its name in a site."""

    name: str  # the start of its file's name: block3_conv1/17-texture
    kind: str  # one of PICTURES, or photograph
    picture: StoredPicture


@dataclass(frozen=True)
class Visualization:
    """A synthesised image and facts about it."""

    objective: str  # channel, neuron
    recipe: str  # fourier, classic
    picture: StoredPicture
    activation: float  # of the 8-bit picture; channel: mean after the ReLU; neuron: the unit, before the ReLU
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Patches:
    """Patches of a filter as one strip of square tiles: the top ones, best first, or examples across its spectrum."""

    picture: StoredPicture
    tile: int  # side of one tile in pixels
    patches: tuple[Patch, ...]


@dataclass(frozen=True)
class Facets:
    """Textures of one filter that were kept different from each other, as one strip of square tiles."""

    picture: StoredPicture
    tile: int
    activations: tuple[float, ...]  # of each, like that of a texture
    likeness: float  # mean cosine similarity of their Gram matrices; 1: identical


@dataclass(frozen=True)
class Film:
    """Frames of the climb to a synthesised image, as one strip of square tiles. The last is the image itself."""

    picture: StoredPicture
    tile: int
    steps: tuple[int | None, ...]  # taken before each frame; None: a solid colour in place of the climb's result
    activations: tuple[float, ...]  # of each frame, like that of the image
    of: str  # sha256 of the image to which the climb led

    def leads_to(self, made: Visualization | None) -> bool:
        """Whether it shows how this image came about.

        A film of a single frame does not; nor does that of an image with other bytes, which another machine made.
        """
        return made is not None and len(self.steps) > 1 and self.of == made.picture.sha256


@dataclass(frozen=True)
class Filter:
    """One output channel of a layer, and everything known about it."""

    layer: Layer
    index: int
    texture: Visualization | None  # objective channel
    neuron: Visualization | None
    patches: Patches | None  # the top ones
    spectrum: Patches | None = None  # near the 10th, 50th, 90th and 99th percentile of its positive activations
    deconvnet: StoredPicture | None = None  # projections of the top patches: strips like theirs
    gradient: StoredPicture | None = None
    evidence: Evidence | None = None  # numbers from photographs and kernels
    measures: Mapping[str, Measures] | None = None  # by objective: scores of its pictures
    facets: Facets | None = None
    texture_film: Film | None = None
    neuron_film: Film | None = None

    @property
    def id(self) -> str:
        """The permanent name, e.g. block3_conv1/17."""
        return f"{self.layer.name}/{self.index}"

    def pictures(self) -> Iterator[tuple[str, StoredPicture]]:
        """(kind, picture) for the pictures that exist."""
        for kind in PICTURES:
            if found := getattr(self, kind):
                yield kind, found if isinstance(found, StoredPicture) else found.picture

    @property
    def empty(self) -> bool:
        """Whether none of its main pictures has been computed yet."""
        return self.texture is None and self.neuron is None and self.patches is None


@dataclass(frozen=True)
class Section:
    """One layer: its chosen filters, and the reason if there are none."""

    layer: Layer
    has_weights: bool
    filters: tuple[Filter, ...]  # the chosen ones, by index
    has_corpus: bool
    wanted: tuple[str, ...] = ()  # the parts that each filter has in a complete atlas
    photographs: Mapping[int, StoredPicture] = field(default_factory=dict)  # whole ones on its pages, by index
    recipes: tuple[Mapping[str, Any], ...] = ()  # of its textures and of its neuron pictures, field by field
    alike: tuple[tuple[Neighbour, ...], ...] = ()  # of each filter of the layer, chosen or not: the most similar ones

    @cached_property
    def missing(self) -> dict[str, int]:
        """The number of chosen filters that lack a part, for each part that is missing."""
        counts = {part: sum(getattr(f, part) is None for f in self.filters) for part in self.wanted}
        return {part: n for part, n in counts.items() if n}

    @property
    def left_out(self) -> int:
        """The number of the layer's filters that the config leaves out."""
        return self.layer.filters - len(self.filters)


@dataclass(frozen=True)
class Block:
    """The layers between two reductions of size: one page."""

    number: int  # one more than the number of reductions below
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """The page's name, e.g. block3."""
        return f"block{self.number}"


@dataclass(frozen=True)
class Atlas:
    """Everything the pages read."""

    blocks: tuple[Block, ...]  # of VGG16 always all five; of another network those that have layers
    network: NetworkCard
    corpus: CorpusCard | None
    config: Mapping[str, Any]
    config_hash: str
    notices: tuple[str, ...]  # warnings at the top of every page

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All layers of the network, from the first on."""
        return tuple(section for block in self.blocks for section in block.sections)

    @property
    def complete(self) -> bool:
        """Whether everything that the config asks for exists."""
        return not any(section.missing for section in self.sections)

    @property
    def title(self) -> str:
        """The site's name."""
        return str(self.config.get("site", {}).get("title", "Filter Atlas"))

    @property
    def quality(self) -> int:
        """The quality of the site's pictures, 1 to 100."""
        return int(self.config.get("site", {}).get("quality", 70))

    @property
    def vgg16(self) -> bool:
        """Whether the network is a VGG16, of any width."""
        return self.network.name == VGG16

    @property
    def side(self) -> int:
        """The side of a photograph in pixels, which receptive fields are compared with; of VGG16 that of its input."""
        return SIDE if self.vgg16 else int(self.config.get("patches", {}).get("size", 0)) or SIDE

    def pictures(self) -> Iterator[Named]:
        """Every picture that exists."""
        wholes = {p.key: p for section in self.sections for p in section.photographs.values()}
        for picture in wholes.values():
            yield Named(f"photographs/{picture.sha256[:PHOTOGRAPH]}", "photograph", picture)
        for section in self.sections:
            for this in section.filters:
                yield from (Named(f"{this.id}-{kind}", kind, picture) for kind, picture in this.pictures())

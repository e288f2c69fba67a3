"""The manifest of one site: its resolved config and the key of every artifact it wants.

`make atlas` writes it before it computes anything. The site is rendered from the manifest and the store alone, without
the weights, the photographs or TensorFlow, even if artifacts are still missing. `store gc` reads in it which artifacts
are in use.
"""

import dataclasses
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from generator.errors import BuildError, InputError
from generator.store import canonical, versions
from generator.system.files import write_atomically

VGG16 = "VGG16"  # the network that a manifest is about unless it names another


@dataclass(frozen=True)
class Geometry:
    """Where a layer stands in a network that is not VGG16: what `network.geometry.Layer` says about it."""

    block: int  # its group: one more than the number of reductions of size below it
    conv: int  # its number within the group, from 1
    stride: int  # input pixels between neighbouring units
    field: int  # input pixels: the side of what a unit sees
    offset: int = 0  # input pixels from a photograph's edge to what its first unit sees


@dataclass(frozen=True)
class LayerKeys:
    """The keys of one layer."""

    name: str
    filters: int  # how many the layer has
    chosen: tuple[int, ...]  # the filters that the config asks for; () if the layer is left out
    digest: str  # of the weights up to and with this layer
    responses: str | None  # the pass over the photographs; None without photographs
    evidence: str | None  # about all filters; None without photographs
    artifacts: dict[str, dict[int, str]]  # kind (channel, neuron, patches, ...): filter: key
    album: str | None = None  # the whole photographs on its pages; None without photographs
    footprints: str | None = None  # of natural pictures in the layers below; None without either
    maxima: str | None = None  # of each photograph; None without photographs
    recipes: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the synthesised images, by objective
    facets: int = 0  # of each filter
    geometry: Geometry | None = None  # None in VGG16, whose layers follow from their numbers of filters

    def key(self, kind: str, index: int) -> str | None:
        """The key of a filter's artifact, or None if none is wanted."""
        return self.artifacts.get(kind, {}).get(index)

    def everything(self) -> Iterator[str]:
        """All keys."""
        own = (self.responses, self.evidence, self.album, self.footprints, self.maxima)
        yield from (key for key in own if key)
        for by_filter in self.artifacts.values():
            yield from by_filter.values()


@dataclass(frozen=True)
class NetworkCard:
    """The weights, as pages describe them."""

    origin: str  # in words
    file: str  # the file's name
    verified: bool  # whether all its arrays equal those of Oxford's VGG16
    digest: str
    expects: str = ""  # the input that it expects, in words; "" in older manifests
    name: str = VGG16  # of the network, in words


@dataclass(frozen=True)
class CorpusCard:
    """The photographs, as pages describe them."""

    name: str
    photographs: int
    labels: int
    digest: str
    skipped: tuple[tuple[str, str], ...]  # (name, reason)
    sources: tuple[tuple[str, str, int], ...] = ()  # (name, licence in words, photographs), in the order of the request
    notes: tuple[str, ...] = ()  # remarks on few, similar or unlabelled photographs, one sentence each


@dataclass(frozen=True)
class Manifest:
    """Everything a site refers to."""

    config: dict[str, Any]
    network: NetworkCard
    corpus: CorpusCard | None
    layers: tuple[LayerKeys, ...]  # all layers that the weights have
    notices: tuple[str, ...] = ()  # warnings at the top of every page, e.g. about a stand-in for VGG16
    gallery: str | None = None  # the photographs to start from; None without photographs

    @property
    def hash(self) -> str:
        """The config hash of the whole site: 64 hex digits over config, weights, corpus and all keys."""
        found = self._plain()
        for layer in found["layers"]:  # the keys cover them
            del layer["recipes"], layer["facets"]
        for own in (found, *found["layers"]):  # what older manifests lack does not change their hash
            for newer in ("gallery", "maxima"):
                if own.get(newer, "") is None:
                    del own[newer]
        return canonical.key(found)

    def keys(self) -> set[str]:
        """The keys of all artifacts that the site wants, except those that albums and the gallery list.

        `responses.albums` knows these, too.
        """
        own = {self.gallery} if self.gallery else set()
        return own | {key for layer in self.layers for key in layer.everything()}

    def to_json(self) -> str:
        """Canonical JSON."""
        return canonical.canonical(self._plain())

    def _plain(self) -> dict[str, Any]:
        """All fields as JSON has them. What only other networks than VGG16 need is left out for VGG16."""
        found = dataclasses.asdict(self) | {"schema": versions.CURRENT.manifest}
        if self.network.name == VGG16:
            del found["network"]["name"]
        for layer in found["layers"]:
            if layer["geometry"] is None:
                del layer["geometry"]
        return found

    @staticmethod
    def from_json(text: str) -> "Manifest":
        """Read a manifest. Raises ValueError, KeyError or TypeError if the text is not one of this version."""
        found = msgspec.json.decode(text)
        if found["schema"] != versions.CURRENT.manifest:
            raise ValueError(f"schema {found['schema']}")
        return msgspec.json.decode(text, type=Manifest)


def path_for(store: Path, site_dir: Path) -> Path:
    """The path of a site's manifest. A site has one manifest, so a new build replaces that of the last build."""
    return store / "manifests" / f"{name(site_dir)}.json"


def name(site_dir: Path) -> str:
    """The name of a site folder in a store: 16 hex digits of the hash of its path."""
    return hashlib.sha256(os.fsencode(site_dir.absolute())).hexdigest()[:16]


def save(manifest: Manifest, path: Path) -> None:
    """Write the manifest. Raises BuildError if it cannot be written."""
    try:
        write_atomically(path, manifest.to_json().encode())
    except OSError as error:
        raise BuildError(
            f"cannot write {path}: {error.strerror or error}. Name another folder with --store."
        ) from error


def load(path: Path) -> Manifest:
    """Read a manifest. Raises InputError if there is none or it is damaged."""
    try:
        return Manifest.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"No atlas has been started in this store ({path} is missing). Run: make atlas") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"The manifest {path} is damaged ({error}). Run make atlas again: it makes a new one."
        ) from None


def newest(store: Path) -> Path:
    """The manifest of the store that was written last. Raises InputError if there is none."""
    found = sorted((store / "manifests").glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    if not found:
        raise InputError(f"No atlas has been started in the store {store}. Run: make atlas")
    return found[-1]

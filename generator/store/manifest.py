"""The manifest of one site: its resolved config and the key of every artifact it wants.

`make atlas` writes it before it computes anything; the site is rendered from the manifest and the store alone, without
the weights, the photographs or TensorFlow, and however many of the artifacts are there yet. It also tells
`store gc` what is in use.
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


@dataclass(frozen=True)
class LayerKeys:
    """The keys of one layer."""

    name: str
    filters: int  # how many the layer has
    chosen: tuple[int, ...]  # those the config asks for; () if the layer is left out
    digest: str  # of the weights up to and with this layer
    responses: str | None  # the pass over the photographs; None without photographs
    evidence: str | None  # about all filters; None without photographs
    artifacts: dict[str, dict[int, str]]  # kind (channel, neuron, patches, ...): filter: key
    album: str | None = None  # which whole photographs its pages show; None without photographs
    footprints: str | None = None  # what natural pictures leave in the layers below; None without either
    recipes: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the synthesised images, by objective
    facets: int = 0  # of each filter

    def key(self, kind: str, index: int) -> str | None:
        """The key of a filter's artifact, or None if none is wanted."""
        return self.artifacts.get(kind, {}).get(index)

    def everything(self) -> Iterator[str]:
        """All keys."""
        yield from (key for key in (self.responses, self.evidence, self.album, self.footprints) if key)
        for by_filter in self.artifacts.values():
            yield from by_filter.values()


@dataclass(frozen=True)
class NetworkCard:
    """Which weights these are."""

    origin: str  # in words
    file: str  # the file's name
    verified: bool  # all arrays there are the true Oxford VGG16's
    digest: str
    expects: str = ""  # what it expects for a pixel, in words; "" in manifests of old


@dataclass(frozen=True)
class CorpusCard:
    """Which photographs these are."""

    name: str
    photographs: int
    labels: int
    digest: str
    skipped: tuple[tuple[str, str], ...]  # (name, reason)
    sources: tuple[tuple[str, str, int], ...] = ()  # (name, licence in words, photographs), in the order asked for
    notes: tuple[str, ...] = ()  # what follows from how few, how alike or how labelled they are, a sentence each


@dataclass(frozen=True)
class Manifest:
    """Everything a site refers to."""

    config: dict[str, Any]
    network: NetworkCard
    corpus: CorpusCard | None
    layers: tuple[LayerKeys, ...]  # all layers that the weights have
    notices: tuple[str, ...] = ()  # what every page has to say first: that something stands in for the real thing

    @property
    def hash(self) -> str:
        """The config hash of the whole site: 64 hex digits over config, weights, corpus and all keys."""
        found = self._plain()
        for layer in found["layers"]:  # told by the keys
            del layer["recipes"], layer["facets"]
        return canonical.key(found)

    def keys(self) -> set[str]:
        """The keys of all artifacts that the site wants, but for what its albums list (`responses.albums`)."""
        return {key for layer in self.layers for key in layer.everything()}

    def to_json(self) -> str:
        """Canonical JSON."""
        return canonical.canonical(self._plain())

    def _plain(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"schema": versions.CURRENT.manifest}

    @staticmethod
    def from_json(text: str) -> "Manifest":
        """Raise ValueError, KeyError or TypeError if the text is not a manifest of this version."""
        found = msgspec.json.decode(text)
        if found["schema"] != versions.CURRENT.manifest:
            raise ValueError(f"schema {found['schema']}")
        return msgspec.json.decode(text, type=Manifest)


def path_for(store: Path, site_dir: Path) -> Path:
    """Where the manifest of the site in `site_dir` is kept: one a site, so that each new build replaces its last."""
    return store / "manifests" / f"{name(site_dir)}.json"


def name(site_dir: Path) -> str:
    """What a site folder is called in a store: 16 hex digits of its path."""
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

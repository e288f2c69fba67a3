"""The network's weights: reads them, checks them and computes digests of each layer, without TensorFlow.

Arrays are read on first use. With a cache, the digests of an unchanged file are known without reading it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from generator.arrays import Floats
from generator.errors import InputError
from generator.network.geometry import LAYERS, SIDE, Layer, fit, vgg16
from generator.network.weights import published, siblings
from generator.network.weights.contents import Found, Pairs, checked
from generator.network.weights.files import read
from generator.network.weights.general import ask, of_names
from generator.network.weights.preprocessing import CAFFE, fold, parse
from generator.store.canonical import canonical
from generator.store.file_cache import FileCache
from generator.store.manifest import VGG16

LISTED = 4  # layers that a note names, at most
READING = 3  # version of the reading of files: cache entries of other versions are ignored
OXFORD = "VGG16 trained on ImageNet (Oxford Visual Geometry Group, CC BY 4.0)"


@dataclass(frozen=True)
class Weights:
    """A network: a VGG16 or its first layers, of any width, or another chain of convolutions."""

    origin: str  # in words, for the pages
    file: str  # the file's name
    layers: tuple[Layer, ...]  # those with weights, from the first on
    digests: Mapping[str, tuple[str, str]]  # layer: sha256 of (kernel, bias)
    notes: tuple[str, ...]  # for readers, e.g. about arrays that were left out
    source: "File | Pairs"
    path: Path | None = None  # of the file, for workers that open it; None if there is none
    branch: str = ""  # the network in a file of several
    setting: str = "auto"  # the user's setting `preprocessing`
    expects: str = CAFFE.words  # the input that the network expects, in words
    unsure: str | None = None  # warning for every page if that input is only assumed
    network: str = VGG16  # its name in words
    side: int = SIDE  # of the photographs that suit it, in pixels
    grey: bool = False  # whether it sees no colours

    @staticmethod
    def open(path: Path, cache: FileCache, branch: str = "", preprocessing: str = "auto") -> "Weights":
        """The weights of a file. Raises InputError if they are not those of a chain of convolutions.

        `branch`: which network, if the file holds several. `preprocessing`: the input that it expects; auto: read it.
        """
        file = File(path, branch, preprocessing)
        known = cache.get(path) if path.is_file() else None
        entries = known if isinstance(known, dict) and known.get("reading") == READING else {"reading": READING}
        try:
            made = msgspec.convert(entries[file.label], Made)
            source: File | Pairs = file
        except (KeyError, msgspec.ValidationError):
            source, made = file.read()
            cache.set(path, entries | {file.label: msgspec.to_builtins(made)})
        digests = {name: (kernel, bias) for name, (kernel, bias) in made.digests.items()}
        origin = OXFORD if published.genuine(digests) else f"weights of the file {path.name}"
        if branch:
            origin += f", branch {branch}"
        return Weights(
            origin=origin,
            file=path.name,
            layers=made.layers,
            digests=digests,
            notes=made.notes,
            source=source,
            path=path,
            branch=branch,
            setting=preprocessing,
            expects=made.expects,
            unsure=made.unsure,
            network=made.network,
            side=made.side,
            grey=made.grey,
        )

    @staticmethod
    def from_arrays(pairs: Pairs, origin: str) -> "Weights":
        """Weights from memory, of a network that expects the same input as Oxford's."""
        pairs, notes = _vgg16_only(pairs, origin)
        return Weights(origin, "", vgg16(_widths(pairs)), published.digests(pairs), tuple(notes), pairs)

    @property
    def verified(self) -> bool:
        """Whether all arrays equal those of Oxford's VGG16."""
        return published.genuine(dict(self.digests))

    def layer(self, name: str) -> Layer:
        """The layer of that name. Raises KeyError."""
        return {layer.name: layer for layer in self.layers}[name]

    def kernel(self, name: str) -> Floats:
        """(k, k, in, out) float32; the first layer reads BGR."""
        return self._pairs[name][0]

    def bias(self, name: str) -> Floats:
        """(out,) float32."""
        return self._pairs[name][1]

    def digest(self, name: str) -> str:
        """One digest of all arrays up to and with the layer: what the layer's activations depend on."""
        total = hashlib.sha256()
        for layer in self.layers:
            total.update("".join(self.digests[layer.name]).encode())
            if self.network != VGG16:  # whose names tell the rest
                total.update(canonical(msgspec.to_builtins(layer)).encode())
            if layer.name == name:
                return total.hexdigest()
        raise KeyError(name)

    @cached_property
    def _pairs(self) -> Pairs:
        return self.source.read()[0] if isinstance(self.source, File) else self.source


@dataclass(frozen=True)
class Made:
    """What is remembered of a file that has been read."""

    layers: tuple[Layer, ...]
    digests: dict[str, tuple[str, str]]
    notes: tuple[str, ...]
    expects: str
    unsure: str | None
    network: str
    side: int
    grey: bool


@dataclass(frozen=True)
class File:
    """A file of weights, and how to read it."""

    path: Path
    branch: str
    preprocessing: str

    @property
    def label(self) -> str:
        """Identifies this reading of the file. It also depends on the configurations beside the file."""
        beside = hashlib.sha256("\0".join(siblings.texts(self.path)).encode()).hexdigest()[:16]
        return f"{self.branch}|{self.preprocessing}|{beside}"

    def read(self) -> tuple[Pairs, Made]:
        """The network, converted to Oxford's input, and what is worth remembering of it."""
        wanted = parse(self.preprocessing)
        found = of_names(read(self.path, self.branch))
        if found.steps:
            pairs, notes = checked(found.pairs, str(self.path)), list[str]()
            side, layers = fit(found.steps, found.side)
        else:
            pairs, notes = _vgg16_only(found.pairs, str(self.path))
            side, layers = found.side, vgg16(_widths(pairs))
        if wanted is None:
            ask(found, str(self.path))
        elif found.grey:
            wanted = wanted.of_luma
        expected = wanted or found.expected
        first = layers[0].name
        kernel, bias = pairs[first]
        if len(expected.matrix) != kernel.shape[2]:
            raise InputError(
                f"weights: {self.path}: its first convolution reads {kernel.shape[2]} channels, and "
                f"{expected.words} are {len(expected.matrix)}."
            )
        pairs[first] = fold(kernel, bias, expected)
        source = f" ({found.source})" if found.source else ""
        told = found.notes if wanted is None else [note for note in found.notes if "set preprocessing" not in note]
        return pairs, Made(
            layers=layers,
            digests=published.digests(pairs),
            notes=(*told, *notes),
            expects=f"{wanted.words}, as set" if wanted else expected.words + source,
            unsure=None if wanted else _unsure(found),
            network=found.network,
            side=side,
            grey=found.grey,
        )


def _unsure(found: Found) -> str | None:
    if not found.unread:
        return None
    return (
        f"What this network does to pixels before its first convolution could not be read ({found.unread}), so the "
        "input of Keras\u2019 VGG16 is assumed. If it expects another, these pictures are wrong: set preprocessing, "
        "e.g. make atlas PREPROCESSING=unit"
    )


def _widths(pairs: Pairs) -> list[int]:
    return [kernel.shape[3] for kernel, _ in pairs.values()]


def _place(name: str) -> tuple[int, int]:
    block, conv = name.removeprefix("block").split("_conv")
    return int(block), int(conv)


def _vgg16_only(pairs: Pairs, where: str) -> tuple[Pairs, list[str]]:
    """VGG16's convolutions, in order, in float32; notes. Raises InputError with what was expected and found."""
    notes = []
    left_out = []
    for name in sorted(set(pairs) - {layer.name for layer in LAYERS}, key=_place):
        block = _place(name)[0]
        deeper = [other for other in pairs if block < _place(other)[0] <= LAYERS[-1].block]
        if deeper:
            raise InputError(
                f"weights: {where} has {name} in front of {min(deeper)}, and no VGG has these layers. "
                "Expected block1_conv1 to block5_conv3 with 2, 2, 3, 3, 3 layers a block, or those of VGG11, 13 or 19."
            )
        left_out.append(name)
    if left_out:
        names = left_out if len(left_out) <= LISTED else [*left_out[:LISTED], "..."]
        notes.append(f"{', '.join(names)}: not part of VGG16, and left out")
    known = [layer.name for layer in LAYERS if layer.name in pairs]
    expected = [layer.name for layer in LAYERS[: len(known)]]
    if known != expected or not known:
        lacking = next((name for name in expected if name not in known), LAYERS[0].name)
        raise InputError(
            f"weights: {where} lacks {lacking} but has {', '.join(sorted(pairs)) or 'no layer'}. "
            "Expected VGG16's layers from block1_conv1 on without a gap."
        )
    return checked({name: pairs[name] for name in known}, where, kernels=3, inputs=3), notes

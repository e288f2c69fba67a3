"""The network's weights: found, read, checked, and digested layer by layer, without TensorFlow.

Arrays are read when they are asked for; with a memo, the digests of a file that has not changed need no reading at all.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from generator.arrays import Array
from generator.errors import InputError
from generator.geometry import LAYERS, Layer, vgg16
from generator.memo import Memo
from generator.weights import oxford
from generator.weights.files import Pairs, read_pairs

OXFORD = "VGG16 trained on ImageNet (Oxford Visual Geometry Group, CC BY 4.0)"


@dataclass(frozen=True)
class Weights:
    """A VGG16, or its first layers, of any width."""

    origin: str  # in words, for the pages
    file: str  # the file's name
    layers: tuple[Layer, ...]  # those that there are weights for, from the first on
    digests: Mapping[str, tuple[str, str]]  # layer: sha256 of (kernel, bias)
    notes: tuple[str, ...]  # what a reader should know, e.g. arrays that were left out
    source: Path | Pairs
    path: Path | None = None  # of the file, where others find the same; None if there is none

    @staticmethod
    def open(path: Path, memo: Memo) -> "Weights":
        """The weights of a file. Raises InputError if they are not VGG16's or its first layers'."""
        if path.is_file() and (known := _remembered(memo.get(path))):
            widths, digests, notes = known
            source: Path | Pairs = path
        else:
            source, notes = _vgg16_only(read_pairs(path), str(path))
            widths, digests = _digest(source)
            memo.set(path, {"widths": widths, "digests": digests, "notes": notes})
        origin = OXFORD if oxford.genuine(digests) else f"weights of the file {path.name}"
        return Weights(origin, path.name, vgg16(widths), digests, tuple(notes), source, path)

    @staticmethod
    def from_arrays(pairs: Pairs, origin: str) -> "Weights":
        """Weights that are in memory already."""
        pairs, notes = _vgg16_only(pairs, origin)
        widths, digests = _digest(pairs)
        return Weights(origin, "", vgg16(widths), digests, tuple(notes), pairs)

    @property
    def verified(self) -> bool:
        """Whether every array is the true Oxford VGG16's."""
        return oxford.genuine(dict(self.digests))

    def layer(self, name: str) -> Layer:
        """The layer of that name. Raises KeyError."""
        return {layer.name: layer for layer in self.layers}[name]

    def kernel(self, name: str) -> Array:
        """(3, 3, in, out) float32; the first layer reads BGR."""
        return self._pairs[name][0]

    def bias(self, name: str) -> Array:
        """(out,) float32."""
        return self._pairs[name][1]

    def digest(self, name: str) -> str:
        """One digest of all arrays up to and with the layer: what the layer's activations depend on."""
        total = hashlib.sha256()
        for layer in self.layers:
            total.update("".join(self.digests[layer.name]).encode())
            if layer.name == name:
                return total.hexdigest()
        raise KeyError(name)

    @cached_property
    def _pairs(self) -> Pairs:
        if isinstance(self.source, Path):
            return _vgg16_only(read_pairs(self.source), str(self.source))[0]
        return self.source


def _remembered(found: Any) -> tuple[list[int], dict[str, tuple[str, str]], list[str]] | None:
    try:
        digests = {name: (kernel, bias) for name, (kernel, bias) in found["digests"].items()}
        return [int(width) for width in found["widths"]], digests, list(found["notes"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return None


def _digest(pairs: Pairs) -> tuple[list[int], dict[str, tuple[str, str]]]:
    digests = {
        name: (oxford.digest(kernel, first_kernel=name == LAYERS[0].name), oxford.digest(bias))
        for name, (kernel, bias) in pairs.items()
    }
    return [kernel.shape[3] for kernel, _ in pairs.values()], digests


def _vgg16_only(pairs: Pairs, where: str) -> tuple[Pairs, list[str]]:
    """The convolutions that are VGG16's, in order and in float32, or InputError with what was expected and found."""
    notes = []
    for name in sorted(set(pairs) - {layer.name for layer in LAYERS}):
        block = int(name.removeprefix("block").split("_")[0])
        deeper = [other for other in pairs if int(other.removeprefix("block").split("_")[0]) > block]
        if deeper:
            raise InputError(
                f"weights: {where} has {name}, which VGG16 has not, in front of {min(deeper)}: it looks like another "
                "VGG (19?). Expected block1_conv1 to block5_conv3 with 2, 2, 3, 3, 3 layers a block."
            )
        notes.append(f"{name} is not part of VGG16 and was left out")
    known = [layer.name for layer in LAYERS if layer.name in pairs]
    expected = [layer.name for layer in LAYERS[: len(known)]]
    if known != expected or not known:
        lacking = next((name for name in expected if name not in known), LAYERS[0].name)
        raise InputError(
            f"weights: {where} lacks {lacking} but has {', '.join(sorted(pairs)) or 'no layer'}. "
            "Expected VGG16's layers from block1_conv1 on without a gap."
        )
    checked: Pairs = {}
    inputs = 3
    for name in known:
        kernel, bias = (np.asarray(array) for array in pairs[name])
        outputs = kernel.shape[-1] if kernel.ndim else 0
        if kernel.shape != (3, 3, inputs, outputs) or bias.shape != (outputs,) or outputs == 0:
            raise InputError(
                f"weights: {where}: {name} has a kernel {kernel.shape} and a bias {bias.shape}; "
                f"expected (3, 3, {inputs}, n) and (n,)."
            )
        if kernel.dtype.kind != "f" or not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise InputError(f"weights: {where}: {name} holds values that are no finite numbers; expected floats.")
        checked[name] = (np.ascontiguousarray(kernel, np.float32), np.ascontiguousarray(bias, np.float32))
        inputs = outputs
    return checked, notes

"""Reading VGG16's kernels and biases out of the files that people have, with h5py and NumPy alone.

Nothing in a file is ever executed: no pickle, and of a `.keras` archive only the arrays are opened, never the model.
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from generator.arrays import Array
from generator.errors import InputError
from generator.geometry import LAYERS

Pairs = dict[str, tuple[Array, Array]]  # layer name: (kernel (3, 3, in, out), bias (out,))

KNOWN = [layer.name for layer in LAYERS]
CONVOLUTION = re.compile(r"block\d+_conv\d+")
NUMBERED = re.compile(r"conv2d(?:_(\d+))?$")  # how Keras 3 names groups after the layer's class
EXPECTED = {  # by suffix
    ".npz": "an archive of NumPy arrays",
    ".h5": "an HDF5 file",
    ".hdf5": "an HDF5 file",
    ".keras": "a zip archive with model.weights.h5",
}


def read_pairs(path: Path) -> Pairs:
    """All convolutions of the file that carry a name like VGG's, or, if none does, all 3 x 3 convolutions in order.

    Raises InputError with what was expected and what was found.
    """
    readers: dict[str, Callable[[Path], Pairs]] = {".npz": _npz, ".h5": _hdf5, ".hdf5": _hdf5, ".keras": _keras}
    reader = readers.get(path.suffix)
    if reader is None:
        raise InputError(f"weights: {path} is of no known kind. Known are .h5, .weights.h5, .keras and .npz files.")
    if not path.is_file():
        raise InputError(f"weights: there is no file {path}. Give auto, imagenet, or the path of a weights file.")
    try:
        pairs = reader(path)
    except (OSError, ValueError, KeyError, RuntimeError, MemoryError, zipfile.BadZipFile, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"weights: {path} cannot be read: expected {EXPECTED[path.suffix]}, found {_looks_like(path)} ({reason})."
        ) from None
    if not pairs:
        raise InputError(
            f"weights: {path} holds no 3 x 3 convolutions; expected VGG16's, block1_conv1 to block5_conv3."
        )
    return pairs


def _looks_like(path: Path) -> str:
    """What a file that cannot be read is, by how it begins."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        return "an empty file"
    known = {
        b"PK": "a zip archive, perhaps truncated",
        b"\x89HDF": "an HDF5 file, perhaps truncated",
        b"\x80": "a pickle",
    }
    return next((words for magic, words in known.items() if start.startswith(magic)), "something else")


def _npz(path: Path) -> Pairs:
    """Arrays named block1_conv1_kernel and block1_conv1_bias. A bias without a kernel is left alone."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        if not hasattr(file, "files"):
            raise ValueError("not an archive of named arrays")
        names = [name.removesuffix("_kernel") for name in file.files if name.endswith("_kernel")]
        return {name: (file[f"{name}_kernel"], file[f"{name}_bias"]) for name in names if CONVOLUTION.fullmatch(name)}


def _keras(path: Path) -> Pairs:
    with zipfile.ZipFile(path) as archive:
        return _from_hdf5(io.BytesIO(archive.read("model.weights.h5")))


def _hdf5(path: Path) -> Pairs:
    return _from_hdf5(path)


def _from_hdf5(source: Path | io.BytesIO) -> Pairs:
    """Convolutions of Keras' old layout (`block1_conv1/.../kernel:0`) and its new one (`layers/conv2d/vars/0`).

    In the new layout a group is named after the layer's class; the layer's own name is an attribute since Keras 3.4 or
    so, and before that only the order is left.
    """
    named: Pairs = {}
    ordered: dict[tuple[str, int], tuple[Array, Array]] = {}

    def visit(name: str, item: object) -> None:
        if not isinstance(item, h5py.Group):
            return
        datasets = [found for found in item.values() if isinstance(found, h5py.Dataset)]
        kernels = [found for found in datasets if found.ndim == 4]
        biases = [found for found in datasets if found.ndim == 1]
        if len(kernels) != 1 or len(biases) != 1:
            return
        pair = (kernels[0][()], biases[0][()])
        own = str(item.attrs.get("name", ""))
        for candidate in (own, *reversed(name.split("/")), kernels[0].name.rsplit("/", 1)[-1]):
            if match := CONVOLUTION.match(candidate):
                named[match[0]] = pair
                return
        parent, _, group = name.removesuffix("/vars").rpartition("/")
        if match := NUMBERED.match(group):
            ordered[parent, int(match[1] or 0)] = pair

    with h5py.File(source, "r") as file:
        file.visititems(visit)
    if named:
        return named
    kernels = [ordered[place] for place in sorted(ordered)]
    return dict(zip(KNOWN, kernels, strict=False)) if len(kernels) <= len(KNOWN) else {}

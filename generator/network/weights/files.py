"""Reads common files of weights with h5py, NumPy and safetensors only.

Nothing in a file is ever executed. Pickles are refused. From a `.keras` archive only the arrays and the description of
the architecture are read; the model is not built.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from generator.errors import InputError
from generator.network.weights import architecture, archives, foreign, hdf5, siblings
from generator.network.weights.contents import Contents, Found, Pairs
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import CAFFE, MEAN, TORCH, Preprocessing
from generator.network.weights.recognition import Reader

Convention = tuple[re.Pattern[str], Preprocessing, str]
CONVENTIONS: tuple[Convention, ...] = (  # the preprocessing for archives with such names
    (re.compile(r"block\d+_conv\d+"), CAFFE, ""),
    (re.compile(r"conv\d_\d"), MEAN, "as in Frossard\u2019s file and TF-Slim\u2019s, whose names it has"),
    (re.compile(r"\d+"), TORCH, "as torchvision\u2019s networks, whose names it has"),
)


def read_pairs(path: Path) -> Pairs:
    """The kernels and biases of the only network in a file. Raises InputError like `read`."""
    return read(path).pairs


def read(path: Path, branch: str = "") -> Found:
    """The VGG in a file; `branch` names one of several. Raises InputError that says what was expected and found."""
    readers: dict[str, tuple[str, Callable[[Path], Contents]]] = {  # what is expected of a file, and how it is read
        ".npz": ("an archive of NumPy arrays", lambda path: _archive(archives.npz(path))),
        ".h5": ("an HDF5 file", _hdf5),
        ".hdf5": ("an HDF5 file", _hdf5),
        ".keras": ("a zip archive with model.weights.h5", _keras),
        ".safetensors": ("a file of the library safetensors", lambda path: _archive(archives.tensors(path))),
        ".onnx": ("an ONNX model", _onnx),
    }
    suffix = path.suffix.lower()
    if path.exists() and (advice := foreign.advice(path)):
        raise InputError(f"weights: {path} {advice}.")
    if suffix not in readers:
        raise InputError(f"weights: {path} is not of a known kind. Known are {foreign.KINDS}.")
    if not path.is_file():
        raise InputError(f"weights: there is no file {path}. Give auto, imagenet, or the path of a weights file.")
    expected, reader = readers[suffix]
    try:
        contents = reader(path)
    except InputError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"weights: {path} cannot be read: expected {expected}, found {_looks_like(path)} ({reason})."
        ) from None
    if contents.graph is None and (own := siblings.architecture(path)) is not None:
        contents = replace(contents, config=own, graph=architecture.read(own))
    contents.beside.extend(siblings.parsed(siblings.texts(path)))
    try:
        return Reader(contents, str(path)).find(branch)
    except RecursionError:
        raise InputError(f"weights: {path}: its architecture is nested too deeply to be followed.") from None


def _looks_like(path: Path) -> str:
    """The kind of an unreadable file, by its first bytes."""
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


def _archive(parts: list[Part]) -> Contents:
    return Contents(parts, convention=_convention(parts, CONVENTIONS))


def _convention(parts: list[Part], known: Sequence[Convention]) -> tuple[Preprocessing, str] | None:
    kernels = [part.name for part in parts if part.kernel is not None]
    for pattern, expected, why in known:
        if any(map(pattern.fullmatch, kernels)):
            return expected, why
    return None


def _keras(path: Path) -> Contents:
    with zipfile.ZipFile(path) as archive:
        parts, _ = hdf5.read(io.BytesIO(archive.read("model.weights.h5")))
        config = json.loads(archive.read("config.json")) if "config.json" in archive.namelist() else None
    return Contents(parts, config, architecture.read(config))


def _hdf5(path: Path) -> Contents:
    parts, config = hdf5.read(path)
    return Contents(parts, config, architecture.read(config))


def _onnx(path: Path) -> Contents:
    try:
        import onnx  # noqa: F401, PLC0415
    except ImportError:
        raise InputError(f"weights: {path} is ONNX, which is read with: pip install 'filter-atlas[onnx]'") from None
    from generator.network.weights import onnx_file  # noqa: PLC0415

    contents = onnx_file.read(path)
    return replace(contents, convention=_convention(contents.parts, CONVENTIONS[-1:]))

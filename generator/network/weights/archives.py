"""Reads layers from archives of named arrays: NumPy's `.npz`, and `.safetensors`.

A name consists of the layer's name and the array's: `block1_conv1_kernel`, `conv1_1_W`, `vgg_16/conv1/conv1_1/weights`,
`features.0.weight`. PyTorch stores a kernel as (out, in, kh, kw); such files are recognised by their names.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from generator.arrays import Floats
from generator.network.weights.hdf5 import ROLE, ROLES
from generator.network.weights.parts import Part, optimizer

TORCH = (".weight", ".bias", ".running_mean", ".running_var")
NORMALIZED = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
SEPARATOR = re.compile(r"[/.\\]")
WANTED = (1, 4)  # dimensions


def npz(path: Path) -> list[Part]:
    """The layers in an `.npz` file. Nothing is unpickled."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        if not hasattr(file, "files"):
            raise ValueError("not an archive of named arrays")
        return named(file.files, lambda name: file[name])


def tensors(path: Path) -> list[Part]:
    """The layers in a file of the library `safetensors`, from any framework."""
    import ml_dtypes  # noqa: F401, PLC0415 (makes bfloat16 known to NumPy)
    import safetensors  # noqa: PLC0415

    with safetensors.safe_open(str(path), framework="np") as file:
        return named(file.keys(), file.get_tensor)


def named(names: Iterable[str], array: Callable[[str], Floats]) -> list[Part]:
    """Group named arrays by layer. `array` reads one by its name."""
    groups: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name in names:
        steps = SEPARATOR.split(name)
        if any(optimizer(step) for step in steps):
            continue
        torch = name.endswith(TORCH)
        match = None if torch else ROLE.search(steps[-1])
        if torch:
            groups[tuple(steps[:-1])][steps[-1]] = name
        elif match:
            stem = steps[-1][: match.start()]
            groups[(*steps[:-1], stem) if stem else tuple(steps[:-1])][ROLES[match[1]] or match[1]] = name
    parts = []
    for path, members in groups.items():
        if not path or ("kernel" not in members and "weight" not in members and "moving_mean" not in members):
            continue  # only a bias
        arrays = {role: _plain(array(name)) for role, name in members.items()}
        arrays = {role: found for role, found in arrays.items() if found.ndim in WANTED}
        if arrays:
            parts.append(Part(path, _of_torch(arrays) if "weight" in members else arrays))
    return parts


def _of_torch(arrays: dict[str, Floats]) -> dict[str, Floats]:
    weight = arrays.get("weight")
    if weight is None or weight.ndim == 1:
        return {NORMALIZED[role]: found for role, found in arrays.items() if role in NORMALIZED}
    return {"kernel" if role == "weight" else role: found for role, found in arrays.items()} | {
        "kernel": weight.transpose(2, 3, 1, 0)  # (out, in, kh, kw) to (kh, kw, in, out)
    }


def _plain(found: Floats) -> Floats:
    return found.astype(np.float32) if found.dtype.name == "bfloat16" else found

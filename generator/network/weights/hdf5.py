"""Reads layers from HDF5 files that Keras 1 to 3 have written.

Old layout: one group per layer with `block1_conv1/kernel:0`, below `model_weights` if the file has a whole model; the
layers of a nested model are in that model's group. New layout: `layers/conv2d_3/vars/0`; groups are named after the
layer's class, and the layer's own name is an attribute since about Keras 3.4.
"""

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from generator.arrays import Floats
from generator.network.weights.parts import Part, optimizer, roles

STRUCTURE = ("layers", "vars", "_layer_checkpoint_dependencies")  # names of the layout, not of layers
ROLES = {  # the roles of arrays, by their names
    **dict.fromkeys(("kernel", "W", "weights", "weight"), "kernel"),
    **dict.fromkeys(("bias", "b", "biases"), "bias"),
    **dict.fromkeys(("gamma", "beta", "mean", "variance"), ""),
    **dict.fromkeys(("moving_mean", "running_mean"), "moving_mean"),
    **dict.fromkeys(("moving_variance", "moving_var", "running_std", "running_var"), "moving_variance"),
}
ROLE = re.compile(rf"(?:^|_)({'|'.join(sorted(ROLES, key=len, reverse=True))})(?:_\d+)?(?::\d+)?$")
MOST = 4  # arrays of a convolution or a normalization
PLAIN = 2  # dimensions of a dense layer's kernel, which is skipped: VGG16's have 500 MB


def read(source: Path | io.BytesIO) -> tuple[list[Part], Any]:
    """The possible convolutions and normalizations of a file, and its `model_config` (None if it has none)."""
    with h5py.File(source, "r") as file:
        config = file.attrs.get("model_config")
        root = file["model_weights"] if isinstance(file.get("model_weights"), h5py.Group) else file
        groups: dict[tuple[str, ...], dict[str, h5py.Dataset]] = defaultdict(dict)
        names: dict[tuple[str, ...], str] = {}

        def visit(path: str, item: Any) -> None:
            steps = _steps(path)
            if any(optimizer(step) for step in steps):
                return
            if isinstance(item, h5py.Dataset):
                if item.ndim not in (PLAIN, 3):
                    groups[steps[:-1]][steps[-1]] = item
            elif "name" in item.attrs:
                names[steps] = _text(item.attrs["name"])

        root.visititems(visit)
        parts = [part for steps, found in groups.items() for part in _parts(steps, found, names)]
    return parts, json.loads(_text(config)) if config is not None else None


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("\\", "/").split("/"))  # Keras on Windows has written backslashes


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _parts(steps: tuple[str, ...], found: dict[str, h5py.Dataset], names: dict[tuple[str, ...], str]) -> Iterator[Part]:
    if all(name.isdecimal() for name in found):
        place = tuple(step for step in steps if step not in STRUCTURE)
        arrays = [found[name] for name in sorted(found, key=int)]
        if place and len(arrays) <= MOST and (own := roles([_array(each) for each in arrays], place[-1])):
            yield Part(tuple(_own_names(steps, names)), own, place)
        return
    layers: dict[tuple[str, ...], dict[str, Floats]] = defaultdict(dict)
    for name, dataset in found.items():
        if match := ROLE.search(name):
            stem = name[: match.start()]  # Keras 1: `block1_conv1_W`
            layers[_layer((*steps, stem) if stem else steps)][ROLES[match[1]] or match[1]] = _array(dataset)
    for path, own in layers.items():
        yield Part(path, own)


def _own_names(steps: tuple[str, ...], names: dict[tuple[str, ...], str]) -> list[str]:
    """The names of a group's enclosing models and its layer: the original names if the file has them."""
    found = []
    for end, step in enumerate(steps, start=1):
        if step not in STRUCTURE:
            here = steps[:end]
            found.append(names.get((*here, "vars"), names.get(here, step)))
    return found


def _layer(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The layer's path. The first name is the layer's or its nested model's; scopes of variables may repeat it."""
    plain = [re.sub(r"_\d+$", "", step) for step in steps]
    return steps[:1] if plain[-1] == plain[0] or steps[-1] == steps[0] else steps


def _array(dataset: h5py.Dataset) -> Floats:
    array: Floats = dataset[()]
    if array.dtype == np.dtype("V2"):  # bfloat16, which HDF5 lacks: the upper half of a float32
        return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return np.asarray(array)

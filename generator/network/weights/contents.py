"""The contents of a file of weights, before and after a network is recognised in them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from generator.arrays import Floats
from generator.errors import InputError
from generator.network.geometry import SIDE, Step
from generator.network.weights.architecture import Architecture
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import Preprocessing
from generator.store.manifest import VGG16

DIMENSIONS = 4  # of a kernel
Pairs = dict[str, tuple[Floats, Floats]]  # layer name: (kernel (k, k, in, out), bias (out,))


@dataclass(frozen=True)
class Contents:
    """The parts of a file."""

    parts: list[Part]
    config: Any = None  # Keras' description of the architecture, if the file has one
    graph: Architecture | None = None  # the architecture, if it can be read
    beside: list[Any] = field(default_factory=list)  # configurations beside the file
    convention: tuple[Preprocessing, str] | None = None  # the preprocessing for files with such names, and the reason


@dataclass(frozen=True)
class Found:
    """The network that was found in a file. Defaults are a VGG16's."""

    pairs: Pairs
    notes: tuple[str, ...]
    expected: Preprocessing
    source: str  # how `expected` is known, for pages; "" if there is nothing to say
    unread: str | None = None  # a layer before the first convolution that could not be read
    partial: bool = False  # whether the architecture goes on otherwise than VGG16
    network: str = VGG16  # its name in words
    steps: tuple[Step, ...] = ()  # its operations; () for VGG16's
    side: int = SIDE  # of its input, in pixels
    grey: bool = False  # whether its input has one channel, the luma of a pixel


def checked(pairs: Pairs, where: str, kernels: int | None = None, inputs: int | None = None) -> Pairs:
    """The kernels and biases of a chain of layers, in float32. Raises InputError if they do not fit together.

    `kernels`: the side of all kernels, and `inputs`: the channels of the first; None: any.
    """
    found: Pairs = {}
    for name, arrays in pairs.items():
        kernel, bias = (np.asarray(array) for array in arrays)
        outputs = kernel.shape[-1] if kernel.ndim else 0
        side = kernels or (kernel.shape[0] if kernel.ndim else 0)
        fits = kernel.ndim == DIMENSIONS and kernel.shape[:2] == (side, side) and inputs in (None, kernel.shape[2])
        if not fits or bias.shape != (outputs,) or outputs == 0:
            raise InputError(
                f"weights: {where}: {name} has a kernel {kernel.shape} and a bias {bias.shape}; "
                f"expected ({side}, {side}, {inputs or 'channels'}, n) and (n,)."
            )
        if kernel.dtype.kind != "f" or not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise InputError(f"weights: {where}: {name} holds values that are no finite numbers; expected floats.")
        found[name] = (np.ascontiguousarray(kernel, np.float32), np.ascontiguousarray(bias, np.float32))
        inputs = outputs
    return found

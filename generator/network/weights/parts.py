"""A part of a file of weights: the arrays of one layer, with the names of the layer and its models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Floats

Wide = NDArray[np.float64]

OPTIMIZERS = {  # Keras' class names in lower case; their moments are named after the layers
    *("adam", "adamw", "adamax", "adadelta", "adafactor", "adagrad", "adagradda", "nadam", "sgd", "rmsprop", "ftrl"),
    *("lion", "lamb", "muon", "lossscaleoptimizer"),
}
EITHER = "gamma or beta"  # the only one of the two that is present
ORDER = ("gamma", "beta", "moving_mean", "moving_variance")  # of a batch normalization's variables
EPSILON = 1e-3  # Keras' default
LISTED = 6  # layers that a message lists


@dataclass(frozen=True)
class Part:
    """One layer's arrays."""

    path: tuple[str, ...]  # names of the enclosing models, then its own
    arrays: Mapping[str, Floats]  # by role: kernel, bias, gamma, beta, moving_mean, moving_variance, mean, variance
    place: tuple[str, ...] = ()  # its group in the file, if that tells more than the names

    @property
    def name(self) -> str:
        """The layer's own name."""
        return self.path[-1]

    @property
    def kernel(self) -> Floats | None:
        """(kh, kw, in, out), if it is a convolution."""
        return self.arrays.get("kernel")

    @property
    def normalizes(self) -> bool:
        """Whether it is a batch normalization."""
        return "moving_mean" in self.arrays and "moving_variance" in self.arrays

    def scale_and_shift(self, epsilon: float, center: bool = True) -> tuple[Wide, Wide]:
        """A batch normalization at inference: x * scale + shift. Returns both, float64, (channels,) each.

        `center`: whether it has a beta; needed for files that do not name their arrays.
        """
        own = dict(self.arrays)
        if EITHER in own:
            own["beta" if center else "gamma"] = own.pop(EITHER)
        mean, variance = (own[name].astype(np.float64) for name in ORDER[2:])
        scale = own.get("gamma", np.ones_like(mean)) / np.sqrt(variance + epsilon)
        return scale, own.get("beta", np.zeros_like(mean)) - mean * scale


def optimizer(name: str) -> bool:
    """Whether a name is that of an optimizer. The arrays below it are its state, and never weights."""
    plain = name.lower().replace("_", "")
    return "optimizer" in plain or plain.rstrip("0123456789") in OPTIMIZERS


def roles(arrays: list[Floats], kind: str) -> dict[str, Floats]:
    """Numbered arrays, by role. Empty if they belong to neither a convolution nor a normalization.

    `kind`: the file's name of the layer's class, e.g. `conv2d_3`.
    """
    shapes = [array.ndim for array in arrays]
    if shapes in ([4], [4, 1]):
        return dict(zip(("kernel", "bias"), arrays, strict=False))
    if kind.startswith("normalization") and shapes[:2] == [1, 1]:
        return dict(zip(("mean", "variance"), arrays, strict=False))
    if kind.startswith("batch_normalization") and shapes == [1] * len(shapes) and 2 <= len(shapes) <= 4:
        names = {2: ORDER[2:], 3: (EITHER, *ORDER[2:]), 4: ORDER}[len(shapes)]
        return dict(zip(names, arrays, strict=True))
    return {}


def listed(parts: Sequence[Part]) -> str:
    """The first few convolutions with the shapes of their kernels."""
    shown = [f"{part.name} {part.kernel.shape}" for part in parts[:LISTED] if part.kernel is not None]
    return ", ".join(shown) + (", ..." if len(parts) > LISTED else "")

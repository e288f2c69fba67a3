"""The weights of the miniature, which are part of the package."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.network.geometry import vgg16
from generator.network.weights import Weights
from generator.network.weights.files import read_pairs

PATH = Path(__file__).with_name("weights.npz")
ORIGIN = "the miniature: a VGG16 of an eighth of the width, trained on procedural pictures"
WIDTHS = tuple(layer.filters // 8 for layer in vgg16())  # 8 8 16 16 32 32 32 64 ...: 528 filters


def weights(path: Path = PATH) -> Weights:
    """The convolutions, in float32."""
    return Weights.from_arrays(read_pairs(path), ORIGIN)


def head(path: Path = PATH) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The dense layer above the mean over block5_conv3's map: kernel (filters, classes) and bias (classes,).

    Only tests and reports use it, because the atlas shows convolutions.
    """
    with np.load(path) as arrays:
        return arrays["head_kernel"].astype(np.float32), arrays["head_bias"].astype(np.float32)

"""The input that a file's network expects: read from its architecture or the files beside it, or assumed."""

from collections.abc import Callable

import numpy as np

from generator.arrays import Floats
from generator.network.geometry import LAYERS
from generator.network.weights import published, siblings
from generator.network.weights.architecture import Node
from generator.network.weights.colours import UnknownError, follow, untouched
from generator.network.weights.contents import Contents, Found, Pairs
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import CAFFE, MEAN, Preprocessing

FIRST_KERNEL = "known by the kernels of block1_conv1, which are Oxford\u2019s"
ASSUMED = "assumed: the file does not say"
UNIT = 2  # a mean below this belongs to pixels from 0 to 1


def read(
    contents: Contents,
    pairs: Pairs,
    notes: list[str],
    first: Node,
    part: Callable[[Node], Part | None],
    *,
    grey: bool = False,
) -> Found:
    """Derive the input from the layers before the first convolution. `part`: gives the arrays of a layer.

    `grey`: whether the model's input is the luma of a pixel.
    """
    if contents.graph is None:
        return assume(contents, pairs, notes)
    try:
        matrix, offset, passed = follow(contents.graph, first, part, grey=grey)
    except UnknownError as error:
        return Found(pairs, tuple(notes), CAFFE, f"assumed: {error} cannot be read", str(error))
    acting = [node for node in passed if not untouched(node)]
    if not acting:
        return assume(contents, pairs, notes)
    mean = _mean(acting[0], part)
    if mean is not None and np.abs(mean).max() < UNIT:
        notes.append(
            f"its {acting[0].kind} has a mean of {mean.max():.2g}, as if it were given pixels from 0 to 1, and here "
            "they go from 0 to 255. If that is wrong, set preprocessing"
        )
    kinds = ", ".join(dict.fromkeys(node.kind for node in acting))
    return Found(pairs, tuple(notes), Preprocessing.of(matrix, offset), f"read from the file: {kinds}")


def assume(contents: Contents, pairs: Pairs, notes: list[str]) -> Found:
    """Derive the input from files beside it, Oxford's kernels, or the convention of its names; else assume Keras'."""
    if told := siblings.expected([contents.config, *contents.beside]):
        return Found(pairs, tuple(notes), told[0], f"read from {told[1]}")
    if known := _by_kernel(pairs):
        return Found(pairs, tuple(notes), known, FIRST_KERNEL)
    if contents.convention:
        return Found(pairs, tuple(notes), *contents.convention)
    notes.append(
        "it does not say what its network expects, so that of Keras' VGG16 is assumed "
        "(keras.applications.vgg16.preprocess_input). If it was trained on other input, set preprocessing"
    )
    return Found(pairs, tuple(notes), CAFFE, ASSUMED)


def _by_kernel(pairs: Pairs) -> Preprocessing | None:
    """The input of Oxford's network, if the first kernel is Oxford's: BGR or RGB by its order of channels."""
    name = LAYERS[0].name
    kernel = pairs[name][0] if name in pairs else None
    if kernel is None or kernel.ndim != 4 or kernel.shape[2] != 3:
        return None
    known = published.DIGESTS[name][0]
    if published.digest(kernel, first_kernel=True) == known:
        return CAFFE
    return MEAN if published.digest(kernel) == known else None


def _mean(node: Node, part: Callable[[Node], Part | None]) -> Floats | None:
    """The mean of a Normalization layer; None for other layers."""
    if node.kind != "Normalization":
        return None
    found = part(node)
    mean = found.arrays.get("mean") if found else None
    return np.asarray(node.config["mean"] if mean is None else mean, np.float64)

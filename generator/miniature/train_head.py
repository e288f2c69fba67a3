"""The last step of training: only the dense layer is fitted, to whole pictures as the atlas and the card use them.

Lessons show crops with one unit of the last layer. A whole picture has 2 x 2 units, and other statistics.
"""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.miniature.album import Album
from generator.network.forward import Network
from generator.network.geometry import vgg16
from generator.network.weights import Weights

BATCH = 32
STEPS = 600
RATE = 0.02
PENALTY = 1e-3  # on the squares of the kernel


def fitted(arrays: dict[str, NDArray[np.float32]], pictures: Album) -> dict[str, NDArray[np.float32]]:
    """The arrays of a network with its dense layer fitted to these pictures' classes."""
    seen = features(arrays, pictures.pixels)
    kernel, bias = dense(seen, pictures.labels, len(arrays["head_bias"]))
    return {**arrays, "head_kernel": kernel, "head_bias": bias}


def features(arrays: dict[str, NDArray[np.float32]], pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The inputs of the dense layer: the means over the last layer's maps. (pictures, filters)"""
    filters = [arrays[f"{layer.name}_bias"].size for layer in vgg16()]
    layers = vgg16(tuple(filters))
    pairs = {layer.name: (arrays[f"{layer.name}_kernel"], arrays[f"{layer.name}_bias"]) for layer in layers}
    network = Network(Weights.from_arrays(pairs, "the miniature in training"))

    def means(some: NDArray[np.uint8]) -> NDArray[np.float64]:
        maps = tf.nn.relu(network.maps(some, layers[-1].name))
        return np.asarray(tf.reduce_mean(maps, (1, 2)), np.float64)

    return np.concatenate([means(pixels[start : start + BATCH]) for start in range(0, len(pixels), BATCH)])


def dense(
    seen: NDArray[np.float64], labels: NDArray[np.int32], classes: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel (filters, classes) and bias (classes,) of a logistic regression: Adam on all pictures, from zero."""
    spread = np.maximum(seen.std(0) + 1e-6, 0.01 * seen.std(0).max() + 1e-3)  # no use of nearly constant filters
    inputs = np.concatenate([seen / spread, np.ones((len(seen), 1))], 1)
    weight = np.zeros((inputs.shape[1], classes))
    first, second = np.zeros_like(weight), np.zeros_like(weight)
    wanted = np.eye(classes)[labels]
    for step in range(1, STEPS + 1):
        scores = inputs @ weight
        shares = np.exp(scores - scores.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        gradient = inputs.T @ (shares - wanted) / len(inputs) + PENALTY * weight
        first, second = 0.9 * first + 0.1 * gradient, 0.99 * second + 0.01 * gradient**2
        pace = RATE * (1 - (step - 1) / STEPS)
        weight -= pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return (weight[:-1] / spread[:, None]).astype(np.float32), weight[-1].astype(np.float32)

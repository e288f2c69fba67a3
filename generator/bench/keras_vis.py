"""Another recipe for comparison: ActivationMaximization of tf-keras-vis at its default settings, if installed."""

import importlib.util
import warnings
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.network.forward import pooled
from generator.network.geometry import Layer
from generator.network.weights import Weights
from generator.network.weights.preprocessing import MEAN_BGR

SIDE = 128  # pixels, as for the classic recipe; more if a layer's field needs it
STEPS = 200  # its default


def available() -> bool:
    """Whether tf-keras-vis is installed (by `pip install 'filter-atlas[bench]'`)."""
    return importlib.util.find_spec("tf_keras_vis") is not None


def maximize(weights: Weights, layer: Layer, filters: Sequence[int]) -> list[NDArray[np.uint8]]:
    """A picture (side, side, 3) for each filter, one after the other, that maximises the mean of its map.

    Its network is padded with zeros, but pictures are scored without padding, so they must be large enough for a map.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about its own modules
        from tf_keras_vis.activation_maximization import ActivationMaximization  # noqa: PLC0415 (optional)
        from tf_keras_vis.utils.scores import CategoricalScore  # noqa: PLC0415

    maximization = ActivationMaximization(_model(weights, layer.name, side(layer)), clone=False)
    found = []
    for filter_ in filters:
        tf.random.set_seed(filter_)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras 3 warns about its calls
            picture = np.asarray(maximization(CategoricalScore(int(filter_)), steps=STEPS))[0]
        found.append(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    return found


def side(layer: Layer) -> int:
    """The side of a picture in pixels."""
    return max(SIDE, layer.field + 2 * layer.stride)


def _model(weights: Weights, layer: str, pixels: int) -> "tf.keras.Model":
    """The network up to a layer as a Keras model of pixels, RGB, 0 to 255, padded with zeros as VGG16 is."""
    pictures = x = tf.keras.Input((pixels, pixels, 3))
    x = tf.keras.layers.Rescaling(1.0, [-mean for mean in MEAN_BGR[::-1]])(x)
    for at in weights.layers:
        x = pooled(x, at, tf.keras.layers.MaxPooling2D())
        kernel = weights.kernel(at.name)
        last = at.name == layer
        convolution = tf.keras.layers.Conv2D(at.filters, 3, padding="same", activation=None if last else "relu")
        x = convolution(x)
        convolution.set_weights([kernel[:, :, ::-1] if at.depth == 0 else kernel, weights.bias(at.name)])
        if last:
            break
    return tf.keras.Model(pictures, x)

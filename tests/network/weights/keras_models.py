"""Models as people build them with Keras, narrow, and whether the atlas' network computes what they compute."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers as kl

from generator.network.forward import Network
from generator.network.weights import Weights
from generator.store.file_cache import FileCache

SIZE = 48
WIDTHS = (4, 6, 8)
BLOCKS = (2, 2, 3)


def plain(x, name, filters):
    return kl.Conv2D(filters, 3, activation="relu", name=name)(x)


def normalized(x, name, filters):
    """Without a bias, a batch normalization in front of the ReLU."""
    x = kl.Conv2D(filters, 3, use_bias=False, name=name)(x)
    return kl.Activation("relu")(kl.BatchNormalization(name=f"{name}_bn")(x))


def normalized_behind(x, name, filters):
    """The batch normalization behind the ReLU, as many tutorials have it."""
    x = kl.Conv2D(filters, 3, activation="relu", name=name)(x)
    return kl.Dropout(0.1)(kl.BatchNormalization()(x))


def stack(x, layer=plain, *, before="", after="", blocks=BLOCKS, named=True):
    """VGG16's first blocks, without padding so that what is computed can be compared."""
    for block, convolutions in enumerate(blocks, start=1):
        for conv in range(1, convolutions + 1):
            name = f"{before}block{block}_conv{conv}{after}" if named else None
            x = layer(x, name, WIDTHS[block - 1])
        x = kl.MaxPooling2D()(x)
    return x


def taught(model, seed=0):
    """The model with random arrays everywhere, none of which is at a value that changes nothing."""
    numbers = np.random.default_rng(seed)
    for layer in model.layers:
        if hasattr(layer, "layers"):
            taught(layer, int(numbers.integers(1000)))
        elif isinstance(layer, kl.BatchNormalization):
            shape = layer.moving_mean.shape
            own = [numbers.uniform(0.5, 1.5, shape) for _ in layer.get_weights()]
            layer.set_weights(own)
        elif isinstance(layer, kl.Conv2D):
            own = [
                numbers.normal(size=array.shape) / np.sqrt(np.prod(array.shape[:-1])) for array in layer.get_weights()
            ]
            layer.set_weights(own)
    return model


def pictures(seed=3):
    return np.random.default_rng(seed).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)


def opened(path, branch="", preprocessing="auto"):
    return Weights.open(path, FileCache(path.parent / "memo.json"), branch, preprocessing)


def same_as(weights, output, layer, given=lambda pixels: pixels):
    """Whether the atlas' network has the activations of a Keras tensor's, in units of their spread.

    `output`: a Keras model from the pictures to the layer's activations. `given`: what is done to pixels outside of it.
    """
    pixels = pictures()
    theirs = np.asarray(output(given(pixels), training=False))
    ours = np.asarray(tf.nn.relu(Network(weights).maps(pixels, layer)))
    assert theirs.std() > 0, "a comparison of nothing"
    return np.abs(theirs - ours).max() < 1e-4 * np.abs(theirs).max()


def up_to(model, name):
    """The model up to a layer of its own, or to one within a nested model at its end."""
    return tf.keras.Model(model.inputs, model.get_layer(name).output)

"""Small networks as people have them, made with Keras: plain chains of convolutions of many kinds."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers as of


def plain():
    """A Sequential as lessons build it."""
    return keras.Sequential(
        [
            keras.Input((48, 48, 3)),
            of.Rescaling(1 / 255),
            of.Conv2D(6, 3, activation="relu", padding="same", name="edges"),
            of.MaxPooling2D(),
            of.Conv2D(8, 3, activation="relu", padding="same", name="textures"),
            of.MaxPooling2D(),
            of.Conv2D(7, 3, activation="relu", name="parts"),
            of.Dropout(0.3),
            of.MaxPooling2D(),
            of.Flatten(),
            of.Dense(5),
        ],
        name="flowers",
    )


def odd():
    """Odd and even kernels, strides, both paddings, average pooling, normalizations before and after activations."""
    inputs = keras.Input((96, 96, 3))
    x = of.Rescaling(1 / 127.5, -1)(inputs)
    x = of.Conv2D(8, 7, strides=2, padding="same", use_bias=False)(x)
    x = of.LeakyReLU(0.1)(of.BatchNormalization()(x))
    x = of.AveragePooling2D(3, 2, padding="same")(x)
    x = of.BatchNormalization()(of.ELU()(of.Conv2D(10, 5, padding="same")(x)))
    x = of.MaxPooling2D(2)(x)
    x = of.BatchNormalization()(of.Conv2D(9, 4, strides=3, padding="same", activation="gelu")(x))
    x = of.Conv2D(6, 2)(of.ZeroPadding2D(1)(of.Activation("tanh")(x)))
    return keras.Model(inputs, of.GlobalAveragePooling2D()(of.ReLU(max_value=6)(x)), name="odd")


def grey():
    """A network that reads grey pictures."""
    convolutions = [of.Conv2D(5, 3, activation="relu"), of.MaxPooling2D(), of.Conv2D(6, 5, activation="swish")]
    return keras.Sequential(
        [keras.Input((28, 28, 1)), of.Rescaling(1 / 255), *convolutions, of.Flatten()], name="digits"
    )


def nested():
    """A network within another."""
    inputs = keras.Input((96, 96, 3))
    return keras.Model(inputs, odd()(inputs), name="outer")


MODELS: dict[str, Callable[[], keras.Model]] = {"plain": plain, "odd": odd, "grey": grey, "nested": nested}


def shuffled(model, seed=3):
    """The model with other weights: also its normalizations have something to do, with factors of both signs."""
    rng = np.random.default_rng(seed)
    for layer in model._flatten_layers():
        if hasattr(layer, "moving_variance"):
            shape = layer.moving_variance.shape
            own = rng.normal(size=shape), rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.3, 2, shape)
            layer.set_weights(own)
    return model

"""Parametrizations: how the numbers that climb become a picture.

`fourier`: a spectrum, decorrelated colours and a sigmoid (Olah, Mordvintsev & Schubert 2017, "Feature Visualization").
`box`: pixels between black and white, in the sigmoid's units at grey. `free`: pixels without limits,
whose contrast is set for display (Keras' `conv_filter_visualization`, 2016). Each has a `start`, a `project` back to
what is allowed, and a `render`.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator import canonical
from generator.ascent import sums
from generator.recipes import Recipe

# How the colours of natural pictures vary together: the square root of ImageNet's colour covariance, scaled so that no
# direction is longer than 1 (lucid, optvis/param/color). Rows: R, G, B; columns: light, orange-blue, green-magenta.
COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
COLOURS /= np.linalg.norm(COLOURS, axis=0).max()


def start(recipe: Recipe, keys: Sequence[str], attempt: int = 0) -> NDArray[np.float32]:
    """Where the climbs begin: faint noise that belongs to each picture's own key and to the attempt.

    fourier: (batch, 3, canvas, canvas // 2 + 1, 2); box and free: (batch, canvas, canvas, 3).
    """
    size = recipe.canvas
    fourier = recipe.image == "fourier"
    shape = (3, size, size // 2 + 1, 2) if fourier else (size, size, 3)
    noise = []
    for key in keys:
        own = np.random.default_rng((*canonical.seed(key), attempt))
        if recipe.image == "free":
            noise.append(128 + recipe.start * (own.random(shape) - 0.5))  # uniform, as the script has it
        else:
            noise.append(recipe.start * own.standard_normal(shape))
    return np.stack(noise).astype(np.float32)


def project(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The state, brought back to what the parametrization allows: contrast bounded, or pixels in range."""
    if recipe.image == "box":
        return tf.clip_by_value(state, -2.0, 2.0)
    if recipe.image == "fourier" and recipe.contrast > 0:
        strength = sums.rms(_waves(recipe, state))
        return state * sums.each(tf.minimum(1.0, recipe.contrast / (strength + 1e-6)), state)
    return state


def render(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The picture that the network sees while climbing: (batch, canvas, canvas, 3), RGB, 0 to 255."""
    if recipe.image == "free":
        return state
    if recipe.image == "box":
        return 127.5 + 63.75 * state
    waves = tf.transpose(_waves(recipe, state), (0, 2, 3, 1))  # (batch, canvas, canvas, 3)
    return 255.0 * tf.sigmoid(tf.matmul(waves, tf.constant(COLOURS.T)))


def display(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The picture as saved and scored: uint8 (batch, canvas, canvas, 3). Only `free` is stretched, as in its script."""
    picture = render(recipe, state)
    if recipe.image == "free":
        picture -= sums.each(sums.mean(picture), picture)
        picture = 255.0 * (0.5 + 0.1 * picture / (sums.each(sums.rms(picture), picture) + 1e-5))
    return tf.cast(tf.round(tf.clip_by_value(picture, 0.0, 255.0)), tf.uint8)


def _waves(recipe: Recipe, spectrum: tf.Tensor) -> tf.Tensor:
    """(batch, 3, canvas, canvas // 2 + 1, 2) -> (batch, 3, canvas, canvas): light and colours before the sigmoid."""
    size = recipe.canvas
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])  # cycles a pixel
    # The lowest frequency also stands for the mean, which would else be infinitely easy to move.
    scale = 0.75 * size * np.maximum(frequency, 1 / size) ** -recipe.exponent
    spectrum = spectrum * tf.constant(scale[..., None], tf.float32)
    return tf.signal.irfft2d(tf.complex(spectrum[..., 0], spectrum[..., 1]), (size, size))

"""Parametrizations: how the numbers that climb become a picture, and which way is up for them.

`fourier`: decorrelated colours, a sigmoid, and steps that favour long waves (Olah, Mordvintsev & Schubert 2017,
"Feature Visualization"). `box`: pixels between black and white, in the sigmoid's units at grey. `free`: pixels without
limits, whose contrast is set for display (Keras' `conv_filter_visualization`, 2016). Each has a `start`, an `uphill`,
a `project` back to what is allowed, and a `render`.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent import budget, stable_sums
from generator.ascent.contrast import COLOURS
from generator.ascent.recipes import Recipe
from generator.store import canonical


def start(recipe: Recipe, keys: Sequence[str], attempt: int = 0) -> NDArray[np.float32]:
    """Where the climbs begin: faint noise that belongs to each picture's own key and to the attempt.

    fourier: (batch, 3, side, side), colours before the sigmoid; box and free: (batch, side, side, 3).
    """
    side, noise = recipe.canvas, []
    for key in keys:
        own = np.random.default_rng((*canonical.seed(key), attempt))
        if recipe.image == "free":
            noise.append(128 + recipe.start * (own.random((side, side, 3)) - 0.5))  # uniform, as the script has it
        else:
            shape = (3, side, side) if recipe.image == "fourier" else (side, side, 3)
            noise.append(recipe.start * own.standard_normal(shape))
    return np.stack(noise).astype(np.float32)


def uphill(recipe: Recipe, gradient: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
    """The direction of a step, from the gradient, both in the shape of `start`; its RMS is 1 for each picture.

    To climb on a spectrum scaled by f ** -exponent is to climb on pixels with the gradient's waves scaled twice; done
    here, the exponent can change on the way. What is longer than a receptive field looks even to a unit: such waves,
    the mean among them, get no more than those it can see, or the whole picture drifts to a colour before anything has
    formed in it.
    """
    if recipe.image == "fourier":
        side = gradient.shape[-1]
        frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])  # cycles a pixel
        log = tf.constant(np.log(np.maximum(frequency, 1 / min(recipe.longest or side, side))), tf.float32)
        scale = tf.cast(tf.exp(-2.0 * exponent * log), tf.complex64)  # (side, side // 2 + 1)
        gradient = tf.signal.irfft2d(tf.signal.rfft2d(gradient) * scale, (side, side))
    return gradient / stable_sums.each(stable_sums.rms(gradient) + 1e-12, gradient)


def project(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The state, brought back to what the parametrization allows."""
    if recipe.image == "box":
        return tf.clip_by_value(state, -2.0, 2.0)
    most = budget.limits(recipe)
    return state if most is None else budget.keep(state, most)


def render(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The picture that the network sees while climbing: (batch, side, side, 3), RGB, 0 to 255."""
    if recipe.image == "free":
        return state
    if recipe.image == "box":
        return 127.5 + 63.75 * state
    return 255.0 * tf.sigmoid(tf.matmul(tf.transpose(state, (0, 2, 3, 1)), tf.constant(COLOURS.T)))


def display(recipe: Recipe, state: tf.Tensor) -> tf.Tensor:
    """The picture as saved and scored: uint8 (batch, side, side, 3). Only `free` is stretched, as in its script."""
    picture = render(recipe, state)
    if recipe.image == "free":
        picture -= stable_sums.each(stable_sums.mean(picture), picture)
        picture = 255.0 * (0.5 + 0.1 * picture / (stable_sums.each(stable_sums.rms(picture), picture) + 1e-5))
    return tf.cast(tf.round(tf.clip_by_value(picture, 0.0, 255.0)), tf.uint8)

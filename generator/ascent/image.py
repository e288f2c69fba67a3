"""Parametrizations: how the numbers that climb, the state, become a picture, and which way is up for them.

A variant is one class, found by the name that a recipe gives.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent import budget, stable_sums
from generator.ascent.contrast import COLOURS
from generator.ascent.recipes import Recipe
from generator.store import canonical


class Parametrization(ABC):
    """The state of a recipe's pictures: (batch, side, side, 3), RGB, but for `Fourier`."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def start(self, keys: Sequence[str], attempt: int = 0) -> NDArray[np.float32]:
        """Where the climbs begin: faint noise that belongs to each picture's own key and to the attempt."""
        seeds = ((*canonical.seed(key), attempt) for key in keys)
        return np.stack([self.noise(np.random.default_rng(seed)) for seed in seeds]).astype(np.float32)

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """The noise of one picture."""
        return self.recipe.start * numbers.standard_normal((self.recipe.canvas, self.recipe.canvas, 3))

    def uphill(self, gradient: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:  # noqa: ARG002 (for `Fourier`)
        """The direction of a step, from the gradient, both in the shape of the state; its RMS is 1 for each picture."""
        return gradient / stable_sums.each(stable_sums.rms(gradient) + 1e-12, gradient)

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """The state, brought back to what is allowed."""
        return state

    @abstractmethod
    def render(self, state: tf.Tensor) -> tf.Tensor:
        """The picture that the network sees while climbing: (batch, side, side, 3), RGB, 0 to 255."""

    def display(self, state: tf.Tensor) -> tf.Tensor:
        """The picture as saved and scored: uint8 (batch, side, side, 3)."""
        return _bytes(self.render(state))


class Fourier(Parametrization):
    """Decorrelated colours before a sigmoid, (batch, 3, side, side), and steps that favour long waves.

    After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017).
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.limits = budget.limits(recipe.canvas, recipe.spectrum)

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """Colours first."""
        return self.recipe.start * numbers.standard_normal((3, self.recipe.canvas, self.recipe.canvas))

    def uphill(self, gradient: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
        """With long waves favoured.

        To climb on a spectrum scaled by f ** -exponent is to climb on pixels with the gradient's waves scaled twice;
        done here, the exponent can change on the way. What is longer than a receptive field looks even to a unit: such
        waves, the mean among them, get no more than those it can see, or the whole picture drifts to a colour before
        anything has formed in it.
        """
        side = gradient.shape[-1]
        frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])  # cycles a pixel
        lowest = 1 / min(self.recipe.spectrum.longest or side, side)
        log = tf.constant(np.log(np.maximum(frequency, lowest)), tf.float32)
        scale = tf.cast(tf.exp(-2.0 * exponent * log), tf.complex64)  # (side, side // 2 + 1)
        return super().uphill(tf.signal.irfft2d(tf.signal.rfft2d(gradient) * scale, (side, side)), exponent)

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """Within the budget."""
        return state if self.limits is None else budget.keep(state, self.limits)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """Through the sigmoid."""
        return 255.0 * tf.sigmoid(tf.matmul(tf.transpose(state, (0, 2, 3, 1)), tf.constant(COLOURS.T)))


class Box(Parametrization):
    """Pixels between black and white, in the sigmoid's units at grey."""

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """Between black and white."""
        return tf.clip_by_value(state, -2.0, 2.0)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """In 256 levels."""
        return 127.5 + 63.75 * state


class Free(Parametrization):
    """Pixels without limits, whose contrast is set for display: Keras' `conv_filter_visualization` (2016)."""

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """Uniform, as the script has it."""
        return 128 + self.recipe.start * (numbers.random((self.recipe.canvas, self.recipe.canvas, 3)) - 0.5)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """As it is."""
        return state

    def display(self, state: tf.Tensor) -> tf.Tensor:
        """Stretched, as in the script."""
        centred = state - stable_sums.each(stable_sums.mean(state), state)
        return _bytes(255.0 * (0.5 + 0.1 * centred / (stable_sums.each(stable_sums.rms(centred), centred) + 1e-5)))


VARIANTS: dict[str, type[Parametrization]] = {"fourier": Fourier, "box": Box, "free": Free}


def of(recipe: Recipe) -> Parametrization:
    """The parametrization that a recipe names."""
    return VARIANTS[recipe.image](recipe)


def _bytes(picture: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.round(tf.clip_by_value(picture, 0.0, 255.0)), tf.uint8)

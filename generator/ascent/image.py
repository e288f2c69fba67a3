"""Parametrizations: how the numbers that climb, the state, become a picture, and a gradient becomes a step.

A variant is one class, found by its name in a recipe.
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
    """The state of a recipe's pictures: (batch, side, side, 3), RGB, except in `Fourier`."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def start(self, keys: Sequence[str], attempt: int = 0) -> NDArray[np.float32]:
        """The states at which climbs start: noise, seeded by each picture's key and the attempt."""
        seeds = ((*canonical.seed(key), attempt) for key in keys)
        return np.stack([self.noise(np.random.default_rng(seed)) for seed in seeds]).astype(np.float32)

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """The noise of one picture."""
        return self.recipe.start * numbers.standard_normal((self.recipe.canvas, self.recipe.canvas, 3))

    def uphill(self, gradient: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:  # noqa: ARG002 (for `Fourier`)
        """The direction of a step, from the gradient, both in the shape of the state; its RMS is 1 for each picture."""
        return gradient / stable_sums.each(stable_sums.rms(gradient) + 1e-12, gradient)

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """The state, with values brought back into the allowed range."""
        return state

    @abstractmethod
    def render(self, state: tf.Tensor) -> tf.Tensor:
        """The picture that the network sees while climbing: (batch, side, side, 3), RGB, 0 to 255."""

    def display(self, state: tf.Tensor) -> tf.Tensor:
        """The picture as saved and scored: uint8 (batch, side, side, 3)."""
        return _bytes(self.render(state))

    def toned(self, picture: tf.Tensor) -> tf.Tensor:
        """The picture (batch, side, side, 3), without its colours if the recipe is grey."""
        if not self.recipe.grey:
            return picture
        return tf.repeat(tf.reduce_mean(picture, axis=-1, keepdims=True), 3, axis=-1)


class Fourier(Parametrization):
    """The state is decorrelated colours before a sigmoid, (batch, 3, side, side). Steps favour long waves.

    After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017).
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.limits = budget.limits(recipe.canvas, recipe.spectrum)

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """The noise of one picture, (3, side, side)."""
        return self.recipe.start * numbers.standard_normal((3, self.recipe.canvas, self.recipe.canvas))

    def uphill(self, gradient: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
        """The direction of a step, with long waves favoured.

        Climbing on a spectrum scaled by f ** -exponent equals climbing on pixels with the gradient's waves scaled
        twice. Scaling the gradient allows the exponent to change during the climb. Waves longer than a receptive field
        look constant to a unit. So these waves, and the mean, are not favoured further; otherwise, the whole picture
        would drift to a colour before shapes have formed.
        """
        side = gradient.shape[-1]
        frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])  # cycles per pixel
        lowest = 1 / min(self.recipe.spectrum.longest or side, side)
        log = tf.constant(np.log(np.maximum(frequency, lowest)), tf.float32)
        scale = tf.cast(tf.exp(-2.0 * exponent * log), tf.complex64)  # (side, side // 2 + 1)
        return super().uphill(tf.signal.irfft2d(tf.signal.rfft2d(gradient) * scale, (side, side)), exponent)

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """The state, with each band within the budget."""
        return state if self.limits is None else budget.keep(state, self.limits)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """The state in RGB, through the sigmoid."""
        return self.toned(255.0 * tf.sigmoid(tf.matmul(tf.transpose(state, (0, 2, 3, 1)), tf.constant(COLOURS.T))))


class Box(Parametrization):
    """Pixels between black and white. A unit of the state is worth as much as in a sigmoid at grey."""

    def project(self, state: tf.Tensor) -> tf.Tensor:
        """The state, clipped to black and white."""
        return tf.clip_by_value(state, -2.0, 2.0)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """The state, scaled from [-2, 2] to [0, 255]."""
        return self.toned(127.5 + 63.75 * state)


class Free(Parametrization):
    """Pixels without limits, whose contrast is normalised for display: Keras' `conv_filter_visualization` (2016)."""

    def noise(self, numbers: np.random.Generator) -> NDArray[np.float64]:
        """Uniform noise around grey, as in the script."""
        return 128 + self.recipe.start * (numbers.random((self.recipe.canvas, self.recipe.canvas, 3)) - 0.5)

    def render(self, state: tf.Tensor) -> tf.Tensor:
        """The state itself."""
        return self.toned(state)

    def display(self, state: tf.Tensor) -> tf.Tensor:
        """The state, with its mean and contrast normalised as in the script."""
        seen = self.render(state)
        centred = seen - stable_sums.each(stable_sums.mean(seen), seen)
        return _bytes(255.0 * (0.5 + 0.1 * centred / (stable_sums.each(stable_sums.rms(centred), centred) + 1e-5)))


VARIANTS: dict[str, type[Parametrization]] = {"fourier": Fourier, "box": Box, "free": Free}


def of(recipe: Recipe) -> Parametrization:
    """The parametrization that a recipe names."""
    return VARIANTS[recipe.image](recipe)


def _bytes(picture: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.round(tf.clip_by_value(picture, 0.0, 255.0)), tf.uint8)

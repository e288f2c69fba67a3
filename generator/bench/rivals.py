"""Recipes of other projects, only for the benchmark: climbs with one of Keras' optimizers.

A `RivalRecipe` defines the parameters of a picture and how the network sees it; `Climb` does the rest in the same way
for all. The objective is that of `ascent/objectives.py`, with a small slope below zero so that no filter starts silent.
So the recipes differ only in their main ideas.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.arrays import Floats
from generator.ascent import objectives
from generator.ascent.contrast import COLOURS
from generator.batches import chunks, filled
from generator.network.forward import Network
from generator.store import canonical

LEAK = 0.1  # slope below zero

Look = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class RivalRecipe:
    """A recipe of another project."""

    canvas: int  # side of a picture, in pixels
    torus: bool  # whether it wraps around
    optimizer: Callable[[], "tf.keras.optimizers.Optimizer"]
    start: Callable[[np.random.Generator], Floats]  # the initial parameters of one picture
    render: Callable[[tf.Tensor], tf.Tensor]  # parameters (batch, ...) to pictures (batch, canvas, canvas, 3), 0 to 255
    look: Look  # (pictures, seed (2,), share of the steps done) to the network's input (batch * looks, side, side, 3)
    looks: int = 1  # inputs for each picture in a step


class Climb:
    """Whole climbs of batches of pictures for one layer."""

    def __init__(self, network: Network, layer: str, objective: str, recipe: RivalRecipe, batch: int) -> None:
        self.network, self.layer, self.recipe = network, layer, recipe
        self.objective = objectives.VARIANTS[objective]
        chance = np.random.default_rng(0)
        self.state = tf.Variable(np.stack([recipe.start(chance)] * batch))
        self.filters = tf.Variable(tf.zeros([batch], tf.int32), trainable=False)
        self.optimizer = recipe.optimizer()
        self.optimizer.build([self.state])
        self._new = [variable.numpy() for variable in self.optimizer.variables]
        # `partial`: TensorFlow counts the traces of each function, and would warn about those of the fifth layer.
        self.step = tf.function(functools.partial(self._step), autograph=False)

    def __call__(self, filters: Sequence[int], steps: int) -> list[NDArray[np.uint8]]:
        """A picture (canvas, canvas, 3) in 8 bits for each filter."""
        found: list[NDArray[np.uint8]] = []
        batch = self.filters.shape[0]
        for some in chunks(filters, batch):
            self._begin(filled(some, batch))
            for at in range(steps):
                self.step(tf.constant((at, some[0])), tf.constant(at / steps, tf.float32))
            pictures = np.clip(np.round(self.recipe.render(self.state).numpy()), 0, 255).astype(np.uint8)
            found += list(pictures[: len(some)])
        return found

    def _begin(self, filters: Sequence[int]) -> None:
        seeds = (canonical.seed(canonical.key({"bench": self.layer, "filter": f})) for f in filters)
        self.state.assign(np.stack([self.recipe.start(np.random.default_rng(seed)) for seed in seeds]))
        self.filters.assign(filters)
        for variable, new in zip(self.optimizer.variables, self._new, strict=True):
            variable.assign(new)

    def _step(self, seed: tf.Tensor, done: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            seen = self.recipe.look(self.recipe.render(self.state), seed, done)
            filters = tf.repeat(self.filters, self.recipe.looks)
            maps = self.network.target(seen, self.layer, filters, self.recipe.torus)
            loss = -tf.reduce_sum(self.objective.slope(maps, tf.constant(LEAK))) / self.recipe.looks
        self.optimizer.apply([tape.gradient(loss, self.state)], [self.state])


def fold(seed: tf.Tensor, number: int) -> tf.Tensor:
    """Another seed, (2,), for other random numbers of the same step."""
    return tf.random.experimental.stateless_fold_in(seed, number)


def coloured(waves: tf.Tensor, side: int) -> tf.Tensor:
    """Waves of decorrelated colours, (batch, 3, side, side // 2 + 1), to pictures between 0 and 255, by a sigmoid."""
    state = tf.signal.irfft2d(waves, (side, side))
    return 255.0 * tf.sigmoid(tf.matmul(tf.transpose(state, (0, 2, 3, 1)), tf.constant(COLOURS.T)))


def moved(pictures: tf.Tensor, torus: bool, angle: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Each picture rotated about its middle by `angle` (radians), scaled by `scale`, and shifted by pixels.

    `pictures`: (batch, side, side, 3); `angle` and `scale`: (batch,); `shift`: (batch, 2). A torus wraps around;
    otherwise, new pixels are grey.
    """
    side = pictures.shape[1]
    middle, zero = (side - 1) / 2, tf.zeros_like(angle)
    cos, sin = tf.cos(angle) / scale, tf.sin(angle) / scale
    right, down = middle - shift[:, 0], middle - shift[:, 1]
    rows = [cos, -sin, right - (cos - sin) * middle, sin, cos, down - (sin + cos) * middle, zero, zero]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=pictures,
        transforms=tf.stack(rows, axis=1),
        output_shape=[side, side],
        fill_value=127.5,
        interpolation="BILINEAR",
        fill_mode="WRAP" if torus else "CONSTANT",
    )

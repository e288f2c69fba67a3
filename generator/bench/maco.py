"""MACO (Fel et al., "Unlocking Feature Visualization for Deeper Networks", 2023), only for the benchmark.

As in its source (deel-ai/xplique, `features_visualizations/maco.py` and `preconditioning.py`): only phases climb, by
NAdam with a rate of 1, from normal noise, standardized at each step. The magnitudes are those of natural pictures, here
`contrast.NATURAL` instead of ImageNet's mean spectrum, so that the contrast need not be set afterwards. The network
sees random crops with noise. `published` has its 512 pixels, 256 steps and 32 crops of 50 to 5 % of the side; the whole
picture is then scored, resized to the network's input. This takes about a hundred times too long for a comparison at
equal cost. So `recipe` has pictures of the size of the network's input, and one crop per step, about 90 % of the side.
"""

import functools

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from generator.arrays import Floats
from generator.ascent import contrast
from generator.bench.rivals import RivalRecipe, coloured, fold, moved

RATE = 1.0
NOISE = 0.08 * 127.5  # in its source, pixels are between -1 and 1
LEAST_BOX, SPREAD = 0.05, 0.05  # least side and deviation of crops, as shares of the picture's side
BOX = 0.9  # mean side of crops, if the picture has the size of the network's input
SIDE, STEPS, CROPS, BOXES, CENTRES = 512, 256, 32, (0.5, 0.05), 0.15  # as published
FACTS = {"rate": RATE, "noise": NOISE, "box": BOX, "spread": SPREAD}
PUBLISHED = {"rate": RATE, "noise": NOISE, "side": SIDE, "steps": STEPS, "crops": CROPS, "boxes": BOXES}


def recipe(canvas: int, torus: bool) -> RivalRecipe:
    """The recipe for pictures of the size of the network's input."""
    return _recipe(canvas, torus, functools.partial(_look, torus), 1)


def published(side: int, canvas: int = SIDE, crops: int = CROPS) -> RivalRecipe:
    """The published recipe: the network sees crops resized to `side` pixels."""
    return _recipe(canvas, False, functools.partial(_crops, side, crops), crops)


def judged(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The whole picture, resized for the network: (side, side, 3)."""
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS))


def _recipe(canvas: int, torus: bool, look: functools.partial[tf.Tensor], looks: int) -> RivalRecipe:
    return RivalRecipe(
        canvas,
        torus,
        optimizer=functools.partial(tf.keras.optimizers.Nadam, RATE),
        start=lambda chance: _start(canvas, chance),
        render=functools.partial(_render, canvas),
        look=look,
        looks=looks,
    )


def _start(side: int, chance: np.random.Generator) -> Floats:
    """Phases: (3, side, side // 2 + 1)."""
    return chance.standard_normal((3, side, side // 2 + 1)).astype(np.float32)


def _render(side: int, state: tf.Tensor) -> tf.Tensor:
    mean, variance = tf.nn.moments(state, (1, 2, 3), keepdims=True)
    phase = (state - mean) / (tf.sqrt(variance) + 1e-5)
    magnitude = tf.constant(contrast.amplitudes(side), tf.float32)
    return coloured(tf.complex(magnitude * tf.cos(phase), magnitude * tf.sin(phase)), side)


def _look(torus: bool, pictures: tf.Tensor, seed: tf.Tensor, done: tf.Tensor) -> tf.Tensor:  # noqa: ARG001 (a Look)
    """One crop of each picture, resized to the picture's size: anywhere on a torus, else within the picture."""
    batch, side = pictures.shape[:2]
    box = tf.clip_by_value(tf.random.stateless_normal([batch], seed, BOX, SPREAD), LEAST_BOX, 1.0)
    reach = tf.ones_like(box) if torus else 1 - box
    shift = (reach * (side - 1) / 2)[:, None] * tf.random.stateless_uniform([batch, 2], fold(seed, 1), -1.0, 1.0)
    return _noisy(moved(pictures, torus, tf.zeros([batch]), 1 / box, shift), fold(seed, 2))


def _crops(side: int, crops: int, pictures: tf.Tensor, seed: tf.Tensor, done: tf.Tensor) -> tf.Tensor:
    """As published: `crops` crops of each picture, smaller with time, around its middle, grey beyond its rim."""
    number = pictures.shape[0] * crops
    mean = BOXES[0] + (BOXES[1] - BOXES[0]) * done
    size = tf.clip_by_value(tf.random.stateless_normal([number, 1], seed, mean, SPREAD), LEAST_BOX, 1.0)
    centre = tf.random.stateless_normal([number, 2], fold(seed, 1), 0.5, CENTRES)
    boxes = tf.concat([centre - size / 2, centre + size / 2], axis=1)
    owner = tf.repeat(tf.range(pictures.shape[0]), crops)
    return _noisy(tf.image.crop_and_resize(pictures, boxes, owner, (side, side), "bilinear", 127.5), fold(seed, 2))


def _noisy(seen: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    normal = tf.random.stateless_normal(seen.shape, seed, 0.0, NOISE)
    return seen + normal + tf.random.stateless_uniform(seen.shape, fold(seed, 1), -NOISE / 2, NOISE / 2)

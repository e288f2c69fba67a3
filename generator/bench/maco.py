"""MACO (Fel et al., "Unlocking Feature Visualization for Deeper Networks", 2023), for the benchmark alone.

As in its source (deel-ai/xplique, `features_visualizations/maco.py` and `preconditioning.py`): phases alone climb, by
NAdam with a rate of 1, from normal noise, standardized at each step; the magnitudes are those of natural pictures, here
`contrast.NATURAL` in place of ImageNet's mean spectrum, so that the contrast need not be set afterwards; the network
looks at random crops with noise. `published` has its 512 pixels, 256 steps and 32 crops of 50 to 5 % of the side, and
its picture is then judged whole, resized to what the network looks at. That is some hundred times too long to compare
at equal cost: `way` has pictures of the size that is looked at, one crop a step, of about 90 % of the side.
"""

import functools

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from generator.arrays import Floats
from generator.ascent import contrast
from generator.bench.rivals import Way, coloured, fold, moved

RATE = 1.0
NOISE = 0.08 * 127.5  # its values are between -1 and 1
LEAST_BOX, SPREAD = 0.05, 0.05  # of a crop's side, as a share of the picture's
BOX = 0.9  # the same in the mean, where a picture is as large as what is looked at
SIDE, STEPS, CROPS, BOXES, CENTRES = 512, 256, 32, (0.5, 0.05), 0.15  # as published
FACTS = {"rate": RATE, "noise": NOISE, "box": BOX, "spread": SPREAD}
PUBLISHED = {"rate": RATE, "noise": NOISE, "side": SIDE, "steps": STEPS, "crops": CROPS, "boxes": BOXES}


def way(canvas: int, torus: bool) -> Way:
    """The recipe for pictures of the side that the network looks at."""
    return _way(canvas, torus, functools.partial(_look, torus), 1)


def published(side: int, canvas: int = SIDE, crops: int = CROPS) -> Way:
    """The recipe as published, where the network looks at crops resized to `side` pixels."""
    return _way(canvas, False, functools.partial(_crops, side, crops), crops)


def judged(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The whole picture as the network is to see it: (side, side, 3)."""
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS))


def _way(canvas: int, torus: bool, look: functools.partial[tf.Tensor], looks: int) -> Way:
    return Way(
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
    """One crop of each picture, resized to its whole: anywhere on a torus, else within the picture."""
    batch, side = pictures.shape[:2]
    box = tf.clip_by_value(tf.random.stateless_normal([batch], seed, BOX, SPREAD), LEAST_BOX, 1.0)
    reach = tf.ones_like(box) if torus else 1 - box
    shift = (reach * (side - 1) / 2)[:, None] * tf.random.stateless_uniform([batch, 2], fold(seed, 1), -1.0, 1.0)
    return _noisy(moved(pictures, torus, tf.zeros([batch]), 1 / box, shift), fold(seed, 2))


def _crops(side: int, crops: int, pictures: tf.Tensor, seed: tf.Tensor, done: tf.Tensor) -> tf.Tensor:
    """As published: `crops` of each picture, ever smaller, about its middle, grey beyond its rim."""
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

"""Lucid's recipe (Olah, Mordvintsev & Schubert, "Feature Visualization", Distill 2017), only for the benchmark.

As in its source (tensorflow/lucid): `optvis/param/spatial.py`, `fft_image`: Fourier coefficients scaled by 1 / f, from
noise of 0.01; `optvis/param/color.py`: decorrelated colours, a sigmoid; `optvis/render.py`: Adam with a rate of 0.05;
`optvis/transform.py`, `standard_transforms`: padded with grey, shifted by 8 and by 4 pixels, scaled by 0.9 to 1.1,
rotated by up to 10 degrees. Differences: pictures have this project's canvases (128 pixels are too small for a map in
block 5, and would cost more); a texture is a torus, which suits `fft_image`; shifts are in proportion to the side of
the picture. Lucid takes 512 steps; here, as many as fit into the time.
"""

import functools

import numpy as np
import tensorflow as tf

from generator.arrays import Floats
from generator.bench.rivals import RivalRecipe, coloured, fold, moved

RATE = 0.05
NOISE = 0.01
JITTERS = 8 / 128, 4 / 128  # shares of the side, applied one after the other
SCALES = tuple(1 + (i - 5) / 50 for i in range(11))
ANGLES = (*range(-10, 11), 0, 0, 0, 0, 0)  # degrees
FACTS = {"rate": RATE, "noise": NOISE, "jitters": JITTERS, "scales": SCALES, "angles": ANGLES}


def recipe(canvas: int, torus: bool) -> RivalRecipe:
    """The recipe for pictures with the side `canvas`."""
    return RivalRecipe(
        canvas,
        torus,
        optimizer=functools.partial(tf.keras.optimizers.Adam, RATE),
        start=lambda chance: _start(canvas, chance),
        render=functools.partial(_render, canvas),
        look=functools.partial(_look, torus),
    )


def _start(side: int, chance: np.random.Generator) -> Floats:
    """Real and imaginary parts: (2, 3, side, side // 2 + 1)."""
    return (NOISE * chance.standard_normal((2, 3, side, side // 2 + 1))).astype(np.float32)


def _render(side: int, state: tf.Tensor) -> tf.Tensor:
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    scale = side / np.maximum(frequency, 1 / side) / 4  # the 4 is from lucid
    return coloured(tf.complex(state[:, 0], state[:, 1]) * tf.constant(scale, tf.complex64), side)


def _look(torus: bool, pictures: tf.Tensor, seed: tf.Tensor, done: tf.Tensor) -> tf.Tensor:  # noqa: ARG001 (a Look)
    batch, side = pictures.shape[:2]
    draw = functools.partial(tf.random.stateless_uniform, dtype=tf.int32)
    shift = tf.zeros([batch, 2])
    for at, jitter in enumerate(JITTERS):
        most = round(jitter * side)  # a random crop, smaller by this many pixels
        own = draw([batch, 2], fold(seed, at), minval=0, maxval=most + 1)
        shift += tf.cast(own, tf.float32) - most / 2
    angle = tf.gather(tf.constant(np.deg2rad(ANGLES), tf.float32), draw([batch], fold(seed, 2), 0, len(ANGLES)))
    scale = tf.gather(tf.constant(SCALES), draw([batch], fold(seed, 3), 0, len(SCALES)))
    return moved(pictures, torus, angle, scale, shift)

"""Removes, during the climb, the components of a picture that its filter does not need.

A climb keeps components that it no longer needs, mostly fine colours. To first order, a component of one colour and
octave is worth its product with the gradient, which every step computes anyway. Both are taken in pixels, where the
network is piecewise linear. Before the sigmoid, a bright white has almost no gradient, although the picture would lose
everything without it.
"""

import numpy as np
import tensorflow as tf

from generator.ascent import stable_sums
from generator.ascent.frequency_bands import OPPONENT, octave_of


def idle(waves: tf.Tensor, picture: tf.Tensor, gradient: tf.Tensor, least: tf.Tensor) -> tf.Tensor:
    """The part of `waves`, a picture before its sigmoid, whose components are worth less than `least` (batch,) each.

    `waves` and the result: (batch, colour, side, side); `picture` and its `gradient`: (batch, side, side, 3). The mean
    colour is never idle. Products are computed per wave (Parseval's theorem), which saves an inverse transform for
    each component.
    """
    side = waves.shape[-1]
    octave = octave_of(side)
    masks = np.stack([octave == at for at in range(1, octave.max() + 1)]).astype(np.float32)  # (octave, side, half)
    twice = np.full(side // 2 + 1, 2.0)  # a wave also stands for its mirror image, unless they are the same
    twice[[0, -1] if side % 2 == 0 else [0]] = 1.0
    products = tf.math.real(_spectrum(picture) * tf.math.conj(_spectrum(gradient)))  # (batch, colour, side, half)
    parts = products[:, :, None] * tf.constant(masks * twice / side**2, tf.float32)  # (batch, colour, octave, ...)
    worth = tf.reshape(stable_sums.total(tf.reshape(parts, (-1, masks[0].size))), parts.shape[:3])
    small = tf.cast(worth < least[:, None, None], tf.float32)
    removed = tf.reduce_sum(small[..., None, None] * tf.constant(masks), axis=2)  # zeros and ones: exact in any order
    return tf.signal.irfft2d(tf.signal.rfft2d(waves) * tf.cast(removed, tf.complex64), (side, side))


def _spectrum(pixels: tf.Tensor) -> tf.Tensor:
    """The waves of each opponent colour, in the order of `OPPONENT`: (batch, colour, side, half)."""
    colours = tf.matmul(pixels, tf.constant(OPPONENT.T, tf.float32))  # (batch, side, side, colour)
    return tf.signal.rfft2d(tf.transpose(colours, (0, 3, 1, 2)))

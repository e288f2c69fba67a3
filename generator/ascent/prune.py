"""What is in a picture but not in the filter, taken out of it on the way.

A climb carries along what it no longer needs, mostly fine colours. How much a colour-and-octave component of the
picture is worth to the filter is, to first order, its product with the gradient, which every step has at hand.
"""

import numpy as np
import tensorflow as tf

from generator.ascent import sums
from generator.octaves import octave_of


def idle(waves: tf.Tensor, gradient: tf.Tensor, least: tf.Tensor) -> tf.Tensor:
    """The part of a picture that is made of components worth less than `least` (batch,) each.

    `waves`, the picture before its sigmoid, and the `gradient` by it: (batch, colour, side, side), as is the result.
    The mean colour is never idle.
    """
    side = waves.shape[-1]
    octave = octave_of(side)
    masks = np.stack([octave == at for at in range(1, octave.max() + 1)])  # (octave, side, side // 2 + 1)
    spectrum = tf.signal.rfft2d(waves)[:, :, None] * tf.constant(masks, tf.complex64)
    parts = tf.signal.irfft2d(spectrum, (side, side))  # (batch, colour, octave, side, side)
    worth = sums.total(tf.reshape(parts * gradient[:, :, None], (-1, side * side)))
    small = tf.reshape(worth, parts.shape[:3]) < least[:, None, None]
    # One octave after the other: their order in the sum is fixed, wherever in the batch the picture lies.
    return tf.add_n(tf.unstack(parts * tf.cast(small, tf.float32)[..., None, None], axis=2))

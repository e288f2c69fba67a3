"""Transforms: how a picture is moved before the network looks at it.

A picture has to work from more than one origin, or it locks on to the grid of the poolings. The moves are the same for
all pictures of a step, so no picture depends on its neighbours.
"""

import numpy as np
import tensorflow as tf

GOLDEN = (0.7548776662466927, 0.5698402909980532)  # steps of the plane's most even sequence (R2, Roberts 2018)


def origin(step: int, canvas: int) -> tuple[int, int]:
    """Where the torus is cut at a step: spreads evenly over all rows and columns, however few steps there are."""
    row, column = (int(np.floor(canvas * ((step * golden) % 1.0))) for golden in GOLDEN)
    return row, column


def roll(images: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """The torus (batch, h, w, 3) seen from another origin; `shift`: (2,) rows and columns."""
    return tf.roll(images, shift, (1, 2))

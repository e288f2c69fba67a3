"""Transforms: how a picture is moved before the network looks at it.

A picture has to work from more than one origin, or it locks on to the grid of the poolings. The moves are the same for
all pictures of a step, so no picture depends on its neighbours.
"""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent.recipes import Moves

GOLDEN = (0.7548776662466927, 0.5698402909980532)  # steps of the plane's most even sequence (R2, Roberts 2018)
GOLDEN_4 = (0.8566748838545029, 0.733891856627126, 0.6287067210378087, 0.5385972572236101)  # of four dimensions' (R4)


def origin(step: int, canvas: int) -> tuple[int, int]:
    """Where the torus is cut at a step: spreads evenly over all rows and columns, however few steps there are."""
    row, column = (int(np.floor(canvas * ((step * golden) % 1.0))) for golden in GOLDEN)
    return row, column


def roll(images: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """The torus (batch, h, w, 3) seen from another origin; `shift`: (2,) rows and columns."""
    return tf.roll(images, shift, (1, 2))


def move(step: int) -> NDArray[np.float32]:
    """How a step moves what is looked at: (4,) numbers from -1 to 1, spread evenly over all steps."""
    return np.array([2 * ((0.5 + (step + 1) * share) % 1.0) - 1 for share in GOLDEN_4], np.float32)


def moved(images: tf.Tensor, moves: Moves, torus: bool, by: tf.Tensor) -> tf.Tensor:
    """The pictures (batch, side, side, 3), shifted, turned and enlarged a little. What comes in mirrors the rim.

    `by`: (4,) shares, -1 to 1, of the `jitter` to the right and downwards, of the `turn` and of the `zoom`.
    """
    side, most = images.shape[1], moves.jitter
    if moves.turn or moves.zoom:
        return _projected(images, moves, torus, by)
    if not most:
        return images
    start = tf.cast(tf.round((by[:2] + 1) * most), tf.int32)  # (2,) 0 to twice the jitter
    if torus:
        return tf.roll(images, start - most, (1, 2))
    rim = tf.pad(images, [[0, 0], [most, most], [most, most], [0, 0]], "REFLECT")
    return tf.slice(rim, tf.concat([[0], start, [0]], 0), (images.shape[0], side, side, 3))


def _projected(images: tf.Tensor, moves: Moves, torus: bool, by: tf.Tensor) -> tf.Tensor:
    """As `moved`, between pixels: a turn about the middle, enlarged, then shifted."""
    side = images.shape[1]
    angle = by[2] * float(np.deg2rad(moves.turn))
    scale = tf.exp(by[3] * float(np.log1p(moves.zoom)))
    cos, sin, middle = tf.cos(angle) * scale, tf.sin(angle) * scale, (side - 1) / 2
    right, down = by[0] * moves.jitter + middle, by[1] * moves.jitter + middle
    rows = [cos, -sin, right - (cos - sin) * middle, sin, cos, down - (sin + cos) * middle, 0.0, 0.0]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack(rows)[None],
        output_shape=[side, side],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="WRAP" if torus else "REFLECT",
    )

"""Sums whose order does not depend on where in a batch a picture lies.

TensorFlow may cut a reduction into other pieces for another row of the batch, which moves the last bit, which moves a
byte of the picture twenty steps later. Adding halves onto each other is element by element, so it cannot.
"""

import tensorflow as tf


def total(x: tf.Tensor) -> tf.Tensor:
    """The sum of each picture's numbers: (batch, ...) -> (batch,)."""
    x = tf.reshape(x, (x.shape[0], -1))
    while x.shape[1] > 1:
        half, odd = divmod(x.shape[1], 2)
        one, other, *rest = tf.split(x, [half, half] + [1] * odd, axis=1)  # a third of the nodes that slices make
        x = tf.concat([one + other, *rest], axis=1) if rest else one + other
    return x[:, 0]


def mean(x: tf.Tensor) -> tf.Tensor:
    """The mean of each picture's numbers: (batch, ...) -> (batch,)."""
    return total(x) / float(x.shape[1:].num_elements())


def rms(x: tf.Tensor) -> tf.Tensor:
    """The root of the mean square of each picture's numbers: (batch, ...) -> (batch,)."""
    return tf.sqrt(mean(x * x))


def each(numbers: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """One number a picture, (batch,), in a shape that broadcasts over `like`, (batch, ...)."""
    return tf.reshape(numbers, (-1, *[1] * (len(like.shape) - 1)))

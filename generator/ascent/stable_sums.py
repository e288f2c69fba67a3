"""Sums whose order does not depend on a picture's place in its batch.

TensorFlow may split a reduction differently for different rows of a batch. This changes the last bit, and twenty steps
later a byte of the picture. Here, halves are added to each other element by element, so the order is always the same.
"""

import tensorflow as tf


def total(x: tf.Tensor) -> tf.Tensor:
    """The sum of each picture's numbers: (batch, ...) -> (batch,)."""
    x = tf.reshape(x, (x.shape[0], -1))
    while x.shape[1] > 1:
        half, odd = divmod(x.shape[1], 2)
        one, other, *rest = tf.split(x, [half, half] + [1] * odd, axis=1)  # a third of the graph nodes that slices need
        x = tf.concat([one + other, *rest], axis=1) if rest else one + other
    return x[:, 0]


def mean(x: tf.Tensor) -> tf.Tensor:
    """The mean of each picture's numbers: (batch, ...) -> (batch,)."""
    return total(x) / float(x.shape[1:].num_elements())


def rms(x: tf.Tensor) -> tf.Tensor:
    """The root of the mean square of each picture's numbers: (batch, ...) -> (batch,)."""
    return tf.sqrt(mean(x * x))


def each(numbers: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """One number per picture, (batch,), reshaped to broadcast over `like`, (batch, ...)."""
    return tf.reshape(numbers, (-1, *[1] * (len(like.shape) - 1)))

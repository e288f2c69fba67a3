"""A lesson: the length and rate of training, and its augmentation: crops, noise and adversarial pushes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lesson:
    """Everything that decides the result of training."""

    seed: int = 1
    share: float = 1.0  # of the pictures; the first ones are used
    epochs: int = 6
    batch: int = 32
    rate: float = 2e-3  # the highest, after a twentieth of the steps; then half a cosine down to zero
    decay: float = 0.05  # decoupled weight decay of kernels (AdamW, Loshchilov & Hutter 2019)
    smoothing: float = 0.05  # of the labels
    dropout: float = 0.05  # of the dense layer's inputs
    memory: float = 0.99  # of the running means and variances
    side: int = 196  # pixels of a crop: just enough for one unit of the last layer, which is fastest
    grain: float = 0.0  # the highest standard deviation of the noise in the first pass, of 255
    push: float = 0.0  # the highest root mean square of the second pass's push, of 255; 0: no second pass
    hues: float = 0.0  # weight of the loss for hues; that for classes has 1
    closest: float = 0.84  # the smallest part of a picture's side that is cropped and then resized to `side` pixels

    def lasting(self, epochs: int) -> "Lesson":
        """The same lesson with another number of epochs."""
        return replace(self, epochs=epochs)


# First the classes; then shapes and hues instead of noise; then, at lower and lower rates, the classes again.
LESSONS = (
    Lesson(),
    Lesson(seed=2, epochs=1, rate=1e-3, grain=6.0, push=3.5, hues=0.4),
    Lesson(seed=3, share=0.5, epochs=1, rate=5e-4, grain=4.0, push=2.5, hues=0.3),
    Lesson(seed=4, share=0.36, epochs=1, rate=3e-4, hues=0.3),
)


def varied(images: tf.Tensor, lesson: Lesson, seed: tf.Tensor) -> tf.Tensor:
    """Random crops of the pictures, resized, half of them mirrored. (batch, side, side, 3), float32"""
    count = images.shape[0]
    part = tf.random.stateless_uniform((count, 1), seed + tf.constant([0, 1 << 20]), lesson.closest, 1.0)
    start = tf.random.stateless_uniform((count, 2), seed + tf.constant([0, 2 << 20])) * (1 - part)
    boxes = tf.concat([start, start + part], 1)  # top, left, bottom, right
    mirrored = tf.random.stateless_uniform((count, 1), seed + tf.constant([0, 3 << 20])) < 0.5
    boxes = tf.where(mirrored, tf.gather(boxes, [0, 3, 2, 1], axis=1), boxes)
    return tf.image.crop_and_resize(tf.cast(images, tf.float32), boxes, tf.range(count), (lesson.side, lesson.side))


def grain(shape: tf.TensorShape, lesson: Lesson, seed: tf.Tensor) -> tf.Tensor:
    """Noise of a random strength for each picture. (batch, side, side, 3)"""
    strength = lesson.grain * tf.random.stateless_uniform((shape[0], 1, 1, 1), seed + tf.constant([0, 4 << 20]))
    return strength * tf.random.stateless_normal(shape, seed + tf.constant([0, 5 << 20]))


def pushed(gradient: tf.Tensor, lesson: Lesson, seed: tf.Tensor) -> tf.Tensor:
    """A push along the gradient, of a random strength per picture: 0.25 to 1 times `push`. (batch, side, side, 3)"""
    strength = tf.random.stateless_uniform((gradient.shape[0], 1, 1, 1), seed + tf.constant([0, 6 << 20]), 0.25, 1.0)
    size = tf.sqrt(tf.reduce_mean(gradient**2, (1, 2, 3), keepdims=True))
    return lesson.push * strength * gradient / (size + 1e-12)


def batches(count: int, lesson: Lesson) -> Iterator[NDArray[np.int64]]:
    """The indices of each batch: every picture once per epoch. They are sorted for faster access to memory."""
    rng = np.random.default_rng(lesson.seed + 1)
    for _ in range(lesson.epochs):
        order = rng.permutation(count)
        for start in range(0, count - lesson.batch + 1, lesson.batch):
            yield np.sort(order[start : start + lesson.batch])


def pace(share: float) -> float:
    """The factor of the learning rate after a share of the steps: up for a twentieth, then half a cosine down."""
    return min(share / 0.05, 1.0) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))

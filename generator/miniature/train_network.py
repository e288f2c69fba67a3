"""Learning: the miniature with batch normalisation between convolution and ReLU, which is folded away afterwards.

The network learns as the atlas uses it, by convolutions without padding, on crops at about the pictures' own scale and
just large enough for one unit of the last layer; on a whole picture the mean over its 2 x 2 units goes through the one
dense layer. Batch normalisation (Ioffe & Szegedy 2015)
makes thirteen layers learn in minutes and keeps every filter alive; at the end each filter's scale and shift become
part of its kernel and bias, and what remains is convolutions and ReLUs alone.
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.geometry import vgg16
from generator.miniature.embedded import WIDTHS
from generator.network import MEAN_BGR

EPSILON = 1e-3  # of batch normalisation
CONTRAST = 64.0  # pixels are divided by this while learning; folded into the first kernel


@dataclass(frozen=True)
class Lesson:
    """Everything that decides what is learned."""

    seed: int = 1
    epochs: int = 10
    batch: int = 32
    rate: float = 2e-3  # at its highest, after a twentieth of the steps; then half a cosine down to nothing
    decay: float = 0.05  # decoupled weight decay of kernels (AdamW, Loshchilov & Hutter 2019)
    smoothing: float = 0.05  # of the labels
    dropout: float = 0.05  # of what the dense layer reads
    memory: float = 0.99  # of the running means and variances
    side: int = 196  # pixels of what the network sees at a time: one unit of the last layer, and as fast as can be
    closest: float = 0.84  # the smallest part of a picture's side that is cropped and then resized to `side` pixels


class Pupil:
    """The network while it learns."""

    def __init__(self, classes: int, lesson: Lesson) -> None:
        rng, channels = np.random.default_rng(lesson.seed), 3
        self.layers = vgg16(WIDTHS)
        self.kernels, self.scales, self.shifts, self.means, self.variances = [], [], [], [], []
        for layer in self.layers:  # He et al. 2015
            start = rng.normal(0, math.sqrt(2 / (9 * channels)), (3, 3, channels, layer.filters))
            self.kernels.append(tf.Variable(start.astype(np.float32)))
            self.scales.append(tf.Variable(tf.ones(layer.filters)))
            self.shifts.append(tf.Variable(tf.zeros(layer.filters)))
            self.means.append(tf.Variable(tf.zeros(layer.filters), trainable=False))
            self.variances.append(tf.Variable(tf.ones(layer.filters), trainable=False))
            channels = layer.filters
        start = rng.normal(0, math.sqrt(1 / channels), (channels, classes))
        self.head_kernel, self.head_bias = tf.Variable(start.astype(np.float32)), tf.Variable(tf.zeros(classes))

    def logits(self, images: tf.Tensor, memory: float, dropout: float, seed: tf.Tensor) -> tf.Tensor:
        """Scores of the classes, (batch, classes), from pictures (batch, h, w, 3) RGB; remembers the statistics."""
        x = (images[..., ::-1] - tf.constant(MEAN_BGR)) / CONTRAST
        for depth, layer in enumerate(self.layers):
            if layer.first and layer.block > 1:
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.conv2d(x, self.kernels[depth], 1, "VALID")
            x, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                x, self.scales[depth], self.shifts[depth], epsilon=EPSILON
            )
            for kept, new in ((self.means[depth], mean), (self.variances[depth], variance)):
                kept.assign(memory * kept + (1 - memory) * new)
            x = tf.nn.relu(x)
        x = tf.nn.experimental.stateless_dropout(tf.reduce_mean(x, (1, 2)), dropout, seed)  # (batch, 64)
        return x @ self.head_kernel + self.head_bias

    def folded(self) -> dict[str, NDArray[np.float32]]:
        """Kernels and biases that do the same with plain convolutions: `block1_conv1_kernel` ... `head_bias`."""
        arrays = {}
        for depth, layer in enumerate(self.layers):
            gain = self.scales[depth].numpy() / np.sqrt(self.variances[depth].numpy() + EPSILON)  # (filters,)
            kernel = self.kernels[depth].numpy() * gain
            arrays[f"{layer.name}_kernel"] = kernel / CONTRAST if depth == 0 else kernel
            arrays[f"{layer.name}_bias"] = self.shifts[depth].numpy() - self.means[depth].numpy() * gain
        return {**arrays, "head_kernel": self.head_kernel.numpy(), "head_bias": self.head_bias.numpy()}


def learn(pixels: NDArray[np.uint8], labels: NDArray[np.int32], lesson: Lesson) -> dict[str, NDArray[np.float32]]:
    """Teach a network to tell the pictures apart; its folded arrays. The same arrays from the same lesson."""
    tf.config.experimental.enable_op_determinism()
    classes = int(labels.max()) + 1
    pupil = Pupil(classes, lesson)
    steps = lesson.epochs * (len(labels) // lesson.batch)
    learned = [*pupil.kernels, *pupil.scales, *pupil.shifts, pupil.head_kernel, pupil.head_bias]
    moments = [(tf.Variable(tf.zeros_like(part)), tf.Variable(tf.zeros_like(part))) for part in learned]

    @tf.function
    def step(images: tf.Tensor, targets: tf.Tensor, number: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seed = tf.stack([lesson.seed, number])
        with tf.GradientTape() as tape:
            scores = pupil.logits(varied(images, lesson, seed), lesson.memory, lesson.dropout, seed)
            wanted = tf.one_hot(targets, classes) * (1 - lesson.smoothing) + lesson.smoothing / classes
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))
        _adamw(learned, moments, tape.gradient(loss, learned), number, rate, lesson.decay)
        right = tf.reduce_mean(tf.cast(tf.argmax(scores, 1, tf.int32) == targets, tf.float32))
        return loss, right

    started, seen, hits = time.monotonic(), 0, 0.0
    for number, chosen in enumerate(_batches(len(labels), lesson), start=1):
        rate = lesson.rate * _pace(number / steps)
        _, right = step(
            tf.constant(pixels[chosen]), tf.constant(labels[chosen]), tf.constant(number), tf.constant(rate, tf.float32)
        )
        seen, hits = seen + 1, hits + float(right)
        if number % 50 == 0 or number == steps:
            print(
                f"step {number} of {steps}, {time.monotonic() - started:.0f} s: {hits / seen:.1%} right",
                file=sys.stderr,
            )
            seen, hits = 0, 0.0
    _settle(pupil, pixels, lesson)
    return pupil.folded()


def _settle(pupil: Pupil, pixels: NDArray[np.uint8], lesson: Lesson) -> None:
    """Statistics of whole pictures in place of those of crops, for these are what the folded network will see."""

    @tf.function
    def look(images: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(pupil.logits(tf.cast(images, tf.float32), 0.96, 0.0, tf.constant([0, 0])))

    for chosen in islice(_batches(len(pixels), lesson), 100):
        look(tf.constant(pixels[chosen]))


def varied(images: tf.Tensor, lesson: Lesson, seed: tf.Tensor) -> tf.Tensor:
    """Each picture cropped somewhere and resized, half of them mirrored. (batch, side, side, 3), float32"""
    count = images.shape[0]
    part = tf.random.stateless_uniform((count, 1), seed + tf.constant([0, 1 << 20]), lesson.closest, 1.0)
    start = tf.random.stateless_uniform((count, 2), seed + tf.constant([0, 2 << 20])) * (1 - part)
    boxes = tf.concat([start, start + part], 1)  # top, left, bottom, right
    mirrored = tf.random.stateless_uniform((count, 1), seed + tf.constant([0, 3 << 20])) < 0.5
    boxes = tf.where(mirrored, tf.gather(boxes, [0, 3, 2, 1], axis=1), boxes)
    return tf.image.crop_and_resize(tf.cast(images, tf.float32), boxes, tf.range(count), (lesson.side, lesson.side))


def _batches(count: int, lesson: Lesson) -> Iterator[NDArray[np.int64]]:
    """Which pictures come together: each once an epoch, sorted for the memory's sake."""
    rng = np.random.default_rng(lesson.seed + 1)
    for _ in range(lesson.epochs):
        order = rng.permutation(count)
        for start in range(0, count - lesson.batch + 1, lesson.batch):
            yield np.sort(order[start : start + lesson.batch])


def _pace(share: float) -> float:
    """The learning rate's factor when a share of the steps is done: up for a twentieth, then half a cosine down."""
    return min(share / 0.05, 1.0) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))


def _adamw(
    learned: list[tf.Variable],
    moments: list[tuple[tf.Variable, tf.Variable]],
    gradients: list[tf.Tensor],
    number: tf.Tensor,
    rate: tf.Tensor,
    decay: float,
) -> None:
    """One step of Adam with decoupled decay of kernels; written out, so that a Keras release cannot change a byte."""
    t = tf.cast(number, tf.float32)
    for part, (first, second), gradient in zip(learned, moments, gradients, strict=True):
        first.assign(0.9 * first + 0.1 * gradient)
        second.assign(0.99 * second + 0.01 * gradient**2)
        step = (first / (1 - 0.9**t)) / (tf.sqrt(second / (1 - 0.99**t)) + 1e-7)
        if len(part.shape) > 1:
            step += decay * part
        part.assign_sub(rate * step)

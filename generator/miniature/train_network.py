"""Trains the miniature with batch normalisation between convolution and ReLU, which is folded away afterwards.

The network is trained as the atlas uses it, with convolutions without padding, on crops at about the original scale
that are just large enough for one unit of the last layer. On a whole picture, the dense layer reads the mean over its
2 x 2 units. Batch normalisation (Ioffe & Szegedy 2015) makes thirteen layers learn in minutes, and keeps every filter
alive. At the end, each filter's scale and shift are folded into its kernel and bias, so that only convolutions and
ReLUs remain.

Later lessons use each batch twice: unchanged, and with every picture pushed a little along the gradient of the loss in
the first pass. This gradient costs almost nothing ("Adversarial Training for Free!", Shafahi et al. 2019). Robust
filters look for shapes instead of noise, so gradient ascent finds shapes, too (Engstrom et al. 2019, "Adversarial
Robustness as a Prior for Learned Representations"). These lessons also train the network to name the hues of the
drawing, because things do not always have their usual colours.
"""

import math
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.corpus.drawings.colour import HUES
from generator.miniature.album import Album
from generator.miniature.train_lesson import Lesson, batches, grain, pace, pushed, varied
from generator.network.forward import pooled
from generator.network.geometry import vgg16
from generator.network.weights.miniature import WIDTHS
from generator.network.weights.preprocessing import MEAN_BGR

EPSILON = 1e-3  # of batch normalisation
STATISTICS = 64  # pictures for the initial means and variances of a lesson that continues another
CONTRAST = 64.0  # pixels are divided by this in training; folded into the first kernel


Arrays: TypeAlias = dict[str, NDArray[np.float32]]


class Pupil:
    """The network during training."""

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
        self.head_kernel, self.head_bias = self._dense(rng, channels, classes)
        self.hue_kernel, self.hue_bias = self._dense(rng, channels, HUES + 1)
        self.learned = [*self.kernels, *self.scales, *self.shifts, self.head_kernel, self.head_bias]
        self.learned += [self.hue_kernel, self.hue_bias] if lesson.hues else []

    @staticmethod
    def _dense(rng: np.random.Generator, channels: int, answers: int) -> tuple[tf.Variable, tf.Variable]:
        start = rng.normal(0, math.sqrt(1 / channels), (channels, answers))
        return tf.Variable(start.astype(np.float32)), tf.Variable(tf.zeros(answers))

    def logits(self, images: tf.Tensor, memory: float, dropout: float, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Scores of the classes (batch, classes) and of the hues (batch, HUES + 1); updates the running statistics.

        `images`: (batch, h, w, 3) RGB, 0 to 255.
        """
        x = (images[..., ::-1] - tf.constant(MEAN_BGR)) / CONTRAST
        for depth, layer in enumerate(self.layers):
            x = pooled(x, layer)
            x = tf.nn.conv2d(x, self.kernels[depth], 1, "VALID")
            x, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                x, self.scales[depth], self.shifts[depth], epsilon=EPSILON
            )
            for kept, new in ((self.means[depth], mean), (self.variances[depth], variance)):
                kept.assign(memory * kept + (1 - memory) * new)
            x = tf.nn.relu(x)
        x = tf.nn.experimental.stateless_dropout(tf.reduce_mean(x, (1, 2)), dropout, seed)  # (batch, 64)
        return x @ self.head_kernel + self.head_bias, x @ self.hue_kernel + self.hue_bias

    def resume(self, arrays: Arrays, images: tf.Tensor) -> None:
        """Continue from folded arrays: set scales and shifts that keep them, for these pictures' statistics."""
        x = (images[..., ::-1] - tf.constant(MEAN_BGR)) / CONTRAST
        for depth, layer in enumerate(self.layers):
            x = pooled(x, layer)
            kernel, bias = arrays[f"{layer.name}_kernel"], arrays[f"{layer.name}_bias"]
            self.kernels[depth].assign(kernel * CONTRAST if depth == 0 else kernel)
            x = tf.nn.conv2d(x, self.kernels[depth], 1, "VALID")
            mean, variance = tf.nn.moments(x, (0, 1, 2))
            self.scales[depth].assign(tf.sqrt(variance + EPSILON))
            self.shifts[depth].assign(mean + bias)
            x = tf.nn.relu(x + bias)
        self.head_kernel.assign(arrays["head_kernel"])
        self.head_bias.assign(arrays["head_bias"])

    def folded(self) -> Arrays:
        """Kernels and biases of equivalent plain convolutions: `block1_conv1_kernel` ... `head_bias`."""
        arrays = {}
        for depth, layer in enumerate(self.layers):
            gain = self.scales[depth].numpy() / np.sqrt(self.variances[depth].numpy() + EPSILON)  # (filters,)
            kernel = self.kernels[depth].numpy() * gain
            arrays[f"{layer.name}_kernel"] = kernel / CONTRAST if depth == 0 else kernel
            arrays[f"{layer.name}_bias"] = self.shifts[depth].numpy() - self.means[depth].numpy() * gain
        return {**arrays, "head_kernel": self.head_kernel.numpy(), "head_bias": self.head_bias.numpy()}


def learn(pictures: Album, lesson: Lesson, start: Arrays | None = None) -> Arrays:
    """Train a network, a new one or that of `start`, to classify the pictures. Returns its folded arrays.

    The same arguments give the same arrays.
    """
    tf.config.experimental.enable_op_determinism()
    pupil = Pupil(len(start["head_bias"]) if start else int(pictures.labels.max()) + 1, lesson)
    if start:
        pupil.resume(start, tf.constant(pictures.pixels[:STATISTICS], tf.float32))
    looks = _looks(pupil, lesson)
    steps = len(looks) * lesson.epochs * (len(pictures) // lesson.batch)
    number, started, hits = 0, time.monotonic(), []
    for nth, chosen in enumerate(batches(len(pictures), lesson), start=1):
        batch = [tf.constant(part[chosen]) for part in (pictures.pixels, pictures.labels, pictures.hues)]
        push = tf.zeros((len(chosen), lesson.side, lesson.side, 3))
        for look in looks:
            number += 1
            rate = tf.constant(lesson.rate * pace(number / steps), tf.float32)
            right, push = look(*batch, tf.constant(nth), tf.constant(number), rate, push)
            hits.append(float(right))
        if number % 50 == 0 or number == steps:
            right = ", then pushed ".join(f"{np.mean(hits[at :: len(looks)]):.1%} right" for at in range(len(looks)))
            print(f"step {number} of {steps}, {time.monotonic() - started:.0f} s: {right}", file=sys.stderr)
            hits.clear()
    _settle(pupil, pictures.pixels, lesson)
    return pupil.folded()


def _looks(pupil: Pupil, lesson: Lesson) -> list[Callable[..., Any]]:
    """The training steps for a batch: one pass; or, with a push, a first pass that finds the push, and a second one.

    Each takes pixels (batch, 224, 224, 3), labels (batch,), hues (batch, 2), the numbers of the batch and the step, the
    rate and a push (batch, side, side, 3). It returns the share of right answers and the push for the next pass.
    """
    moments = [(tf.Variable(tf.zeros_like(part)), tf.Variable(tf.zeros_like(part))) for part in pupil.learned]

    def look(
        pixels: tf.Tensor,
        labels: tf.Tensor,
        hues: tf.Tensor,
        nth: tf.Tensor,
        number: tf.Tensor,
        rate: tf.Tensor,
        push: tf.Tensor,
        again: bool,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        seed = tf.stack([lesson.seed, nth])  # of the crop: the same for both passes
        images = varied(pixels, lesson, seed)
        if lesson.push:
            images += push if again else grain(images.shape, lesson, seed)
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores, named = pupil.logits(images, lesson.memory, lesson.dropout, tf.stack([lesson.seed, number]))
            loss = _wrong(scores, labels, lesson)
            if lesson.hues:
                loss += lesson.hues * _misnamed(named, hues)
        *gradients, to_images = tape.gradient(loss, [*pupil.learned, images])
        _adamw(pupil.learned, moments, gradients, number, rate, lesson.decay)
        right = tf.reduce_mean(tf.cast(tf.argmax(scores, 1, tf.int32) == labels, tf.float32))
        return right, push if again or not lesson.push else pushed(to_images, lesson, seed)

    return [tf.function(partial(look, again=again)) for again in ((False, True) if lesson.push else (False,))]


def _wrong(scores: tf.Tensor, labels: tf.Tensor, lesson: Lesson) -> tf.Tensor:
    classes = scores.shape[1]
    wanted = tf.one_hot(labels, classes) * (1 - lesson.smoothing) + lesson.smoothing / classes
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))


def _misnamed(named: tf.Tensor, hues: tf.Tensor) -> tf.Tensor:
    both = tf.reduce_mean(tf.one_hot(hues, HUES + 1), 1)  # ink and paper, one half each
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(both, named))


def _settle(pupil: Pupil, pixels: NDArray[np.uint8], lesson: Lesson) -> None:
    """Replace the statistics of crops by those of whole pictures, which the folded network will see."""

    @tf.function
    def look(images: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(pupil.logits(tf.cast(images, tf.float32), 0.96, 0.0, tf.constant([0, 0]))[0])

    for chosen in islice(batches(len(pixels), lesson), 100):
        look(tf.constant(pixels[chosen]))


def _adamw(
    learned: list[tf.Variable],
    moments: list[tuple[tf.Variable, tf.Variable]],
    gradients: list[tf.Tensor],
    number: tf.Tensor,
    rate: tf.Tensor,
    decay: float,
) -> None:
    """One step of Adam with decoupled decay of kernels; written out, so that no Keras release can change a byte."""
    t = tf.cast(number, tf.float32)
    for part, (first, second), gradient in zip(learned, moments, gradients, strict=True):
        first.assign(0.9 * first + 0.1 * gradient)
        second.assign(0.99 * second + 0.01 * gradient**2)
        step = (first / (1 - 0.9**t)) / (tf.sqrt(second / (1 - 0.99**t)) + 1e-7)
        if len(part.shape) > 1:
            step += decay * part
        part.assign_sub(rate * step)

"""Measures how much faster this machine is with bfloat16, if its processor's flags do not decide (`precision`)."""

import functools
import time
from collections.abc import Callable

import tensorflow as tf

from generator.network.forward import PRECISIONS
from generator.network.precision import BFLOAT16, FLOAT32


def times_as_fast_in_bfloat16() -> float:
    """How many times as fast as in float32 a convolution and its gradient are in bfloat16. Takes about a second."""
    seconds = {}
    for precision in PRECISIONS:
        x = tf.cast(tf.random.stateless_uniform((8, 32, 32, 128), (0, 0)), precision)
        kernel = tf.cast(tf.random.stateless_uniform((3, 3, 128, 128), (1, 0)), precision)
        step = tf.function(functools.partial(_gradient, kernel), autograph=False)
        step(x).numpy()
        seconds[precision] = min(_seconds(lambda x=x, step=step: step(x).numpy()) for _ in range(3))  # type: ignore[misc]
    return seconds[FLOAT32] / seconds[BFLOAT16]


def _gradient(kernel: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID"))
    return tape.gradient(y, x)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

"""What a network does to maps between two convolutions: activations and poolings, as TensorFlow computes them."""

from collections.abc import Callable

import tensorflow as tf

from generator.network.geometry import Operation

Numbers = tuple[float, ...]
Function = Callable[[tf.Tensor], tf.Tensor]


def _bent(x: tf.Tensor, numbers: Numbers) -> tf.Tensor:
    """Keras' ReLU with a highest value, a slope below the threshold, and a threshold."""
    highest, slope, threshold = numbers
    upper = tf.where(x > threshold, x, slope * (x - threshold))
    return tf.minimum(upper, highest)


def _affine(x: tf.Tensor, numbers: Numbers) -> tf.Tensor:
    half = len(numbers) // 2
    return x * tf.constant(numbers[:half], x.dtype) + tf.constant(numbers[half:], x.dtype)


# By name; each gets the maps (batch, h, w, channels) and the operation's numbers. Formulas are those of Keras 3.
ACTIVATIONS: dict[str, Callable[[tf.Tensor, Numbers], tf.Tensor]] = {
    "relu": lambda x, _: tf.nn.relu(x),
    "bent relu": _bent,
    "leaky relu": lambda x, numbers: tf.nn.leaky_relu(x, numbers[0]),
    "elu": lambda x, numbers: tf.where(x > 0, x, numbers[0] * tf.math.expm1(tf.minimum(x, 0.0))),
    "selu": lambda x, _: tf.nn.selu(x),
    "gelu": lambda x, numbers: tf.nn.gelu(x, approximate=bool(numbers[0])),
    "silu": lambda x, _: tf.nn.silu(x),
    "tanh": lambda x, _: tf.math.tanh(x),
    "sigmoid": lambda x, _: tf.math.sigmoid(x),
    "softplus": lambda x, _: tf.math.softplus(x),
    "softsign": lambda x, _: tf.nn.softsign(x),
    "mish": lambda x, _: x * tf.math.tanh(tf.math.softplus(x)),
    "hard sigmoid": lambda x, _: tf.nn.relu6(x + 3.0) / 6.0,
    "hard silu": lambda x, _: x * tf.nn.relu6(x + 3.0) / 6.0,
    "affine": _affine,
}


def max_pool(x: tf.Tensor) -> tf.Tensor:
    """The maximum of each 2 x 2 units: (batch, h, w, channels) -> (batch, h // 2, w // 2, channels)."""
    return tf.nn.max_pool2d(x, 2, 2, "VALID")


def pooling(operation: Operation, crop: int = 0) -> Function:
    """A pooling without padding; `crop` rows and columns at top and left are left out."""
    pool = tf.nn.max_pool2d if operation.kind == "max" else tf.nn.avg_pool2d
    return lambda x: pool(x[:, crop:, crop:] if crop else x, operation.size, operation.stride, "VALID")


def activation(operation: Operation) -> Function:
    """An activation, or an affine map of each channel."""
    return lambda x: ACTIVATIONS[operation.kind](x, operation.numbers)


def wrap(x: tf.Tensor, before: int, after: int) -> tf.Tensor:
    """Add rims from the opposite edges to a torus (batch, h, w, channels): h and w grow by `before` + `after`.

    Raises ValueError if a rim is wider than the torus.
    """
    if max(before, after) > x.shape[1]:
        raise ValueError(
            f"a torus of {x.shape[1]} units is smaller than the rim of {max(before, after)} that its convolutions read"
        )
    high, wide = x.shape[1] - before, x.shape[2] - before
    if before or after:
        x = tf.concat([x[:, high:], x, x[:, :after]], axis=1)
        x = tf.concat([x[:, :, wide:], x, x[:, :, :after]], axis=2)
    return x

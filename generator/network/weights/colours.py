"""Derives the input of a network's first convolution from a pixel's colours, through the layers before it.

Layers that are affine in the colours are followed: Rescaling, Normalization, BatchNormalization, the operations that
`preprocess_input` leaves in a model, a change of the order of colours. Layers that change no colour (resizing, and
augmentation, which is inactive at inference) are skipped. Any other layer is reported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.network.weights.architecture import Architecture, Node, Tensor
from generator.network.weights.parts import EPSILON, Part, Wide
from generator.network.weights.preprocessing import LUMA, NAMED

UNTOUCHED = (  # at inference, colours pass unchanged
    *("InputLayer", "Identity", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    *("ActivityRegularization", "Resizing", "CenterCrop", "ZeroPadding2D", "Cropping2D", "Cast", "Pipeline"),
)
MODES = {  # the mode of `preprocess_input`, by its module
    **dict.fromkeys(("vgg16", "vgg19", "resnet", "resnet50"), "caffe"),
    **dict.fromkeys(("mobilenet", "mobilenet_v2", "inception_v3", "xception"), "tf"),
    **dict.fromkeys(("resnet_v2", "inception_resnet_v2", "nasnet"), "tf"),
    "densenet": "torch",
}
LAST = (-1, 3, [-1], [3])  # the axis of the channels
LEAST = 1e-7  # the smallest standard deviation, as in Keras
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("Add", "math.add", "__operators__.add", "nn.bias_add", "BiasAdd"), np.add),
    **dict.fromkeys(("Subtract", "math.subtract", "__operators__.sub"), np.subtract),
    **dict.fromkeys(("Multiply", "math.multiply", "__operators__.mul"), np.multiply),
    **dict.fromkeys(("TrueDivide", "Divide", "math.divide", "math.truediv", "__operators__.truediv"), np.divide),
}


class UnknownError(Exception):
    """A layer that cannot be followed: its class and name."""


class Linear:
    """Channels as affine functions of a colour: rows of factors for red, green and blue, and a constant."""

    def __init__(self, rows: Wide) -> None:
        self.rows = rows  # (channels, 4), float64; (4,) for one channel without an axis

    def with_constant(self, how: Callable[[Any, Any], Any], constant: Any, *, swapped: bool = False) -> "Linear":
        """`how(self, constant)`, or `how(constant, self)` if swapped. `constant`: one number, or one per channel."""
        value = np.asarray(constant, np.float64).reshape(-1)
        if self.rows.ndim != 2 or value.size not in (1, len(self.rows)):
            raise UnknownError
        column = np.broadcast_to(value, (len(self.rows),))[:, None]
        if how in (np.multiply, np.divide):
            if how is np.divide and swapped:
                raise UnknownError
            return Linear(how(self.rows, column))
        moved = -self.rows if how is np.subtract and swapped else self.rows.copy()
        moved[:, 3:] += -column if how is np.subtract and not swapped else column
        return Linear(moved)


@dataclass(frozen=True)
class Call:
    """The call of one layer before the first convolution: its arguments, and access to its arrays."""

    node: Node
    arguments: list[Any]  # Linear if it depends on the pixel; constants unchanged
    value: Callable[[Any], Any]
    part: Callable[[Node], Part | None]

    @property
    def operation(self) -> str:
        """The layer's class, or the function that it calls."""
        calls = self.node.kind in ("TFOpLambda", "SlicingOpLambda")
        return str(self.node.config.get("function")) if calls else self.node.kind

    @property
    def own(self) -> Linear:
        """The first argument."""
        if not isinstance(self.arguments[0], Linear):
            raise UnknownError
        return self.arguments[0]

    def option(self, name: str) -> Any:
        """An argument by name, of the layer or of the call."""
        return self.node.config.get(name, self.node.options.get(name))


def follow(
    architecture: Architecture, node: Node, part: Callable[[Node], Part | None], *, grey: bool = False
) -> tuple[Wide, Wide, list[Node]]:
    """The input of a layer as an affine function of a pixel's RGB: (channels, 3), (channels,), and the layers before.

    `part`: gives the arrays of a layer. `grey`: whether the model reads the luma of a pixel. Raises UnknownError with
    the class and name of a layer that cannot be followed.
    """
    passed: dict[tuple[str, ...], Node] = {}
    pixel = np.array([[*LUMA, 0.0]]) if grey else np.eye(3, 4)

    def value(argument: Any) -> Any:
        if isinstance(argument, Tensor):
            if argument.node not in architecture.nodes:
                raise UnknownError(argument.node[-1])
            return layer(architecture.nodes[argument.node])
        return argument

    def layer(at: Node) -> Linear:
        if not architecture.tensors(at):
            return Linear(pixel)
        try:
            found = _apply(Call(at, [value(each) for each in at.arguments], value, part))
        except (UnknownError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
            inner = str(error) if isinstance(error, UnknownError) else ""
            raise UnknownError(inner or f"{at.kind} {at.path[-1]}") from None
        passed[at.path] = at
        return found

    sources = architecture.tensors(node)
    if len(sources) > 1:
        raise UnknownError(f"{node.kind} {node.path[-1]}")
    found = value(Tensor(sources[0])) if sources else Linear(pixel)
    return found.rows[:, :3], found.rows[:, 3], list(passed.values())


def _apply(call: Call) -> Linear:
    if untouched(call.node) or call.operation in ("cast", "convert_to_tensor", "identity"):
        return call.own
    if call.operation in LAYERS:
        return LAYERS[call.operation](call)
    if call.operation not in OPERATIONS:
        raise UnknownError
    named = [call.node.options[name] for name in ("y", "x2", "bias", "value") if name in call.node.options]
    one, other = [*call.arguments, *named]
    if isinstance(other, Linear) and not isinstance(one, Linear):
        return other.with_constant(OPERATIONS[call.operation], one, swapped=True)
    return call.own.with_constant(OPERATIONS[call.operation], other)


def _rescaled(call: Call) -> Linear:
    scaled = call.own.with_constant(np.multiply, _plain(call.node.config["scale"]))
    return scaled.with_constant(np.add, _plain(call.node.config["offset"]))


def _batch_normalized(call: Call) -> Linear:
    scale, shift = batch_normalization(call.node, call.part)
    return call.own.with_constant(np.multiply, scale).with_constant(np.add, shift)


def _normalized(call: Call) -> Linear:
    mean, variance = call.option("mean"), call.option("variance")
    if mean is None:
        found = call.part(call.node)
        if not found:
            raise UnknownError
        mean, variance = found.arrays["mean"], found.arrays["variance"]
    mean = np.asarray(_plain(mean), np.float64).reshape(-1)
    deviation = np.maximum(np.sqrt(np.asarray(_plain(variance), np.float64).reshape(-1)), LEAST)
    if call.option("invert"):
        return call.own.with_constant(np.multiply, deviation).with_constant(np.add, mean)
    return call.own.with_constant(np.subtract, mean).with_constant(np.divide, deviation)


def _indexed(call: Call) -> Linear:
    """x[..., 2] or x[..., ::-1]: only the last axis may be indexed."""
    key = call.arguments[1] if len(call.arguments) > 1 else call.option("slice_spec")
    *others, last = key if isinstance(key, list | tuple) else [key]
    if any(other is not ... and other != slice(None) for other in others) or (... not in others and len(others) != 3):
        raise UnknownError
    return Linear(call.own.rows[last])


def _stacked(call: Call) -> Linear:
    first = call.arguments[0]
    channels = [call.value(each) for each in (first if isinstance(first, list) else call.arguments)]
    if call.option("axis") not in LAST:
        raise UnknownError
    return Linear(np.concatenate([np.atleast_2d(each.rows) for each in channels]))


def _reversed(call: Call) -> Linear:
    if call.option("axis") not in LAST:
        raise UnknownError
    return Linear(call.own.rows[::-1])


def _named(call: Call) -> Linear:
    """A Lambda that Keras 2 saved by the name of a function of Keras. The file's code is never run."""
    package, _, module = str(call.option("module")).rpartition(".")
    if call.option("function") != "preprocess_input" or "applications" not in package or module not in MODES:
        raise UnknownError
    mode = NAMED[MODES[module]]
    rows = np.array(mode.matrix) @ call.own.rows
    rows[:, 3] += np.array(mode.offset)
    return Linear(rows)


LAYERS: dict[str, Callable[[Call], Linear]] = {
    "Rescaling": _rescaled,
    "Normalization": _normalized,
    "BatchNormalization": _batch_normalized,
    "Lambda": _named,
    **dict.fromkeys(("GetItem", "__operators__.getitem"), _indexed),
    **dict.fromkeys(("Stack", "stack", "Concatenate", "concat"), _stacked),
    **dict.fromkeys(("Flip", "reverse"), _reversed),
}


def untouched(node: Node) -> bool:
    """Whether a layer changes no value at inference: it acts only during training, or only moves pixels."""
    return (
        node.kind in UNTOUCHED
        or node.kind.startswith("Random")
        or (node.kind == "Activation" and node.config.get("activation") == "linear")
    )


def batch_normalization(at: Node, part: Callable[[Node], Part | None]) -> tuple[Wide, Wide]:
    """Scale and shift of a layer, (channels,) float64 each. Raises UnknownError if the file lacks its arrays."""
    found = part(at)
    if not found or not found.normalizes:
        raise UnknownError(f"{at.kind} {at.path[-1]}")
    return found.scale_and_shift(float(at.config.get("epsilon", EPSILON)), bool(at.config.get("center", True)))


def _plain(found: Any) -> Any:
    """A number, or the numbers of an array in Keras' notation."""
    if isinstance(found, dict):
        inner = found["config"]
        return inner["value"] if isinstance(inner, dict) else inner
    return found

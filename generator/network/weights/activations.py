"""Reads activations from a layer's description in Keras' notation: their names and numbers, as data."""

from collections.abc import Mapping
from typing import Any

from generator.network.geometry import Step
from generator.network.weights.architecture import Node

NO_LIMIT = 3.4e38  # about the largest float32
SLOPE = 0.2  # Keras' default of the function leaky_relu ...
LAYER_SLOPE = 0.3  # ... and of the layer LeakyReLU
PLAIN: dict[str, tuple[str, tuple[float, ...]]] = {  # by Keras' name: the operation, and its numbers
    "relu": ("relu", ()),
    "relu6": ("bent relu", (6.0, 0.0, 0.0)),
    "leaky_relu": ("leaky relu", (SLOPE,)),
    "elu": ("elu", (1.0,)),
    "selu": ("selu", ()),
    "gelu": ("gelu", (0.0,)),
    **dict.fromkeys(("silu", "swish"), ("silu", ())),
    "tanh": ("tanh", ()),
    "sigmoid": ("sigmoid", ()),
    "softplus": ("softplus", ()),
    "softsign": ("softsign", ()),
    "mish": ("mish", ()),
    "hard_sigmoid": ("hard sigmoid", ()),
    **dict.fromkeys(("hard_silu", "hard_swish"), ("hard silu", ())),
}
OPERATIONS = {"Relu": "relu", "nn.relu": "relu", "relu": "relu", "Relu6": "relu6", "Silu": "silu", "Tanh": "tanh"}


class Unlike(Exception):  # noqa: N818 (it ends a chain, and is no error of the program)
    """A layer that no chain can contain; the message says why."""


def activation_of(config: Mapping[str, Any]) -> Step | None:
    """The activation of a layer's own description; None if it has none. Raises Unlike for one that is not known."""
    found = config.get("activation")
    if isinstance(found, Mapping):  # a layer, or the name of a function
        inner = found.get("config")
        if isinstance(inner, Mapping):
            return _of_class(str(found.get("class_name")), inner)
        found = inner if isinstance(inner, str) else found.get("class_name")
    if found in (None, "linear"):
        return None
    if found not in PLAIN:
        raise Unlike(f"the activation {found} is not one of those that the atlas knows")
    kind, numbers = PLAIN[str(found)]
    return Step(kind, numbers=numbers)


def layer_activation(node: Node) -> Step | None:
    """The activation that a layer is. Raises Unlike if it is none, or one that is not known."""
    kind = str(node.config.get("function")) if node.kind == "TFOpLambda" else node.kind
    if kind in OPERATIONS:
        name, numbers = PLAIN[OPERATIONS[kind]]
        return Step(name, numbers=numbers)
    return _of_class(kind, node.config)


def _of_class(kind: str, config: Mapping[str, Any]) -> Step | None:
    if kind == "Activation":
        return activation_of(config)
    if kind == "ReLU":
        bends = tuple(config.get(name) for name in ("max_value", "negative_slope", "threshold"))
        if not any(bends):
            return Step("relu")
        highest, slope, threshold = bends
        return Step("bent relu", numbers=(float(highest or NO_LIMIT), float(slope or 0), float(threshold or 0)))
    if kind == "LeakyReLU":
        slope = config.get("negative_slope", config.get("alpha", LAYER_SLOPE))  # `alpha` in Keras 2
        return Step("leaky relu", numbers=(float(slope),))
    if kind == "ELU":
        return Step("elu", numbers=(float(config.get("alpha", 1.0)),))
    raise Unlike("it is neither a convolution nor an activation, a pooling or a normalization")

"""Reads layers and architecture from an ONNX model, with the library `onnx` (the extra of that name)."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from generator.arrays import Floats
from generator.network.weights.architecture import Architecture, Node, Tensor
from generator.network.weights.archives import SEPARATOR
from generator.network.weights.contents import Contents
from generator.network.weights.parts import Part

KINDS = {  # ONNX's operators: the equivalent Keras layers
    "Conv": "Conv2D",
    "MaxPool": "MaxPooling2D",
    "Relu": "ReLU",
    "BatchNormalization": "BatchNormalization",
    "Sub": "Subtract",
    "Mul": "Multiply",
    "Div": "TrueDivide",
    **dict.fromkeys(("Identity", "Dropout", "Transpose", "Cast", "Pad"), "Identity"),
}
NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")


def read(path: Path) -> Contents:
    """All convolutions and batch normalizations, and their graph."""
    graph = onnx.load(str(path)).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes: dict[tuple[str, ...], Node] = {}
    parts = []
    for name in (each.name for each in graph.input if each.name not in constants):
        nodes[name,] = Node((name,), "InputLayer", {}, (), {}, ())
    for operator in graph.node:
        options = {each.name: helper.get_attribute_value(each) for each in operator.attribute}
        if operator.op_type == "Constant" and "value" in options:
            constants[operator.output[0]] = numpy_helper.to_array(options["value"])
            continue
        own = (operator.output[0],)
        if part := _part(operator, constants):
            parts.append(part)
        held = part is not None
        arguments = tuple(
            constants[name] if name in constants else Tensor((name,))
            for name in (operator.input[:1] if held else operator.input)
            if name
        )
        nodes[own] = Node(own, KINDS.get(operator.op_type, operator.op_type), _config(options), arguments, {}, own)
    return Contents(parts, graph=Architecture(nodes))


def _part(operator: Any, constants: dict[str, Floats]) -> Part | None:
    """The arrays of a convolution (ONNX's kernel is (out, in, kh, kw)) or of a batch normalization; else None."""
    arrays = [constants[name] for name in operator.input[1:] if name in constants]
    if operator.op_type == "Conv" and arrays and arrays[0].ndim == 4:
        found = {"kernel": np.ascontiguousarray(arrays[0].transpose(2, 3, 1, 0))}
        found |= {"bias": arrays[1]} if len(arrays) > 1 else {}
    elif operator.op_type == "BatchNormalization" and len(arrays) == len(NORMALIZATION):
        found = dict(zip(NORMALIZATION, arrays, strict=True))
    else:
        return None
    steps = tuple(SEPARATOR.split(operator.input[1].removesuffix(".weight")))
    return Part(steps, found, (operator.output[0],))


def _config(options: dict[str, Any]) -> dict[str, Any]:
    """Attributes under the names that Keras' layers use."""
    found = {
        "strides": list(options.get("strides", [1, 1])),
        "dilation_rate": list(options.get("dilations", [1, 1])),
        "groups": options.get("group", 1),
        "pool_size": list(options.get("kernel_shape", [])),
        "epsilon": options.get("epsilon", 1e-5),
    }
    return found | ({"axis": options["axis"]} if "axis" in options else {})

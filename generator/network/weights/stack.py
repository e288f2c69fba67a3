"""Checks layer by layer that a file's architecture is VGG16's, and folds batch normalizations into the kernels.

VGG16 has a ReLU between two convolutions, and a 2 x 2 max pooling after each block. A batch normalization before the
ReLU is folded into the convolution before it, one after the ReLU into the convolution after it. This is exact, because
nothing here is padded with zeros. Layers that the atlas would compute differently from the file's network are refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.arrays import Floats
from generator.network.geometry import LAYERS, Layer, Step
from generator.network.weights.activations import Unlike, layer_activation
from generator.network.weights.architecture import Architecture, Node
from generator.network.weights.colours import UnknownError, batch_normalization, untouched
from generator.network.weights.parts import Part, Wide

CONVOLUTION = ("Conv2D", "Convolution2D", "Conv")
RELU = Step("relu")
Finds = Callable[[Node], Part | None]
Affine = tuple[Wide, Wide]  # x * scale + shift, (channels,) each


class DiffersError(Exception):
    """An architecture is not VGG16's: `depth` is the first layer that differs; the message says how."""

    def __init__(self, depth: int, why: str) -> None:
        super().__init__(why)
        self.depth = depth


@dataclass
class Link:
    """The layers between two convolutions."""

    before: Affine | None = None  # before the ReLU: folded into the convolution below
    after: Affine | None = None  # after it: folded into the convolution above
    rectified: bool = False
    pooled: int = 0

    def add(self, node: Node, part: Finds) -> None:
        """Add the next layer upwards. Raises DiffersError, of depth 0, if VGG16 has no such layer."""
        if untouched(node):
            return
        if _relu(node):
            self.rectified = True
        elif node.kind == "BatchNormalization":
            try:
                own = batch_normalization(node, part)
            except UnknownError as error:
                raise DiffersError(0, f"{error} has no arrays in the file") from None
            if self.rectified:
                self.after = then(self.after, own)
            elif self.pooled and (own[0] < 0).any():
                raise DiffersError(0, f"{node.path[-1]} turns signs behind a pooling, which cannot be folded")
            else:
                self.before = then(self.before, own)
        elif _pooling(node):
            if self.after is not None and (self.after[0] < 0).any():
                raise DiffersError(0, "a batch normalization turns signs in front of a pooling, which cannot be folded")
            self.pooled += 1
        else:
            raise DiffersError(0, f"{node.kind} {node.path[-1]} stands there")


def in_order(architecture: Architecture, part: Finds) -> list[Node]:
    """The chain of convolutions from the input on, as long as each has one successor.

    Raises DiffersError if several follow the same layer before all of VGG16's layers are found.
    """
    convolutions = [node for node in architecture.nodes.values() if _convolution(node, part)]
    below = {node.path: _below(architecture, node, part) for node in convolutions}
    found: list[Node] = []
    last: tuple[str, ...] | None = ()
    while True:
        following = [node for node in convolutions if below[node.path] == last]
        if len(following) != 1:
            if len(following) > 1 and len(found) < len(LAYERS):
                names = ", ".join(node.path[-1] for node in following)
                raise DiffersError(len(found), f"{names} follow the same layer")
            return found
        found.append(following[0])
        last = following[0].path


def folded(
    architecture: Architecture, nodes: Sequence[Node], part: Finds
) -> tuple[list[tuple[Floats, Floats]], DiffersError | None]:
    """Kernels and biases of these convolutions, which should be VGG16's from the first layer on.

    Batch normalizations are folded in. If the architecture differs from VGG16's, the layers before the difference are
    returned, with the error that describes it.
    """
    pairs: list[tuple[Floats, Floats]] = []
    onwards: Affine | None = None
    for depth, node in enumerate(nodes):
        try:
            if depth:
                link = _between(architecture, nodes[depth - 1], node, part)
                _check_like_vgg16(link, LAYERS[depth])
                onwards = link.after
            _check_plain(node)
            upper = _behind(architecture, node, nodes[depth + 1 : depth + 2], part)
        except DiffersError as error:
            return pairs, DiffersError(depth, str(error))
        found = part(node)
        if found is None or found.kernel is None:
            return pairs, DiffersError(depth, f"{node.path[-1]} has no arrays in the file")
        kernel = found.kernel
        pairs.append(fold(kernel, found.arrays.get("bias"), below=onwards, above=upper))
    return pairs, None


def fold(
    kernel: Floats, bias: Floats | None, *, below: Affine | None = None, above: Affine | None = None
) -> tuple[Floats, Floats]:
    """Fold the affine maps before (`below`) and after (`above`) a convolution into it. No bias means zeros."""
    if bias is None:
        bias = np.zeros(kernel.shape[-1:], np.float32)
    if below is None and above is None:
        return kernel, bias
    wide, moved = kernel.astype(np.float64), bias.astype(np.float64)
    if below is not None and below[0].shape == kernel.shape[2:3]:
        moved = moved + np.einsum("hwif,i->f", wide, below[1])
        wide = wide * below[0][:, None]
    if above is not None and above[0].shape == kernel.shape[3:]:
        wide, moved = wide * above[0], moved * above[0] + above[1]
    return wide.astype(np.float32), moved.astype(np.float32)


def _between(architecture: Architecture, lower: Node, upper: Node, part: Finds) -> Link:
    """The layers between two convolutions, from the lower to the upper."""
    way: list[Node] = []
    at = architecture.source(upper)
    while at is not None and at.path != lower.path:
        if _convolution(at, part):
            raise DiffersError(0, f"it reads {at.path[-1]}, not {lower.path[-1]}")
        way.append(at)
        at = architecture.source(at)
    if at is None:
        raise DiffersError(0, f"it does not read {lower.path[-1]} alone")
    link = Link(rectified=_activation(lower) == "relu")
    for node in reversed(way):
        link.add(node, part)
    return link


def _behind(architecture: Architecture, node: Node, following: Sequence[Node], part: Finds) -> Affine | None:
    """The batch normalization between a convolution and its ReLU."""
    if following:
        try:
            return _between(architecture, node, following[0], part).before
        except DiffersError:
            pass  # reported when the layer above is checked
    link, at = Link(rectified=_activation(node) == "relu"), node
    while not link.rectified and len(readers := architecture.readers(at.path)) == 1:
        at = readers[0]
        if at.kind != "BatchNormalization" and not untouched(at):
            break
        link.add(at, part)
    return link.before


def _check_like_vgg16(link: Link, upper: Layer) -> None:
    if not link.rectified:
        raise DiffersError(0, "no ReLU stands in front of it")
    poolings = 1 if upper.first else 0
    if link.pooled != poolings:
        found = "no pooling stands" if not link.pooled else "a pooling stands"
        raise DiffersError(0, f"{found} in front of it")


def _check_plain(node: Node) -> None:
    """Raise DiffersError unless a convolution has stride 1, no dilation, one group, and a ReLU or no activation."""
    for option in ("strides", "dilation_rate", "groups"):
        value = node.config.get(option, 1)
        if any(number != 1 for number in (value if isinstance(value, list | tuple) else [value])):
            raise DiffersError(0, f"{node.path[-1]} has {option.replace('_', ' ')} {value}")
    if _activation(node) not in ("relu", "linear"):
        raise DiffersError(0, f"{node.path[-1]} has the activation {_activation(node)}")


def _convolution(node: Node, part: Finds) -> bool:
    found = part(node) if node.kind in CONVOLUTION else None
    return found is not None and found.kernel is not None


def _below(architecture: Architecture, node: Node, part: Finds) -> tuple[str, ...] | None:
    """The convolution that a layer reads; () for the input, None if it reads more than one."""
    found: set[tuple[str, ...] | None] = set()
    for path in architecture.tensors(node):
        source = architecture.nodes.get(path)
        if source is None:
            return None
        found.add(path if _convolution(source, part) else _below(architecture, source, part))
    if len(found) > 1:
        return None
    return found.pop() if found else ()


def _activation(node: Node) -> Any:
    found = node.config.get("activation", "linear")
    if isinstance(found, dict):  # Keras writes a layer, or the name of a function
        inner = found.get("config")
        found = inner if isinstance(inner, str) else str(found.get("class_name"))
    return {"ReLU": "relu", None: "linear"}.get(found, found)


def _relu(node: Node) -> bool:
    try:
        return layer_activation(node) == RELU
    except Unlike:
        return False


def _pooling(node: Node) -> bool:
    if node.kind not in ("MaxPooling2D", "MaxPool2D", "MaxPool"):
        return False
    size = _two(node.config.get("pool_size", 2))
    return size == (2, 2) and _two(node.config.get("strides") or size) == (2, 2)


def _two(found: Any) -> tuple[Any, ...]:
    return tuple(found) if isinstance(found, list | tuple) else (found, found)


def then(first: Affine | None, second: Affine) -> Affine:
    """One affine map after another (None: nothing)."""
    return second if first is None else (first[0] * second[0], first[1] * second[0] + second[1])

"""Follows a file's architecture from its input, as long as it is a plain chain of operations.

The result is data: a list of operations in order (`geometry.Step`), the arrays of the convolutions, and why the chain
ends. A batch normalization directly behind a convolution is folded into it. One behind an activation is folded into the
next convolution, unless something in between does not allow it; then it stays an operation of its own. Both are exact,
because no unit of the atlas sees a padding.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from generator.network.geometry import Step
from generator.network.weights import stack
from generator.network.weights.activations import Unlike, activation_of, layer_activation
from generator.network.weights.architecture import Architecture, Node
from generator.network.weights.colours import UnknownError, batch_normalization, untouched
from generator.network.weights.contents import Pairs

POOLINGS = {"MaxPooling2D": "max", "MaxPool2D": "max", "AveragePooling2D": "average", "AvgPool2D": "average"}
TAKEN = {"assets", "data", "pictures", "sheets"}  # folders of a site
MOVES_PIXELS = ("ZeroPadding2D", "Cropping2D", "CenterCrop", "Resizing")  # values pass unchanged, but not their places


@dataclass
class Chain:
    """A network's beginning, as far as it is a chain."""

    first: Node | None = None  # its first convolution
    steps: list[Step] = field(default_factory=list)
    pairs: Pairs = field(default_factory=dict)  # by layer name
    ended: str = ""  # why it ends there, in words; "" at the end of the model
    shape: tuple[int | None, ...] = ()  # height, width and channels of the model's input; () if it does not tell


class _Walk:
    """The state of a walk upwards."""

    def __init__(self, graph: Architecture, part: stack.Finds) -> None:
        self.graph, self.part = graph, part
        self.chain = Chain()
        self.pending: stack.Affine | None = None  # a batch normalization on its way to the next convolution
        self.fresh = False  # whether the last operation was a convolution without activation

    def go(self) -> Chain:
        """Follow the only reader of each layer. What cannot be followed ends the chain."""
        starts = [node for node in self.graph.nodes.values() if not self.graph.tensors(node)]
        if len(starts) != 1:
            names = ", ".join(node.path[-1] for node in starts)
            self.chain.ended = f"the model has {len(starts)} inputs ({names})"
            return self.chain
        at = starts[0]
        self.chain.shape = _shape(at, self.graph.readers(at.path))
        while len(readers := self.graph.readers(at.path)) == 1:
            try:
                self.add(readers[0])
            except (Unlike, UnknownError, ValueError, TypeError, KeyError, AttributeError) as error:
                said = isinstance(error, Unlike | UnknownError)
                why = str(error) if said else "its description cannot be read"
                self.chain.ended = f"{readers[0].path[-1]} ({readers[0].kind}): {why}"
                return self.chain
            at = readers[0]
        if readers:
            names = " and ".join(sorted(node.path[-1] for node in readers))
            self.chain.ended = f"{at.path[-1]}: the way parts there, for {names} read it"
        return self.chain

    def add(self, node: Node) -> None:
        """Add the next layer upwards. Raises Unlike if the atlas cannot follow it."""
        if len(self.graph.tensors(node)) > 1:
            raise Unlike("it joins several inputs")
        if node.kind in stack.CONVOLUTION:
            self.convolution(node)
        elif node.kind == "ZeroPadding2D":
            before, after = _padding(node.config.get("padding", 1))
            self.chain.steps.append(Step("padding", before=before, after=after))
        elif self.chain.first is None:
            self.in_front(node)
        elif node.kind in POOLINGS:
            turns = self.pending is not None and bool((self.pending[0] < 0).any())
            self.flush(wanted=turns and POOLINGS[node.kind] == "max")
            size = _one(node.config.get("pool_size", 2), "windows")
            stride = _one(node.config.get("strides") or size, "strides")
            self.chain.steps.append(Step(POOLINGS[node.kind], size, stride, _same(node)))
            self.fresh = False
        elif node.kind == "BatchNormalization":
            self.normalize(batch_normalization(node, self.part))
        elif untouched(node) and node.kind not in MOVES_PIXELS:
            return
        else:
            self.activate(layer_activation(node))

    def in_front(self, node: Node) -> None:
        """A layer before the first convolution: `inputs` reads what it does to colours."""
        if node.kind in POOLINGS or node.kind in ("Flatten", "Dense", "Reshape", "Permute"):
            raise Unlike("it stands in front of the first convolution")

    def convolution(self, node: Node) -> None:
        """Add a convolution, with what is pending folded in, and its own activation."""
        config, name = node.config, self._name(node)
        if _one(config.get("dilation_rate", 1), "dilations") != 1 or config.get("groups", 1) not in (1, None):
            raise Unlike("the atlas shows only convolutions of one group and without dilation")
        if config.get("data_format") == "channels_first":
            raise Unlike("its channels come first")
        found = self.part(node)
        if found is None or found.kernel is None:
            raise Unlike("it has no arrays in the file")
        own = activation_of(config)
        size, stride = _one(found.kernel.shape[:2], "kernels"), _one(config.get("strides", 1), "strides")
        kernel, bias = stack.fold(found.kernel, found.arrays.get("bias"), below=self.pending)
        self.pending = None
        self.chain.first = self.chain.first or node
        self.chain.steps.append(Step("convolution", size, stride, _same(node), name=name, filters=kernel.shape[3]))
        self.chain.pairs[name] = (kernel, bias)
        self.fresh = True
        self.activate(own)

    def normalize(self, affine: stack.Affine) -> None:
        """A batch normalization: into the convolution below it, or on its way to the next."""
        if self.fresh:
            name = next(reversed(self.chain.pairs))
            self.chain.pairs[name] = stack.fold(*self.chain.pairs[name], above=affine)
            return
        self.pending = stack.then(self.pending, affine)

    def activate(self, step: Step | None) -> None:
        """An activation; None does nothing."""
        if step:
            self.flush()
            self.chain.steps.append(step)
            self.fresh = False

    def flush(self, *, wanted: bool = True) -> None:
        """Make what is pending an operation, before one that it cannot pass."""
        if self.pending is not None and wanted:
            numbers = tuple(float(x) for x in np.concatenate(self.pending).astype(np.float32))
            self.chain.steps.append(Step("affine", numbers=numbers))
            self.pending = None

    def _name(self, node: Node) -> str:
        """A name for pages and files: the layer's own, with a number if another layer or folder has it."""
        found = plain = re.sub(r"[^A-Za-z0-9._-]+", "_", node.path[-1]).strip("._") or "layer"
        taken = TAKEN | {name.lower() for name in self.chain.pairs}
        number = len(self.chain.pairs)
        while found.lower() in taken:
            number += 1
            found = f"{plain}-{number}"
        return found


def follow(graph: Architecture, part: stack.Finds) -> Chain:
    """The chain at the beginning of a model. `part`: gives the arrays of a layer."""
    return _Walk(graph, part).go()


def _shape(start: Node, readers: list[Node]) -> tuple[int | None, ...]:
    """The shape of the input (height, width, channels), as its layer tells it, or the first that reads it."""
    for node in (start, *readers):
        config = node.config if isinstance(node.config, Mapping) else {}  # a file may hold anything there
        found = config.get("batch_shape") or config.get("batch_input_shape")
        if found and len(found) == 4:
            return tuple(None if size is None else int(size) for size in found[1:])
    return ()


def _one(found: Any, what: str) -> int:
    """A size that is the same in both directions. Raises Unlike if it is not."""
    both = list(found) if isinstance(found, list | tuple) else [found]
    if len(set(both)) != 1:
        raise Unlike(f"its {what} of {' x '.join(map(str, both))} differ by direction")
    return int(both[0])


def _same(node: Node) -> bool:
    return str(node.config.get("padding", "valid")).lower() == "same"


def _padding(found: Any) -> tuple[int, int]:
    """Rows (and as many columns) of zeros before and after a map."""
    rows, columns = found if isinstance(found, list | tuple) else (found, found)
    both = [tuple(each) if isinstance(each, list | tuple) else (each, each) for each in (rows, columns)]
    if both[0] != both[1]:
        raise Unlike(f"it pads rows by {both[0]} and columns by {both[1]}")
    return int(both[0][0]), int(both[0][1])

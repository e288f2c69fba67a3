"""The convolutional layers of a network, and the receptive fields of their units, in pixels of its input.

Every activation in the atlas is computed without padding: a unit exists only where its whole receptive field lies on
the picture. So unit (row, column) of a layer sees exactly the window that starts at (offset + row * stride, offset +
column * stride), and nothing that a page shows is caused by a border.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

CONVOLUTIONS = (2, 2, 3, 3, 3)  # per block, each followed by a 2 x 2 max pooling (Simonyan & Zisserman 2014, column D)
FILTERS = (64, 128, 256, 512, 512)  # of each layer in the block
SIDE = 224  # of VGG's input, and of a network that does not tell
SCALES = (8, 19, 50, 120)  # pixels of a field, between those of VGG16's blocks: 3-5, 10-14, 24-40, 60-92, 132-196


class Operation(NamedTuple):
    """What happens to maps between two convolutions."""

    kind: str  # an activation (`network.operations`), max or average (a pooling), or affine
    size: int = 1  # of a pooling's window
    stride: int = 1
    crop: int = 0  # rows and columns that it leaves out at top and left, in a photograph: see `lay_out`
    numbers: tuple[float, ...] = ()  # an activation's parameters; affine: the channels' scales, then their shifts


RELU = Operation("relu")
HALVE = Operation("max", 2, 2)


@dataclass(frozen=True)
class Layer:
    """One convolutional layer. Defaults are those of all layers of VGG16: 3 x 3 kernels, stride 1, no offset."""

    name: str  # Keras' name, e.g. block3_conv1
    block: int  # one more than the number of times that the maps have become smaller below, from 1
    conv: int  # within its block, from 1
    depth: int  # within the network, from 0
    filters: int  # output channels
    stride: int  # input pixels between neighbouring units
    field: int  # receptive field: the side of the window that a unit sees, in input pixels
    offset: int = 0  # input pixels from a photograph's edge to the window of its first unit
    kernel: int = 3  # its side
    step: int = 1  # the stride of the convolution itself
    crop: int = 0  # rows and columns of its input that it leaves out at top and left, in a photograph
    below: tuple[Operation, ...] = ()  # done to the maps of the layer below, in this order

    @property
    def first(self) -> bool:
        """Whether this is the first layer of its block: a pooling comes before it, except in block 1."""
        return self.conv == 1

    @property
    def scale(self) -> int:
        """The block of VGG16 whose fields are most like this layer's: 1 to 5. For VGG16, its own block."""
        return 1 + sum(self.field >= bound for bound in SCALES)

    def units(self, size: int) -> int:
        """The number of units along one side of a photograph's map, for `size` pixels (0 if no field fits)."""
        return self.within(size - self.offset)

    def within(self, size: int) -> int:
        """The number of units along one side of a square of `size` pixels at whose edge the first unit begins."""
        return max((size - self.field) // self.stride + 1, 0)


class Window(NamedTuple):
    """A half-open rectangle of input pixels: rows top to bottom - 1, columns left to right - 1."""

    top: int
    left: int
    bottom: int
    right: int


def window(layer: Layer, row: int, column: int) -> Window:
    """The receptive field of unit (row, column) of a photograph's map: `layer.field` pixels on a side."""
    top, left = layer.offset + row * layer.stride, layer.offset + column * layer.stride
    return Window(top, left, top + layer.field, left + layer.field)


def around(step: int) -> tuple[tuple[int, int], ...]:
    """Top and left of the crops `step` down, up, right and left of the middle, in a square with margins of `step`."""
    return (2 * step, step), (0, step), (step, 2 * step), (step, 0)


class Step(NamedTuple):
    """One operation of an architecture, as it stands there."""

    kind: str  # convolution | max | average | padding | affine | an activation
    size: int = 1  # of the kernel or the window
    stride: int = 1
    same: bool = False  # whether it pads with zeros, as Keras' `same` does
    before: int = 0  # padding: rows and columns of zeros at top and left ...
    after: int = 0  # ... and at bottom and right
    name: str = ""  # of a convolution
    filters: int = 0  # of a convolution
    numbers: tuple[float, ...] = ()


def lay_out(steps: Iterable[Step], side: int) -> tuple[Layer, ...]:
    """The layers of a chain of operations, for photographs of `side` pixels.

    The units of a photograph are those of the trained network whose whole field lies on it. With `same`, the network
    has more units, at the border, and the first that counts may stand at any place of the stride's grid. So each
    operation leaves out the rows and columns of its input, less than its stride, that only border units see.
    """
    layers: list[Layer] = []
    below: list[Operation] = []
    block, conv, narrowed = 1, 0, False
    field, stride, start = 1, 1, 0  # `start`: where the window of the trained network's unit 0 begins, in pixels
    units, first = side, 0  # of the trained network's map, and the first of them that counts
    for step in steps:
        if step.kind == "padding":
            units, first, start = units + step.before + step.after, first + step.before, start - stride * step.before
            continue
        if step.kind not in ("convolution", "max", "average"):
            below.append(Operation(step.kind, numbers=step.numbers))
            continue
        padded = max((-(-units // step.stride) - 1) * step.stride + step.size - units, 0) if step.same else 0
        at = -(-(first + padded // 2) // step.stride)  # the first unit whose inputs all count
        crop = at * step.stride - padded // 2 - first
        units, first = (units + padded - step.size) // step.stride + 1, at
        start -= stride * (padded // 2)
        field += (step.size - 1) * stride
        stride *= step.stride
        narrowed = narrowed or step.stride > 1
        if step.kind != "convolution":
            below.append(Operation(step.kind, step.size, step.stride, crop))
            continue
        block, conv = (block + 1, 1) if narrowed and layers else (block, conv + 1)
        offset = start + first * stride
        layers.append(
            Layer(
                *(step.name, block, conv, len(layers), step.filters, stride, field, offset),
                *(step.size, step.stride, crop, tuple(below)),
            )
        )
        below, narrowed = [], False
    return tuple(layers)


def vgg(convolutions: Iterable[int], filters: Iterable[int], *, same: bool = True) -> Iterator[Step]:
    """The operations of a VGG: `convolutions` of each block, and output channels of the layers from the first on.

    Fewer numbers than layers give the first layers only.
    """
    names = [f"block{block}_conv{conv}" for block, n in enumerate(convolutions, 1) for conv in range(1, n + 1)]
    for depth, (name, width) in enumerate(zip(names, filters, strict=False)):
        if depth:
            yield Step("relu")
        if depth and name.endswith("_conv1"):
            yield Step("max", 2, 2)
        yield Step("convolution", 3, same=same, name=name, filters=width)


def vgg16(filters: Iterable[int] | None = None) -> tuple[Layer, ...]:
    """The layers of VGG16, or of a VGG16 of another width.

    `filters`: output channels of the layers from the first on; fewer than 13 numbers give the first layers only. Units
    are those of the network without its padding, so they begin at a photograph's edge: the atlas of VGG16 has shown
    these from its first version on, and stores and addresses keep them. Other networks' units are those of `lay_out`.
    """
    widths = [width for width, n in zip(FILTERS, CONVOLUTIONS, strict=True) for _ in range(n)]
    return lay_out(vgg(CONVOLUTIONS, widths if filters is None else filters, same=False), SIDE)


LAYERS = vgg16()


def multiply_adds(layers: Iterable[Layer], layer: Layer, side: int, *, torus: bool = False, own: bool = False) -> int:
    """Multiply-adds of a forward pass up to a layer for one picture of `side` pixels; `own`: with one filter of it."""
    total, inputs = 0, 3
    for below in layers:
        units = side // below.stride if torus else below.units(side)
        filters = 1 if own and below.name == layer.name else below.filters
        total += units * units * below.kernel**2 * inputs * filters
        inputs = below.filters
        if below.name == layer.name:
            break
    return total


def least_side(layers: Iterable[Layer]) -> int:
    """The side in pixels of the smallest photograph on which every layer has a unit."""
    return max(layer.offset + layer.field for layer in layers)


def fit(steps: Iterable[Step], side: int) -> tuple[int, tuple[Layer, ...]]:
    """The side of photographs, at least `side`, on which every layer of a chain has a unit; and the layers."""
    chain = list(steps)
    while side < (need := least_side(layers := lay_out(chain, side))):
        side = need
    return side, layers

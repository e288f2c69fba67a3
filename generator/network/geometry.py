"""VGG16's convolutional layers and the receptive fields of their units, in pixels of the network's input.

Every activation in the atlas is computed without zero padding: a unit exists only where its whole receptive field lies
on the picture. So unit (row, column) of a layer sees exactly the window that starts at (row * stride, column * stride),
and nothing that a page shows is caused by a border.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

CONVOLUTIONS = (2, 2, 3, 3, 3)  # per block, each followed by a 2 x 2 max pooling (Simonyan & Zisserman 2014, column D)
FILTERS = (64, 128, 256, 512, 512)  # of each layer in the block


@dataclass(frozen=True)
class Layer:
    """One convolutional layer: 3 x 3 kernels, stride 1, ReLU."""

    name: str  # Keras' name, e.g. block3_conv1
    block: int  # 1 to 5
    conv: int  # within its block, from 1
    depth: int  # within the network, from 0
    filters: int  # output channels
    stride: int  # input pixels between neighbouring units
    field: int  # receptive field: the side of the window that a unit sees, in input pixels

    @property
    def first(self) -> bool:
        """Whether this is the first layer of its block: a pooling comes before it, except in block 1."""
        return self.conv == 1

    def units(self, size: int) -> int:
        """The number of units along one side of the map, for a picture of `size` pixels (0 if no field fits)."""
        for block, convolutions in enumerate(CONVOLUTIONS, start=1):
            size = size // 2 if block > 1 else size
            size -= 2 * (self.conv if block == self.block else convolutions)
            if block == self.block:
                break
        return max(size, 0)


class Window(NamedTuple):
    """A half-open rectangle of input pixels: rows top to bottom - 1, columns left to right - 1."""

    top: int
    left: int
    bottom: int
    right: int


def window(layer: Layer, row: int, column: int) -> Window:
    """The receptive field of unit (row, column) of the layer's map: `layer.field` pixels on a side."""
    top, left = row * layer.stride, column * layer.stride
    return Window(top, left, top + layer.field, left + layer.field)


def around(step: int) -> tuple[tuple[int, int], ...]:
    """Top and left of the crops `step` down, up, right and left of the middle, in a square with margins of `step`."""
    return (2 * step, step), (0, step), (step, 2 * step), (step, 0)


def vgg16(filters: Iterable[int] | None = None) -> tuple[Layer, ...]:
    """The layers of VGG16, or of a VGG16 of another width.

    `filters`: output channels of the layers from the first on; fewer than 13 numbers give the first layers only.
    """
    names = [(block, conv) for block, n in enumerate(CONVOLUTIONS, start=1) for conv in range(1, n + 1)]
    widths = [FILTERS[block - 1] for block, _ in names] if filters is None else list(filters)
    layers = []
    field, stride = 1, 1
    for depth, ((block, conv), width) in enumerate(zip(names, widths, strict=False)):
        if conv == 1 and block > 1:  # the pooling before: the field grows by one old stride, and the stride doubles
            field, stride = field + stride, stride * 2
        field += 2 * stride
        layers.append(Layer(f"block{block}_conv{conv}", block, conv, depth, width, stride, field))
    return tuple(layers)


LAYERS = vgg16()


def multiply_adds(layers: Iterable[Layer], layer: Layer, side: int, *, torus: bool = False, own: bool = False) -> int:
    """Multiply-adds of a forward pass up to a layer for one picture of `side` pixels; `own`: with one filter of it."""
    total, inputs = 0, 3
    for below in layers:
        units = side // below.stride if torus else below.units(side)
        filters = 1 if own and below.name == layer.name else below.filters
        total += units * units * 9 * inputs * filters
        inputs = below.filters
        if below.name == layer.name:
            break
    return total

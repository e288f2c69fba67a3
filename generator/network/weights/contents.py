"""The contents of a file of weights, before and after a VGG is recognised in them."""

from dataclasses import dataclass, field
from typing import Any

from generator.arrays import Floats
from generator.network.weights.architecture import Architecture
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import Preprocessing

Pairs = dict[str, tuple[Floats, Floats]]  # layer name: (kernel (3, 3, in, out), bias (out,))


@dataclass(frozen=True)
class Contents:
    """The parts of a file."""

    parts: list[Part]
    config: Any = None  # Keras' description of the architecture, if the file has one
    graph: Architecture | None = None  # the architecture, if it can be read
    beside: list[Any] = field(default_factory=list)  # configurations beside the file
    convention: tuple[Preprocessing, str] | None = None  # the preprocessing for files with such names, and the reason


@dataclass(frozen=True)
class Found:
    """The VGG that was found in a file."""

    pairs: Pairs
    notes: tuple[str, ...]
    expected: Preprocessing
    source: str  # how `expected` is known, for pages; "" if there is nothing to say
    unread: str | None = None  # a layer before the first convolution that could not be read

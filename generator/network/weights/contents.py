"""What is read from a file of weights, before a VGG is recognised in it."""

from dataclasses import dataclass, field
from typing import Any

from generator.arrays import Floats
from generator.network.weights.architecture import Architecture
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import Preprocessing

Pairs = dict[str, tuple[Floats, Floats]]  # layer name: (kernel (3, 3, in, out), bias (out,))


@dataclass(frozen=True)
class Contents:
    """A file as it was taken apart."""

    parts: list[Part]
    config: Any = None  # Keras' description of the architecture, if the file has one
    graph: Architecture | None = None  # the architecture, as far as it can be read
    beside: list[Any] = field(default_factory=list)  # configurations beside the file
    convention: tuple[Preprocessing, str] | None = None  # what files with such names expect, and why


@dataclass(frozen=True)
class Found:
    """What a file holds of a VGG."""

    pairs: Pairs
    notes: tuple[str, ...]
    expected: Preprocessing
    source: str  # how that is known: what pages say behind it, "" where there is nothing to say
    unread: str | None = None  # a layer in front of the first convolution that could not be read

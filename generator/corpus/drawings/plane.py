"""A plane of coordinates to draw patterns on, and the antialiased edges and noise that patterns are made of."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.corpus.drawings.colour import Colour, Pixels

Field: TypeAlias = NDArray[np.float32]  # (h, w)
Share: TypeAlias = NDArray[np.floating[Any]]  # (h, w), 0 to 1

SIDE = 224  # all lengths are in pixels of a picture of this side, whatever the side it is drawn at


@dataclass(frozen=True)
class Plane:
    """Coordinates of every pixel: `u` across a pattern's lines, `v` along them, in pixels of a 224 px picture.

    `angle`: how the lines (v) run, in degrees counter-clockwise from the horizontal, 0 to 180.
    `pixel`: the width of one drawn pixel, over which edges are softened.
    """

    u: Field
    v: Field
    angle: float
    pixel: float

    @property
    def size(self) -> int:
        """The side in drawn pixels."""
        return int(self.u.shape[0])


def plane(rng: np.random.Generator, size: int, *, level: bool = False, slant: float = 0.15, warp: float = 1.0) -> Plane:
    """A plane at some angle (nearly level if `level`), shifted, seen a little aslant and a little uneven."""
    angle = float(rng.normal(0, 7)) if level else float(rng.uniform(0, 180))
    axis = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(SIDE / size) - np.float32(SIDE / 2)
    x, y = axis[None, :], axis[:, None]  # (1, w), (h, 1)
    lean = rng.uniform(-slant, slant, 2) / (SIDE / 2)
    depth = np.float32(1) + np.float32(lean[0]) * x + np.float32(lean[1]) * y  # (h, w)
    cosine, sine = np.float32(np.cos(np.radians(angle))), np.float32(np.sin(np.radians(angle)))
    along, across = (x * cosine - y * sine) * depth, (x * sine + y * cosine) * depth
    wave = rng.uniform(0, 2 * np.pi, 2).astype(np.float32)
    height = np.float32(warp * rng.uniform(0, 3))
    across = across + height * np.sin(along / np.float32(35) + wave[0])
    along = along + height * np.sin(across / np.float32(35) + wave[1])
    shift = rng.uniform(0, 400, 2).astype(np.float32)
    return Plane(across + shift[0], along + shift[1], angle % 180, SIDE / size)


def centred(rng: np.random.Generator, size: int, stray: float = 60) -> tuple[Plane, Field, Field]:
    """A plane with its origin within `stray` pixels of the middle, and its radii and angles (radians)."""
    axis = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(SIDE / size) - np.float32(SIDE / 2)
    at = rng.uniform(-stray, stray, 2).astype(np.float32)
    squeeze = np.float32(rng.uniform(0.85, 1.18))
    u = np.broadcast_to((axis[:, None] - at[0]) * squeeze, (size, size))
    v = np.broadcast_to((axis[None, :] - at[1]) / squeeze, (size, size))
    return Plane(u, v, 0.0, SIDE / size), np.hypot(u, v), np.arctan2(u, v)


def fill(where: Plane, colour: Colour) -> Pixels:
    """The plane in one colour. (h, w, 3)"""
    return np.full((where.size, where.size, 3), colour, np.float32)


def blend(one: Pixels, other: Pixels | Colour, share: Share) -> Pixels:
    """`one` with `share` (h, w) of `other`, a picture or a colour, over it."""
    return np.asarray(one + (np.asarray(other, np.float32) - one) * share[:, :, None], np.float32)


def inside(distance: Field, pixel: float) -> Field:
    """1 where a signed distance (in pixels of 224) is positive, 0 where it is negative, soft over one pixel."""
    return np.asarray((distance / np.float32(pixel) + np.float32(0.5)).clip(0, 1), np.float32)


def triangle(x: Field, period: float) -> Field:
    """A triangle wave: the signed distance to the nearest edge of bars `period / 2` wide, -period/4 to period/4."""
    phase = x / np.float32(period)
    return np.asarray(
        (np.float32(0.25) - np.abs(phase - np.floor(phase) - np.float32(0.5))) * np.float32(period), np.float32
    )


def cells(x: Field, side: float) -> tuple[NDArray[np.int32], Field]:
    """Which cell of length `side` each x lies in, and where in it: -side/2 to side/2."""
    number = np.floor(x / np.float32(side))
    return number.astype(np.int32), x - (number + np.float32(0.5)) * np.float32(side)


def lottery(rng: np.random.Generator, *numbers: NDArray[np.int32]) -> Field:
    """One random number of 0 to 1 for each cell, given by its integer coordinates; other numbers at each call."""
    return drawn_from(rng.random(1024, np.float32), *numbers)


def drawn_from(tickets: Field, *numbers: NDArray[np.int32]) -> Field:
    """For each cell one of 1,024 tickets, always the same."""
    mixed = numbers[0] * np.int32(7919)
    for factor, number in zip((104729, 1299709), numbers[1:], strict=False):
        mixed = mixed ^ (number * np.int32(factor))
    return np.asarray(tickets[mixed & 1023])


def noise(rng: np.random.Generator, size: int, grain: float, octaves: int = 1) -> Field:
    """Smooth noise of about -1 to 1 whose blobs are `grain` pixels (of 224) apart; each octave adds finer detail."""
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        count = int(min(max(SIDE / grain * 2**octave, 1), size)) + 3
        knots = rng.uniform(-1, 1, (count, count)).astype(np.float32)
        box = (1, 1, count - 1, count - 1)  # bicubic needs a neighbour beyond each side
        total += np.asarray(Image.fromarray(knots).resize((size, size), Image.Resampling.BICUBIC, box)) / 2**octave
    return total

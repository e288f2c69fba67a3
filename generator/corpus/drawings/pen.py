"""A pen that draws filled and stroked shapes in a thing's own units, whatever its place, size and turn on the paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.corpus.drawings.colour import Colour
from generator.corpus.drawings.plane import SIDE

FINER = 3  # drawn this many times finer in both directions and averaged down: smooth edges
Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """Where a thing is: its unit in pixels (of 224), its turn in degrees clockwise, maybe mirrored and squeezed."""

    x: float
    y: float
    unit: float
    turn: float
    mirrored: bool
    squeeze: float

    def matrix(self) -> NDArray[np.float64]:
        """(2, 2): from the thing's units to pixels."""
        angle = math.radians(self.turn)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        return turn @ np.diag([(-1 if self.mirrored else 1) * self.unit * self.squeeze, self.unit / self.squeeze])


class Pen:
    """Draws in units of a thing about 2 wide and 2 high around (0, 0), y downwards, on transparent paper."""

    def __init__(self, size: int, pose: Pose) -> None:
        self.image = Image.new("RGBA", (size * FINER, size * FINER))
        self._draw = ImageDraw.Draw(self.image)
        self._dots = size * FINER / SIDE  # fine dots a pixel of 224
        self._matrix, self._origin = pose.matrix() * self._dots, np.array([pose.x, pose.y]) * self._dots
        self._width = pose.unit * self._dots

    def polygon(self, points: Sequence[Point] | NDArray[np.float64], colour: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon(self._placed(points), fill=_bytes(colour))

    def blob(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled closed curve that passes smoothly through the points (Catmull-Rom)."""
        self.polygon(smooth([*points], closed=True), colour)

    def stroke(self, points: Sequence[Point] | NDArray[np.float64], width: float, colour: Colour) -> None:
        """A line through the points with round joints and ends."""
        placed, thick = self._placed(points), max(width * self._width, 1.0)
        self._draw.line(placed, fill=_bytes(colour), width=max(round(thick), 1), joint="curve")
        for x, y in (placed[0], placed[-1]) if thick > FINER else ():
            self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=_bytes(colour))

    def curve(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A smooth line through the points."""
        self.stroke(smooth([*points], closed=False), width, colour)

    def ellipse(self, x: float, y: float, across: float, down: float, colour: Colour, turn: float = 0) -> None:
        """A filled ellipse with these half axes, turned by degrees."""
        self.polygon(oval(x, y, across, down, turn), colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.polygon(oval(x, y, radius, radius), colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: Colour) -> None:
        """A circle's line."""
        self.stroke(oval(x, y, radius, radius), width, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def stamp(self, mask: Image.Image, colour: Colour) -> None:
        """Colour through a mask whose whole is the square from (-1, -1) to (1, 1)."""
        side = self.image.width
        scale = np.linalg.inv(self._matrix) * mask.width / 2
        start = mask.width / 2 - scale @ self._origin
        affine = (*scale[0], start[0], *scale[1], start[1])
        placed = mask.transform((side, side), Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR)
        self.image.paste(_bytes(colour), (0, 0), placed)

    def _placed(self, points: Sequence[Point] | NDArray[np.float64]) -> list[tuple[float, float]]:
        placed = np.asarray(points, np.float64) @ self._matrix.T + self._origin
        return [(float(x), float(y)) for x, y in placed]


def oval(x: float, y: float, across: float, down: float, turn: float = 0, count: int = 40) -> NDArray[np.float64]:
    """Points of an ellipse. (count + 1, 2)"""
    angles, tilt = np.linspace(0, 2 * np.pi, count + 1), math.radians(turn)
    right, low = across * np.cos(angles), down * np.sin(angles)
    return np.stack(
        [x + right * math.cos(tilt) - low * math.sin(tilt), y + right * math.sin(tilt) + low * math.cos(tilt)], 1
    )


def around(count: int, radius: float, start: float = 0.0) -> list[Point]:
    """`count` points on a circle, the first at `start` degrees from the top, clockwise."""
    angles = [math.radians(start - 90 + 360 * step / count) for step in range(count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def star(points: int, radius: float, inner: float, start: float = 0.0) -> list[Point]:
    """The corners of a star."""
    outside, between = around(points, radius, start), around(points, radius * inner, start + 180 / points)
    return [corner for two in zip(outside, between, strict=True) for corner in two]


def smooth(points: Iterable[Point], *, closed: bool, steps: int = 8) -> NDArray[np.float64]:
    """Points of a Catmull-Rom spline through the given ones."""
    given = np.asarray(list(points), np.float64)
    ends = (given[-1:], given[:2]) if closed else (given[:1], given[-1:])
    padded = np.concatenate([ends[0], given, ends[1]])
    before, here, after, beyond = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    b, h, a, y = before[:, None], here[:, None], after[:, None], beyond[:, None]
    curve = 0.5 * (2 * h + (a - b) * t + (2 * b - 5 * h + 4 * a - y) * t**2 + (3 * h - b - 3 * a + y) * t**3)
    return np.concatenate([curve.reshape(-1, 2), given[:1] if closed else given[-1:]])


def _bytes(colour: Colour) -> tuple[int, int, int, int]:
    return round(colour[0] * 255), round(colour[1] * 255), round(colour[2] * 255), 255

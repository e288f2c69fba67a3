"""A picture beside itself: a little changed, and without one of its parts. Pure NumPy and Pillow.

Both tell what a visualization is worth: how much of its activation stays under changes that nobody would mind, and how
much of what is in it could go. To look at every variant costs as much as a climb, so some are spared where the number
that a page states hardly depends on them; BEND and `of_torus` say how far off it may be.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from generator.arrays import Floats, Pixels
from generator.ascent import frequency_bands
from generator.network.geometry import around

UNNEEDED = 0.02  # a component is not needed if its removal costs less than this share of the activation
NEGLIGIBLE = 0.001  # a component with less than this share of the variance is not looked at: it could not matter
# What a component is worth to first order, its product with the gradient, decides where it is far from UNNEEDED. It is
# wrong where the component is large, so BEND times its share of the variance may be missing. Of twelve filters (100 to
# 111) of each of five layers from block2_conv1 to block5_conv1, both objectives, no picture's unneeded share moved by
# more than 1.3 percentage points, and 2 to 6 components in place of 5 to 15 were looked at.
BEND = 4.0
SURELY = 0.05  # of the activation: what is worth this much to first order is needed
ANGLE = 5.0  # degrees
QUALITY = 75  # of the JPEG
TORUS_WEIGHTS = (2, 2, 2, 1)


def shift(side: int) -> int:
    """By how many pixels a picture is shifted."""
    return max(1, side // 16)


def framed(picture: Pixels) -> Floats:
    """The picture with what comes into view when it is shifted: its edge, repeated."""
    by = shift(picture.shape[0])
    return np.pad(picture.astype(np.float32), ((by, by), (by, by), (0, 0)), mode="edge")


def shifted(picture: Pixels) -> list[Floats]:
    """The picture down, up, right and left by `shift`, as `Network.shifted` has it."""
    by, side, whole = shift(picture.shape[0]), picture.shape[0], framed(picture)
    return [whole[top : top + side, left : left + side] for top, left in around(by)]


def turned(picture: Pixels) -> list[Floats]:
    """The picture rotated by 5 degrees either way, its edge repeated, and as a JPEG."""
    return [_rotated(picture, -ANGLE, "edge"), _rotated(picture, ANGLE, "edge"), _compressed(picture)]


def of_torus(picture: Pixels) -> list[Floats]:
    """A torus shifted down and right, rotated, and as a JPEG: as often as TORUS_WEIGHTS say they count.

    A shift stands for the one back too, and one rotation for both: what the mean over the map keeps differs by no more
    than 0.03 (measured as BEND is, and on filters 240 to 247 of four layers).
    """
    image, by = picture.astype(np.float32), shift(picture.shape[0])
    down, right = (np.roll(image, -by, axis) for axis in (0, 1))
    return [down, right, _rotated(picture, ANGLE, "wrap"), _compressed(picture)]


def kept(scores: Sequence[float], activation: float, weights: Sequence[int] | None = None) -> float:
    """The mean share of the activation under the changes, each as often as it counts; 0 for a silent picture."""
    return float(np.average(np.maximum(scores, 0.0), weights=weights)) / activation if activation > 0 else 0.0


def _rotated(picture: Pixels, angle: float, rim: Literal["edge", "wrap"]) -> Floats:
    side = picture.shape[0]
    start = side // 2
    whole = np.pad(picture, ((start, start), (start, start), (0, 0)), mode=rim)
    image = Image.fromarray(whole).rotate(angle, Image.Resampling.BILINEAR)
    return np.asarray(image, np.float32)[start : start + side, start : start + side]


def _compressed(picture: Pixels) -> Floats:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=QUALITY)
    return np.asarray(Image.open(file), np.float32)


@dataclass(frozen=True)
class Parts:
    """What is known of a picture's components of colour and octave without looking at it again."""

    idle: float  # the share of the variance in components that could surely go
    doubtful: list[tuple[float, Floats]]  # of every other that might: its share, and the picture without it


def parts(picture: Pixels, gradient: Floats, activation: float) -> Parts:
    """The components of a picture. `gradient`: that of the activation, (side, side, 3)."""
    if activation <= 0:
        return Parts(0.0, [])
    image, idle, doubtful = picture.astype(np.float32), 0.0, []
    for part, share in zip(*frequency_bands.components(picture), strict=True):
        worth = float(np.vdot(gradient, part)) / activation
        if share <= NEGLIGIBLE or worth > SURELY:
            continue
        if worth + BEND * share < UNNEEDED and worth < UNNEEDED / 2:
            idle += float(share)
        else:
            doubtful.append((float(share), image - part))
    return Parts(idle, doubtful)


def unneeded(own: Parts, scores: Sequence[float], activation: float) -> float:
    """The share of the variance in components that could go. `scores`: of the picture without each doubtful one."""
    pairs = zip(own.doubtful, scores, strict=True)
    return own.idle + sum((share for (share, _), score in pairs if score >= (1 - UNNEEDED) * activation), 0.0)

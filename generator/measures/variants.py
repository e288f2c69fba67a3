"""Variants of a picture: slightly changed, or without one of its components. Pure NumPy and Pillow.

They tell how much of its activation a picture keeps under changes that a viewer would hardly notice, and how much of it
is not needed. To score every variant costs as much as a climb. So some variants are not scored, if the number on the
page hardly depends on them; BEND and `of_torus` give the error.
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
NEGLIGIBLE = 0.001  # components with less than this share of the variance are not scored: they cannot matter
# To first order, a component is worth its product with the gradient. That decides, unless it is close to UNNEEDED. For
# large components it is wrong: up to BEND times their share of the variance may be missing. For twelve filters (100 to
# 111) in each of five layers from block2_conv1 to block5_conv1, and both objectives, no picture's unneeded share moved
# by more than 1.3 percentage points, and 2 to 6 components were scored instead of 5 to 15.
BEND = 4.0
SURELY = 0.05  # share of the activation: a component that is worth this much to first order is needed
ANGLE = 5.0  # degrees
QUALITY = 75  # of the JPEG
TORUS_WEIGHTS = (2, 2, 2, 1)


def shift(side: int) -> int:
    """The size of a shift, in pixels."""
    return max(1, side // 16)


def framed(picture: Pixels) -> Floats:
    """The picture with a margin for shifts: its edge, repeated."""
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
    """A torus shifted down and right, rotated, and as a JPEG. TORUS_WEIGHTS are their weights in the mean.

    Each shift also stands for the opposite one, and one rotation for both. The share of the activation that is kept
    differs by no more than 0.03 (measured as for BEND, and on filters 240 to 247 of four layers).
    """
    image, by = picture.astype(np.float32), shift(picture.shape[0])
    down, right = (np.roll(image, -by, axis) for axis in (0, 1))
    return [down, right, _rotated(picture, ANGLE, "wrap"), _compressed(picture)]


def robustness(scores: Sequence[float], activation: float, weights: Sequence[int] | None = None) -> float:
    """The weighted mean of the variants' scores, as a share of the activation; 0 for a silent picture."""
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
class Components:
    """What the gradient tells about a picture's components of colour and octave."""

    idle: float  # the share of the variance in components that are surely not needed
    doubtful: list[tuple[float, Floats]]  # of each component that has to be scored: its share, the picture without it


def components(picture: Pixels, gradient: Floats, activation: float) -> Components:
    """The components of a picture. `gradient`: of the activation, (side, side, 3)."""
    if activation <= 0:
        return Components(0.0, [])
    image, idle, doubtful = picture.astype(np.float32), 0.0, []
    for part, share in zip(*frequency_bands.components(picture), strict=True):
        worth = float(np.vdot(gradient, part)) / activation
        if share <= NEGLIGIBLE or worth > SURELY:
            continue
        if worth + BEND * share < UNNEEDED and worth < UNNEEDED / 2:
            idle += float(share)
        else:
            doubtful.append((float(share), image - part))
    return Components(idle, doubtful)


def unneeded(own: Components, scores: Sequence[float], activation: float) -> float:
    """The share of the variance in components that are not needed. `scores`: without each doubtful component."""
    pairs = zip(own.doubtful, scores, strict=True)
    return own.idle + sum((share for (share, _), score in pairs if score >= (1 - UNNEEDED) * activation), 0.0)

"""A picture beside itself: a little changed, and without one of its parts. Pure NumPy and Pillow.

Both tell what a visualization is worth: how much of its activation stays under changes that nobody would mind, and how
much of what is in it could go. To look at every variant costs as much as a climb, so some are spared where the number
that a page states hardly depends on them; `Limits` and `changes` say how far off it may be.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator import octaves

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

Picture = NDArray[np.uint8]  # (side, side, 3), RGB
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Change:
    """A picture a little changed, and how many changes it stands for."""

    image: Floats
    weight: int = 1


def changes(picture: Picture, torus: bool) -> list[Change]:
    """Shifts by a sixteenth of the side, rotations by 5 degrees and a JPEG of a picture, in its size. Seven in all.

    A torus shifts around, else the edge repeats. Of a torus a shift stands for the one back too, and one rotation for
    both: what the mean over its map keeps differs by no more than 0.02 (measured as BEND is).
    """
    image = picture.astype(np.float32)
    side = image.shape[0]
    by, start = max(1, side // 16), side // 2
    around = ((start, start), (start, start), (0, 0))
    rim: Floats = np.pad(image, around, mode="wrap") if torus else np.pad(image, around, mode="edge")
    shifts = ((by, 0), (0, by)) if torus else ((by, 0), (-by, 0), (0, by), (0, -by))
    angles = (ANGLE,) if torus else (-ANGLE, ANGLE)
    whole = Image.fromarray(np.round(rim).astype(np.uint8))
    turned = [np.asarray(whole.rotate(angle, Image.Resampling.BILINEAR), np.float32) for angle in angles]
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=QUALITY)
    return [
        *(Change(rim[start + y : start + y + side, start + x : start + x + side], 4 // len(shifts)) for y, x in shifts),
        *(Change(one[start : start + side, start : start + side], 2 // len(angles)) for one in turned),
        Change(np.asarray(Image.open(file), np.float32)),
    ]


def kept(changed: Sequence[Change], scores: Sequence[float], activation: float) -> float:
    """The mean share of the activation under the changes, each as often as it counts; 0 for a silent picture."""
    if activation <= 0:
        return 0.0
    weights = [change.weight for change in changed]
    return float(np.average(np.maximum(scores, 0.0), weights=weights)) / activation


@dataclass(frozen=True)
class Parts:
    """What is known of a picture's components of colour and octave without looking at it again."""

    idle: float  # the share of the variance in components that could surely go
    doubtful: list[tuple[float, Floats]]  # of every other that might: its share, and the picture without it


def parts(picture: Picture, gradient: Floats, activation: float) -> Parts:
    """The components of a picture. `gradient`: that of the activation, (side, side, 3)."""
    if activation <= 0:
        return Parts(0.0, [])
    image, idle, doubtful = picture.astype(np.float32), 0.0, []
    for part, share in zip(*octaves.components(picture), strict=True):
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

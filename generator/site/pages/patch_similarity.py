"""Compares a filter's patches with its texture: how many have lines of the same direction, or the same hue."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from generator.site.pages.appearance import Look, look
from generator.site.records import Filter
from generator.store.artifacts import Store

WITHIN = {"direction": 22.5, "hue": 45}  # degrees: smaller differences count as equal
SOME_LINES = 25  # of 100: below this agreement, the lines of a patch have no direction
SOME_COLOUR = 4  # of 100: below this, a patch is grey
MOST = 6  # of nine patches: from this number on, picture and patches agree


def turn(one: float, other: float, circle: int) -> float:
    """The smaller angle between two directions on a circle of `circle` degrees."""
    apart = abs(one - other) % circle
    return min(apart, circle - apart)


def directions(this: Filter, direction: float, store: Store) -> int:
    """The number of patches whose lines run within 22.5 degrees of a direction."""
    found = _seen(this, store)
    return sum(own.lines >= SOME_LINES and turn(own.direction, direction, 180) <= WITHIN["direction"] for own in found)


def hues(this: Filter, hue: float, store: Store) -> int:
    """The number of patches whose strongest colours are within 45 degrees of a hue."""
    found = _seen(this, store)
    return sum(own.colour >= SOME_COLOUR and turn(own.hue, hue, 360) <= WITHIN["hue"] for own in found)


def _seen(this: Filter, store: Store) -> list[Look]:
    """The looks of the receptive fields of a filter's patches."""
    payload = store.read(this.patches.picture.key) if this.patches else None
    if payload is None or this.patches is None:
        return []
    strip: npt.NDArray[np.uint8] = np.asarray(Image.open(io.BytesIO(payload)).convert("RGB"))
    tile = this.patches.tile
    fields = [patch.field for patch in this.patches.patches]
    return [
        look(strip[field.top : field.bottom, place * tile + field.left : place * tile + field.right], torus=False)
        for place, field in enumerate(fields)
    ]

"""The procedural pictures: a class, its drawing, and the truth about it, all decided by a seed and an index.

Picture `index` of a seed is of class `index % number of classes`, so names and labels cost nothing. Two families of
classes are drawn in two ways: a pattern fills the picture, a thing stands before a background.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.corpus.drawings import animals, built, insects, lines, nature, signs, surfaces
from generator.corpus.drawings.lines import Drawn, Rng, Truth
from generator.corpus.drawings.pen import Pen, Pose
from generator.corpus.drawings.plane import SIDE
from generator.corpus.drawings.scene import background, photograph, stage

PATTERNS: dict[str, Callable[[Rng, int], Drawn]] = {
    "grating": lines.grating,
    "stripes": lines.stripes,
    "zigzag": lines.zigzag,
    "ripples": lines.ripples,
    "rings": lines.rings,
    "spiral": lines.spiral,
    "rays": lines.rays,
    "checks": lines.checks,
    "plaid": lines.plaid,
    "lattice": lines.lattice,
    "zebra": lines.zebra,
    "dots": surfaces.dots,
    "bricks": surfaces.bricks,
    "scales": surfaces.scales,
    "weave": surfaces.weave,
    "honeycomb": surfaces.honeycomb,
    "mosaic": surfaces.mosaic,
    "wood": surfaces.wood,
    "marble": surfaces.marble,
    "leopard": surfaces.leopard,
    "bubbles": surfaces.bubbles,
    "tiles": surfaces.tiles,
}
UPRIGHT: dict[str, Callable[[Rng, Pen], Truth]] = {  # things that the world holds upright
    "letters": signs.letters,
    "smiley": signs.smiley,
    "clock": signs.clock,
    "eye": signs.eye,
    "tree": nature.tree,
    "mushroom": nature.mushroom,
    "cactus": nature.cactus,
    "fish": animals.fish,
    "bird": animals.bird,
    "cat": animals.cat,
    "owl": animals.owl,
    "snail": animals.snail,
    "house": built.house,
    "windows": built.windows,
    "bicycle": built.bicycle,
    "car": built.car,
    "boat": built.boat,
    "balloon": built.balloon,
    "umbrella": built.umbrella,
    "die": built.die,
}
TURNED: dict[str, Callable[[Rng, Pen], Truth]] = {  # things that lie any way round
    "polygons": signs.polygons,
    "stars": signs.stars,
    "hearts": signs.hearts,
    "arrows": signs.arrows,
    "gear": signs.gear,
    "flower": nature.flower,
    "leaf": nature.leaf,
    "butterfly": insects.butterfly,
    "ladybird": insects.ladybird,
    "wheel": built.wheel,
}
_CLASSES = (*PATTERNS, *UPRIGHT, *TURNED)


@dataclass(frozen=True)
class Picture:
    """One picture and what is known about it.

    `truth` always has `class`; patterns of lines have `orientation` (degrees counter-clockwise from the horizontal in
    which the lines run, 0 to 180, or 0 to 90 for crossing lines) and `scale` (the period in pixels of a 224 px
    picture); things have `size` (pixels) and `turn` (degrees clockwise). Colours are #rrggbb before light and camera.
    """

    pixels: NDArray[np.uint8]  # (size, size, 3) RGB
    label: str
    truth: dict[str, float | str]


def classes() -> tuple[str, ...]:
    """The names of all classes, in the order of the labels."""
    return _CLASSES


def label(index: int) -> str:
    """The class of a picture, known without drawing it."""
    return _CLASSES[index % len(_CLASSES)]


def photographs(count: int) -> list[tuple[str, str]]:
    """Names (a relative path as of a folder a class) and labels of the first `count` pictures of any seed."""
    return [(f"{label(index)}/{index:05d}.png", label(index)) for index in range(count)]


def draw(seed: int, index: int, size: int = SIDE) -> Picture:
    """Picture `index` of the endless series that a seed stands for; the same bytes each time. uint8 (size, size, 3)"""
    rng = np.random.default_rng([seed, index])
    name = label(index)
    if name in PATTERNS:
        pixels, truth = PATTERNS[name](rng, size)
    else:
        pixels, truth = _thing(rng, name, size)
    return Picture(photograph(rng, pixels), name, {"class": name, **truth})


def _thing(rng: Rng, name: str, size: int) -> Drawn:
    upright = name in UPRIGHT
    unit = float(rng.uniform(0.28, 0.45)) * SIDE
    room = max(SIDE / 2 - 1.12 * unit, 0) + 4
    x, y = (SIDE / 2 + rng.uniform(-room, room, 2)).tolist()
    turn = float(rng.normal(0, 8) if upright else rng.uniform(0, 360))
    mirrored = bool(rng.random() < 0.5) and name != "letters"
    behind = background(rng, size)
    pen = Pen(size, Pose(x, y, unit, turn, mirrored, float(rng.uniform(0.92, 1.09))))
    truth = (UPRIGHT if upright else TURNED)[name](rng, pen)
    return stage(rng, behind, pen.image), {**truth, "size": 2 * unit, "turn": turn}

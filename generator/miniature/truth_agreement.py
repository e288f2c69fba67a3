"""Counts the clearly tuned filters whose pictures show the preferred property, and how many would by chance."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.miniature.truth import Floats, Mask, Preference, apart
from generator.miniature.truth_reading import shown, windowed

SAME = {"orientation": 20.0, "period": 0.6, "hue": 45.0}  # greatest differences of equal values: degrees, octaves
STRENGTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
ORANGE = 60.0  # degrees on Oklab's colour plane; blue is opposite
TILE, COLUMNS = 128, 10  # of a sheet: pixels, pictures per row

Pictures: TypeAlias = dict[int, NDArray[np.uint8]]  # filter: (canvas, canvas, 3)


@dataclass(frozen=True, eq=False)
class Case:
    """One clearly tuned filter, and the property that its picture shows."""

    layer: str
    name: str  # orientation | period | hue
    filter: int
    wanted: float  # degrees or pixels
    shows: float  # in the same unit; NaN if the picture does not have the property
    strength: float  # of the tuning, 0 to 1
    chance: float  # share of the other clearly tuned filters' pictures that show `wanted`
    raised: float  # the activation by the picture as a multiple of that by the best probe
    pixels: NDArray[np.uint8]

    @property
    def agrees(self) -> bool:
        """Whether the picture shows the preferred value."""
        return same(self.name, self.wanted, self.shows)

    def __str__(self) -> str:
        return (
            f"{self.layer}/{self.filter} {self.name} {self.wanted:.0f} (strength {self.strength:.2f}), "
            f"shows {self.shows:.0f}, excites {self.raised:.1f} times as much as the best probe"
        )


def same(name: str, wanted: float, shows: float) -> bool:
    """Whether two orientations, periods or hues count as equal."""
    return not math.isnan(shows) and bool(apart(name, wanted, shows) <= SAME[name])


def cases(
    layer: str,
    tuned: dict[str, Preference],
    clear: dict[str, Mask],
    pictures: Pictures,
    raised: Floats,
    *,
    borders: bool,
) -> list[Case]:
    """A case for each property for which a filter of the layer is clearly tuned.

    `raised`: (filters,), see Case; `borders`: whether the pictures are not tori.
    """
    framed = {one: windowed(pixels) if borders else pixels for one, pixels in pictures.items()}

    @functools.cache
    def reading(other: int, period: float) -> dict[str, float]:
        return {**shown(framed[other], period), "hue": shown(pictures[other], period)["hue"]}

    found = []
    for name, mask in clear.items():
        chosen = np.flatnonzero(mask).tolist()
        for one in chosen:
            wanted, period = float(tuned[name].best[one]), float(tuned["period"].best[one])
            others = [same(name, wanted, reading(other, period)[name]) for other in chosen if other != one]
            chance = float(np.mean(others)) if others else 0.0
            shows, strength = reading(one, period)[name], float(tuned[name].strength[one])
            found.append(Case(layer, name, one, wanted, shows, strength, chance, float(raised[one]), pictures[one]))
    return found


def summary(some: Sequence[Case]) -> str:
    """For example: 9/10 (90 %, chance 24 %)."""
    if not some:
        return "none tuned"
    agree = sum(case.agrees for case in some)
    chance = sum(case.chance for case in some) / len(some)
    return f"{agree}/{len(some)} ({agree / len(some):.0%}, chance {chance:.0%})"


def by_property(some: Sequence[Case]) -> str:
    """The summary of each property."""
    return "; ".join(f"{name} {summary([case for case in some if case.name == name])}" for name in SAME)


def by_strength(some: Sequence[Case]) -> str:
    """The summary of the cases with at least a certain strength; one line per strength and property."""
    lines = []
    for name in SAME:
        for least in STRENGTHS:
            strong = [case for case in some if case.name == name and case.strength >= least]
            if strong:
                lines.append(f"{name}, strength {least} and more: {summary(strong)}")
    return "\n".join(lines)


def by_axis(some: Sequence[Case]) -> str:
    """The summary of hues near orange or blue, and of all others.

    The colours of photographs vary most between orange and blue, and so do the colours of a climb. It reaches green and
    magenta in steps that are several times smaller.
    """
    hues = [case for case in some if case.name == "hue"]
    near = [case for case in hues if apart("hue", 2 * case.wanted, 2 * ORANGE) <= 90]  # doubled: blue is opposite
    return f"hues near orange or blue {summary(near)}; others {summary([case for case in hues if case not in near])}"


def sheet(some: Sequence[Case]) -> Image.Image:
    """The pictures of these cases, each with its preferred and its shown value."""
    rows = max(1, math.ceil(len(some) / COLUMNS))
    image = Image.new("RGB", (COLUMNS * (TILE + 4), rows * (TILE + 30)), "white")
    draw = ImageDraw.Draw(image)
    for at, case in enumerate(some):
        x, y = at % COLUMNS * (TILE + 4), at // COLUMNS * (TILE + 30)
        image.paste(Image.fromarray(case.pixels).resize((TILE, TILE), Image.Resampling.NEAREST), (x, y))
        text = f"{case.layer}/{case.filter}\n{case.name} {case.wanted:.0f}: {case.shows:.0f}"
        draw.multiline_text((x, y + TILE + 1), text, 0)
    return image

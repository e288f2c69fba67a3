"""Determines the tuning of filters, by the ground truth of probe pictures.

Tuning is determined by a filter's activations on gratings with all combinations of orientation, period and hue, as in
vision research, and on blank fields: a filter that responds to these needs no grating. No TensorFlow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.corpus.drawings.colour import BLACK, WHITE, Colour, mix, oklch

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
ORIENTATIONS = np.arange(0, 180, 15.0)  # direction of the lines, degrees counter-clockwise from the horizontal
PERIODS = np.geomspace(3, 48, 9)  # pixels, half an octave apart
HUES = np.arange(0, 360, 30.0)  # degrees on Oklab's colour plane; followed by grey, and by black and white
SHAPE = (len(ORIENTATIONS), len(PERIODS), len(HUES) + 2)
GRATINGS = int(np.prod(SHAPE))
BLANK_GREYS = np.linspace(0, 1, 12)  # lightnesses of grey blank fields, followed by coloured ones
BLANK_COLOURS = ((0.35, 0.09), (0.55, 0.13), (0.78, 0.13))  # lightness and chroma
SIDE = 224  # pixels of a probe

SELECTIVE = {"orientation": 0.4, "period": 0.5, "hue": 0.3}  # least strength of a clear tuning; 1: a single response
STABLE = {"orientation": 10.0, "period": 0.5, "hue": 30.0}  # greatest difference between both halves: degrees, octaves
DRIVEN = 0.7  # share of the highest response to drawn pictures that 1 % of the gratings must reach
BLANK = 0.5  # share of that response to gratings that no blank field may reach


@dataclass(frozen=True)
class Curves:
    """The tuning curves of a layer's filters for each property."""

    orientation: Floats  # (ORIENTATIONS, filters), near the best period
    period: Floats  # (PERIODS, filters), near the best orientation
    hue: Floats  # (HUES, grey, black and white; filters), over all orientations and periods


@dataclass(frozen=True)
class Preference:
    """The preferred value of each filter of a layer, and how strong the preference is."""

    best: Floats  # (filters,) degrees or pixels
    strength: Floats  # (filters,) 0 to 1


def probes(seed: int) -> Iterator[NDArray[np.uint8]]:
    """Gratings in the order of SHAPE, with random phases and contrasts, then blank fields. (SIDE, SIDE, 3)"""
    rng = np.random.default_rng(seed)
    x, up = np.meshgrid(np.arange(SIDE), -np.arange(SIDE))
    for turn, period, hue in product(np.radians(ORIENTATIONS), PERIODS, range(SHAPE[2])):
        across = up * np.cos(turn) - x * np.sin(turn)
        share = 0.5 + 0.5 * np.sin(2 * np.pi * (across / period + rng.random()))
        paper, ink = _pair(hue)
        contrast = float(rng.uniform(0.6, 1.0))
        pixels = np.array(paper) + (np.array(mix(paper, ink, contrast)) - paper) * share[:, :, None]
        yield np.round(255 * pixels).astype(np.uint8)
    greys = [oklch(float(light), 0, 0) for light in BLANK_GREYS]
    for colour in [*greys, *(oklch(light, chroma, hue) for (light, chroma), hue in product(BLANK_COLOURS, HUES))]:
        yield np.full((SIDE, SIDE, 3), np.round(255 * np.array(colour)), np.uint8)


def _pair(hue: int) -> tuple[Colour, Colour]:
    if hue >= len(HUES):
        return ((oklch(0.78, 0.0, 0), oklch(0.35, 0.0, 0)), (WHITE, BLACK))[hue - len(HUES)]
    return oklch(0.78, 0.13, HUES[hue]), oklch(0.35, 0.09, HUES[hue])


def curves(cube: Floats, weight: Floats) -> Curves:
    """The tuning curves of responses (*SHAPE, filters), at least 0. `weight`: (*SHAPE), of each probe."""
    best = cube.mean(2)  # (orientations, periods, filters), of all probes
    joint = best + np.roll(best, 1, 0) + np.roll(best, -1, 0)
    turn, period = np.unravel_index(joint.reshape(-1, joint.shape[-1]).argmax(0), joint.shape[:2])
    steps = np.abs(np.arange(SHAPE[1])[:, None] - period) <= 1  # (periods, filters)
    turned = (np.arange(SHAPE[0])[:, None] - turn + 1) % SHAPE[0] <= 2  # (orientations, filters)
    counted = cube * weight[..., None]

    def mean(axes: tuple[int, ...], chosen: Any) -> Floats:
        return np.asarray((counted * chosen).sum(axes) / ((weight[..., None] * chosen).sum(axes) + 1e-9))

    return Curves(mean((1, 2), steps[None, :, None]), mean((0, 2), turned[:, None, None]), mean((0, 1), np.ones(1)))


def preferences(found: Curves) -> dict[str, Preference]:
    """Preferred orientation and hue: the curve's mean direction. Preferred period: the curve's peak.

    Strength for orientation: the length of the mean direction. Else 1 - (reference / peak); the reference for period is
    the mean, for hue the highest response to grey, black and white, or the opposite hue. A filter that responds to grey
    needs no colour. Black and white are tested, too, because light and dark tones of a hue differ more in one primary
    colour than those of a similar grey.
    """
    peak, hues, greys = found.period.max(0), found.hue[: len(HUES)], found.hue[len(HUES) :].max(0)
    without = np.maximum(greys, np.take_along_axis(np.roll(hues, len(HUES) // 2, 0), hues.argmax(0)[None], 0)[0])
    return {
        "orientation": _direction(found.orientation, ORIENTATIONS, 180),
        "period": Preference(PERIODS[found.period.argmax(0)], 1 - found.period.mean(0) / (peak + 1e-9)),
        "hue": Preference(_direction(hues, HUES, 360).best, 1 - without / (hues.max(0) + 1e-9)),
    }


def _direction(curve: Floats, at: Floats, turn: float) -> Preference:
    pull = np.exp(2j * np.pi * at / turn) @ curve / (curve.sum(0) + 1e-9)
    return Preference(np.angle(pull) / (2 * np.pi) * turn % turn, np.abs(pull))


def tuning(responses: Floats, natural: Floats, seed: int = 0) -> tuple[dict[str, Preference], dict[str, Mask]]:
    """The filters' preferences, and which are clear, from responses to probes and drawn pictures (pictures, filters).

    A preference is clear if three conditions hold. Both random halves of the gratings, with other phases and contrasts,
    agree on it and find it strong. Gratings excite the filter about as much as drawn pictures do; otherwise it detects
    something else. No blank field (for hue: no grey one) excites it nearly as much. Also, the period must not be the
    first or last of PERIODS, because the best one may be beyond.
    """
    cube, blanks = responses[:GRATINGS].reshape(*SHAPE, -1), responses[GRATINGS:]
    coin = (np.random.default_rng(seed).random(SHAPE) < 0.5).astype(float)
    whole, one, other = (preferences(curves(cube, weight)) for weight in (np.ones(SHAPE), coin, 1 - coin))
    high = np.quantile(responses[:GRATINGS], 0.99, axis=0)
    driven = high >= DRIVEN * natural.max(0)
    plain = {name: blanks.max(0) > BLANK * high for name in whole}
    plain["hue"] = blanks[: len(BLANK_GREYS)].max(0) > BLANK * np.maximum(high, blanks.max(0))
    clear = {
        name: driven
        & ~plain[name]
        & (np.minimum(one[name].strength, other[name].strength) >= SELECTIVE[name])
        & (apart(name, one[name].best, other[name].best) <= STABLE[name])
        for name in whole
    }
    clear["period"] &= (whole["period"].best > PERIODS[0]) & (whole["period"].best < PERIODS[-1])
    return whole, clear


def apart(name: str, one: Any, other: Any) -> Any:
    """The distance between two orientations or hues (degrees) or periods (octaves)."""
    if name == "period":
        return np.abs(np.log2(one / other))
    turn = 180.0 if name == "orientation" else 360.0
    return np.abs((one - other + turn / 2) % turn - turn / 2)

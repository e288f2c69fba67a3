"""What filters are tuned to, by the known truth of pictures, and whether their visualizations show the same.

Tuning is read off a filter's mean activations on gratings of which every orientation, period and hue meets every other,
as in a laboratory of vision. A visualization's orientation, period and hue are measured in its pixels alone. No
TensorFlow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.miniature.colour import GREY, Colour, mix, oklab, oklch

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
ORIENTATIONS = np.arange(0, 180, 15.0)  # degrees counter-clockwise from the horizontal in which lines run
PERIODS = np.geomspace(3, 48, 9)  # pixels, half an octave apart
HUES = np.arange(0, 360, 30.0)  # degrees on Oklab's colour plane; after them comes grey
SHAPE = (len(ORIENTATIONS), len(PERIODS), len(HUES) + 1)
SIDE = 224  # pixels of a probe

SELECTIVE = {"orientation": 0.4, "period": 0.5, "hue": 0.3}  # from where on a curve is clear; 1 is one answer alone.
STABLE = {"orientation": 10.0, "period": 0.5, "hue": 30.0}  # how far the halves' may lie apart: degrees, octaves
DRIVEN = 0.7  # of a filter's highest mean on drawn pictures: what one probe in a hundred must reach


@dataclass(frozen=True)
class Curves:
    """How a layer's filters answer along each property: mean activations."""

    orientation: Floats  # (ORIENTATIONS, filters), near the best period
    period: Floats  # (PERIODS, filters), near the best orientation
    hue: Floats  # (HUES and grey, filters), over all orientations and periods


@dataclass(frozen=True)
class Preference:
    """What each filter of a layer likes best, and how much it likes that better."""

    best: Floats  # (filters,) degrees or pixels
    strength: Floats  # (filters,) 0 to 1


def probes(seed: int) -> Iterator[NDArray[np.uint8]]:
    """All gratings, in the order of SHAPE, each with a phase and a contrast of its own. (SIDE, SIDE, 3)"""
    rng = np.random.default_rng(seed)
    x, up = np.meshgrid(np.arange(SIDE), -np.arange(SIDE))
    for turn, period, hue in product(np.radians(ORIENTATIONS), PERIODS, range(SHAPE[2])):
        across = up * np.cos(turn) - x * np.sin(turn)
        share = 0.5 + 0.5 * np.sin(2 * np.pi * (across / period + rng.random()))
        paper, ink = _pair(hue)
        contrast = float(rng.uniform(0.6, 1.0))
        pixels = np.array(paper) + (np.array(mix(paper, ink, contrast)) - paper) * share[:, :, None]
        yield np.round(255 * pixels).astype(np.uint8)


def _pair(hue: int) -> tuple[Colour, Colour]:
    if hue == len(HUES):
        return oklch(0.78, 0.0, 0), oklch(0.35, 0.0, 0)
    return oklch(0.78, 0.13, HUES[hue]), oklch(0.35, 0.09, HUES[hue])


def curves(cube: Floats, weight: Floats) -> Curves:
    """The curves of responses (*SHAPE, filters), 0 or more, of which some of the probes (*SHAPE) are counted."""
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
    """Orientation and hue: the curve's mean direction. Period: its peak.

    Strength: for orientation the length of the mean direction; for the others by what share the peak is above: for
    period the mean, for hue what grey, or the opposite hue if that is more, gives. Who answers to grey needs no colour.
    """
    peak, hues, grey = found.period.max(0), found.hue[:-1], found.hue[-1]
    without = np.maximum(grey, np.take_along_axis(np.roll(hues, len(HUES) // 2, 0), hues.argmax(0)[None], 0)[0])
    return {
        "orientation": _direction(found.orientation, ORIENTATIONS, 180),
        "period": Preference(PERIODS[found.period.argmax(0)], 1 - found.period.mean(0) / (peak + 1e-9)),
        "hue": Preference(_direction(hues, HUES, 360).best, 1 - without / (hues.max(0) + 1e-9)),
    }


def _direction(curve: Floats, at: Floats, turn: float) -> Preference:
    pull = np.exp(2j * np.pi * at / turn) @ curve / (curve.sum(0) + 1e-9)
    return Preference(np.angle(pull) / (2 * np.pi) * turn % turn, np.abs(pull))


def tuning(responses: Floats, natural: Floats, seed: int = 0) -> tuple[dict[str, Preference], dict[str, Mask]]:
    """What filters prefer, and which clearly, from mean activations on probes and drawn pictures (pictures, filters).

    A preference is clear if either random half of the probes, with other phases and contrasts, finds it, and finds it
    strong; and if the probes drive the filter about as much as the drawn pictures do: what is there for something else
    need not look like its favourite grating. A period must not be the first or the last asked for, for then the best
    may lie beyond.
    """
    cube = responses.reshape(*SHAPE, -1)
    coin = (np.random.default_rng(seed).random(SHAPE) < 0.5).astype(float)
    whole, one, other = (preferences(curves(cube, weight)) for weight in (np.ones(SHAPE), coin, 1 - coin))
    driven = np.quantile(responses, 0.99, axis=0) >= DRIVEN * natural.max(0)
    clear = {
        name: driven
        & (np.minimum(one[name].strength, other[name].strength) >= SELECTIVE[name])
        & (apart(name, one[name].best, other[name].best) <= STABLE[name])
        for name in whole
    }
    clear["period"] &= (whole["period"].best > PERIODS[0]) & (whole["period"].best < PERIODS[-1])
    return whole, clear


def apart(name: str, one: Any, other: Any) -> Any:
    """How far two orientations or hues (degrees) or periods (octaves) lie apart."""
    if name == "period":
        return np.abs(np.log2(one / other))
    turn = 180.0 if name == "orientation" else 360.0
    return np.abs((one - other + turn / 2) % turn - turn / 2)


def shown(pixels: NDArray[np.uint8], period: float) -> dict[str, float]:
    """The orientation, period and hue of a texture; NaN for what it has none of.

    `period`: the scale, in pixels, at which the orientation is looked for.
    """
    light, a, b = oklab(pixels / 255.0).mean((0, 1))
    hue = float(np.degrees(np.arctan2(b, a)) % 360) if np.hypot(a, b) > GREY / 2 and 0 < light < 1 else np.nan
    return {"orientation": orientation_of(pixels, period)[0], "period": period_of(pixels), "hue": hue}


def orientation_of(pixels: NDArray[np.uint8], period: float) -> tuple[float, float]:
    """How a texture's lines run (degrees counter-clockwise from the horizontal) and how much they agree (0 to 1).

    The main axis of its power spectrum within about an octave around `period`: the structure tensor's, at that scale.
    Angles are doubled, so that lines across each other cancel.
    """
    power, right, up = _spectrum(pixels)
    octaves = np.log2(np.maximum(np.hypot(right, up), 1e-6) * period)
    power = power * np.exp(-0.5 * (octaves / 0.5) ** 2)
    across = (power * np.exp(2j * np.arctan2(up, right))).sum()
    if power.sum() < 1e-6:
        return np.nan, 0.0
    return float((np.degrees(np.angle(across)) / 2 + 90) % 180), float(abs(across) / power.sum())


def period_of(pixels: NDArray[np.uint8]) -> float:
    """The period (pixels) at the peak of a texture's power per octave; NaN without contrast."""
    power, right, up = _spectrum(pixels)
    if power.sum() < 1e-6:
        return np.nan
    octave = -np.log2(np.maximum(np.hypot(right, up), 1e-6))[power > 0]
    at = np.linspace(1, np.log2(max(pixels.shape[0], 4)), 49)
    near = np.exp(-0.5 * ((octave - at[:, None]) / 0.25) ** 2)  # (places, waves)
    return float(2 ** at[(near @ power[power > 0]).argmax()])


def _spectrum(pixels: NDArray[np.uint8]) -> tuple[Floats, Floats, Floats]:
    """Power of a picture that continues on its other side, and its frequencies to the right and upwards. (h, w) each"""
    values = pixels.astype(np.float64)
    power = (np.abs(np.fft.fft2(values - values.mean((0, 1)), axes=(0, 1))) ** 2).sum(2)
    up, right = np.meshgrid(-np.fft.fftfreq(power.shape[0]), np.fft.fftfreq(power.shape[1]), indexing="ij")
    power[0, 0] = 0
    return power, right, up

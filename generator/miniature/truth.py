"""What filters are tuned to, by the known truth of pictures, and whether their visualizations show the same.

A filter's tuning is read off its mean activations on many gratings whose orientation, period and colours are known; the
visualization's orientation, period and tint are measured in its pixels alone. No TensorFlow.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.miniature.colour import from_hex, oklab
from generator.miniature.pictures import Picture

Floats: TypeAlias = NDArray[np.float64]
PERIODS = np.geomspace(6, 56, 6)  # edges of five ranges of a grating's period, in pixels


@dataclass(frozen=True)
class Probes:
    """The truth about some gratings."""

    orientation: Floats  # (probes,) degrees, 0 to 180
    period: Floats  # (probes,) pixels
    colour: Floats  # (probes, 3) Oklab, the mean of the two

    @staticmethod
    def of(pictures: list[Picture]) -> "Probes":
        """The truth that pictures of gratings carry."""
        truths = [picture.truth for picture in pictures]
        inks = oklab(np.array([[from_hex(str(truth[name])) for name in ("ink", "paper")] for truth in truths]))
        return Probes(
            np.array([float(truth["orientation"]) for truth in truths]),
            np.array([float(truth["scale"]) for truth in truths]),
            inks.mean(1),
        )


@dataclass(frozen=True)
class Tuning:
    """Preferences of a layer's filters, and how clear they are."""

    orientation: Floats  # (filters,) degrees
    oriented: Floats  # (filters,) 0 no preference, 1 answers to a single orientation
    period: NDArray[np.int64]  # (filters,) which of the ranges of PERIODS
    scaled: Floats  # (filters,) 0 to 1: how far the best range is above the mean of all
    tint: Floats  # (filters, 2) direction on Oklab's colour plane
    tinted: Floats  # (filters,) 0 to 1: the share of the answers' variance that the probes' mean tint explains


def tuning(responses: Floats, probes: Probes) -> Tuning:
    """What filters prefer, from their mean activations (probes, filters), which are 0 or more."""
    total = responses.sum(0) + 1e-9
    turns = np.exp(2j * np.radians(probes.orientation))  # an orientation and its opposite are one
    pull = turns @ responses / total
    bins = np.clip(np.searchsorted(PERIODS, probes.period) - 1, 0, len(PERIODS) - 2)
    means = np.stack([responses[bins == one].mean(0) for one in range(len(PERIODS) - 1)])  # (ranges, filters)
    tint, tinted = _tint(responses, probes)
    return Tuning(
        np.degrees(np.angle(pull)) / 2 % 180,
        np.abs(pull),
        means.argmax(0),
        1 - means.mean(0) / (means.max(0) + 1e-9),
        tint,
        tinted,
    )


def _tint(responses: Floats, probes: Probes) -> tuple[Floats, Floats]:
    """The regression of responses on the probes' mean colours: slopes on the colour plane, share of variance."""
    lab = probes.colour - probes.colour.mean(0)
    wanted = responses - responses.mean(0)
    slopes = np.linalg.lstsq(lab, wanted, rcond=None)[0]  # (3, filters)
    explained = lab[:, 1:] @ slopes[1:]
    return slopes[1:].T, explained.var(0) / (wanted.var(0) + 1e-12)


def orientation_of(pixels: NDArray[np.uint8], soft: float = 0.0) -> tuple[float, float]:
    """How a texture's lines run (degrees counter-clockwise from the horizontal) and how much they agree (0 to 1).

    The main axis of its power spectrum, which is the structure tensor's but gives fine grain no more than its power.
    `soft`: what is finer than about so many pixels is left out (the standard deviation of a Gaussian).
    """
    power, right, up = _spectrum(pixels, soft)
    across = (power * np.exp(2j * np.arctan2(up, right))).sum()
    return float((np.degrees(np.angle(across)) / 2 + 90) % 180), float(abs(across) / (power.sum() + 1e-9))


def period_of(pixels: NDArray[np.uint8], soft: float = 0.0) -> float:
    """The period (pixels) at the middle of a texture's power, by the logarithm of frequency; 0 without contrast."""
    power, right, up = _spectrum(pixels, soft)
    if power.sum() < 1e-6:
        return 0.0
    frequency = np.hypot(right, up)
    frequency[0, 0] = 1
    return float(np.exp(-(power * np.log(frequency)).sum() / power.sum()))


def _spectrum(pixels: NDArray[np.uint8], soft: float) -> tuple[Floats, Floats, Floats]:
    """Power of a picture that continues on its other side, and its frequencies to the right and upwards. (h, w) each"""
    values = pixels.astype(np.float64)
    power = (np.abs(np.fft.fft2(values - values.mean((0, 1)), axes=(0, 1))) ** 2).sum(2)
    up, right = np.meshgrid(-np.fft.fftfreq(power.shape[0]), np.fft.fftfreq(power.shape[1]), indexing="ij")
    power *= np.exp(-((2 * np.pi * soft) ** 2) * (right**2 + up**2))
    power[0, 0] = 0
    return power, right, up


def tint_of(pixels: NDArray[np.uint8]) -> Floats:
    """Where a picture's mean colour lies on Oklab's colour plane, grey being (0, 0)."""
    return np.asarray(oklab(pixels / 255.0).mean((0, 1))[1:])


def turn_between(one: float, other: float) -> float:
    """Degrees between two orientations, 0 to 90."""
    return abs((one - other + 90) % 180 - 90)


def same_period(chosen: int, period: float, slack: float = 2**0.5) -> bool:
    """Whether a period lies in a range of PERIODS, or half an octave beside it; the outer ranges are open."""
    low = 0.0 if chosen == 0 else PERIODS[chosen] / slack
    high = np.inf if chosen == len(PERIODS) - 2 else PERIODS[chosen + 1] * slack
    return bool(low <= period <= high)


def hue_between(one: Floats, other: Floats) -> float:
    """Degrees between two directions on the colour plane, 0 to 180."""
    cosine = float(one @ other / (np.hypot(*one) * np.hypot(*other) + 1e-12))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

"""Measures the orientation, period and hue of a picture from its pixels. No TensorFlow."""

import numpy as np
from numpy.typing import NDArray

from generator.corpus.drawings.colour import GREY, oklab
from generator.miniature.truth import Floats

TINTS = np.arange(0, 360, 5.0)  # degrees at which the amount of colour is measured
NEAR = 20.0  # degrees: width of the window around each


def shown(pixels: NDArray[np.uint8], period: float) -> dict[str, float]:
    """The orientation, period and hue of a texture; NaN for properties that it does not have.

    `period`: the scale, in pixels, at which the orientation is measured.
    """
    return {"orientation": orientation_of(pixels, period)[0], "period": period_of(pixels), "hue": hue_of(pixels)}


def windowed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture that is not a torus, faded to its mean colour at the borders (Hann), to measure its waves."""
    down, right = (np.hanning(side + 2)[1:-1] for side in pixels.shape[:2])
    mean = pixels.mean((0, 1))
    return np.asarray(np.round(mean + (pixels - mean) * (down[:, None] * right)[:, :, None]), np.uint8)


def hue_of(pixels: NDArray[np.uint8]) -> float:
    """The most frequent hue of a picture (degrees on Oklab's colour plane); NaN if it has almost no colour.

    This is the peak of chroma over hue. The mean colour would not do: for orange lines on blue it is grey.
    """
    lab = oklab(pixels / 255.0).reshape(-1, 3)
    chroma = np.hypot(lab[:, 1], lab[:, 2]) * ((lab[:, 0] > 0) & (lab[:, 0] < 1))
    if chroma.mean() < GREY / 2:
        return np.nan
    amount, _ = np.histogram(np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360, 360, (0, 360), weights=chroma)
    off = (np.arange(360) + 0.5 - TINTS[:, None] + 180) % 360 - 180  # (tints, degrees)
    return float(TINTS[(np.exp(-0.5 * (off / NEAR) ** 2) @ amount).argmax()])


def orientation_of(pixels: NDArray[np.uint8], period: float) -> tuple[float, float]:
    """The direction of a texture's lines (degrees counter-clockwise from the horizontal) and their agreement (0 to 1).

    This is the main axis of the power spectrum within about an octave around `period`, like that of a structure tensor
    at this scale. Angles are doubled, so that perpendicular lines cancel.
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
    """The power spectrum of a torus, and the frequencies to the right and upwards. (h, w) each"""
    values = pixels.astype(np.float64)
    power = (np.abs(np.fft.fft2(values - values.mean((0, 1)), axes=(0, 1))) ** 2).sum(2)
    up, right = np.meshgrid(-np.fft.fftfreq(power.shape[0]), np.fft.fftfreq(power.shape[1]), indexing="ij")
    power[0, 0] = 0
    return power, right, up

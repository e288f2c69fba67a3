"""Splits a picture into colours and octaves of frequency. Pure NumPy.

The colours are light, red-blue and green-magenta: the directions in which the colours of natural pictures vary
independently (Ruderman, Cronin & Chiao 1998). Here they are an orthonormal basis of RGB, so that variances add up.
"""

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Floats, Pixels

OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])  # (colour, RGB)


def octave_of(side: int) -> NDArray[np.intp]:
    """The octave of each wave of a picture: (side, side // 2 + 1). 0 is the mean, 1 the finest.

    Octave n contains 2 ** -n to 2 ** (1 - n) of the highest frequency along an axis (half a cycle per pixel); octave 1
    also contains the corners beyond it.
    """
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    octave: NDArray[np.intp] = np.ceil(-np.log2(np.clip(2 * frequency, 1e-9, 0.999))).astype(np.intp)
    octave[0, 0] = 0
    return octave


def components(picture: Pixels) -> tuple[Floats, NDArray[np.float64]]:
    """The picture's parts, one per colour and octave, and the share of its variance in each.

    Returns (parts, side, side, 3) in pixel values, which sum to the picture without its mean colour, and (parts,)
    shares, which sum to 1 (or are 0 in a picture of one colour).
    """
    side = picture.shape[0]
    octave = octave_of(side)
    waves = np.fft.rfft2(np.einsum("hwc,oc->ohw", picture.astype(np.float64), OPPONENT))
    parts, variances = [], []
    for at in range(1, octave.max() + 1):
        bands = np.fft.irfft2(np.where(octave == at, waves, 0), s=(side, side))  # (colour, side, side)
        parts += [band[..., None] * direction for band, direction in zip(bands, OPPONENT, strict=True)]
        variances += [float(np.mean(band**2)) for band in bands]
    whole = sum(variances)
    shares = np.array(variances) / whole if whole > 1e-6 else np.zeros(len(variances))
    return np.stack(parts).astype(np.float32), shares


def slope(picture: Pixels) -> float:
    """How the picture's power falls with frequency: the exponent of a power law, about -2 for photographs.

    A line is fitted to the logarithm of the mean power of light in each ring of frequencies (Field 1987). 0 for a
    picture of one colour.
    """
    side = picture.shape[0]
    light = picture.mean(axis=2)
    power = np.abs(np.fft.rfft2(light - light.mean())) ** 2
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    ring = np.round(frequency * side).astype(np.intp)
    rings = np.arange(1, side // 2 + 1)
    mean = np.array([power[ring == r].mean() for r in rings])
    if len(rings) < 2 or mean.max() < 1e-6:
        return 0.0
    return float(np.polyfit(np.log(rings), np.log(mean + 1e-6 * mean.max()), 1)[0])


def saturated(picture: Pixels) -> float:
    """The share of its values that are 0 or 255."""
    return float(np.mean((picture == 0) | (picture == 255)))

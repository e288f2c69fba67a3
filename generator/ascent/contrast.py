"""The contrast of photographs in each colour and octave: the budget of a synthesised picture. Pure NumPy.

Contrast is measured before the sigmoid, in the colours of the climb (`COLOURS`), as the log-odds of a pixel's value.
Log-odds are unbounded, so the contrast of a band means the same in a dark and in a bright picture. The power of
photographs falls with about the square of the frequency (Field 1987; Ruderman 1994), so all octaves have about the same
contrast. `NATURAL` was measured once, by `python -m generator.bench.natural_contrast`, and is part of the recipe: a
picture never depends on the photographs of an atlas.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from generator.ascent.frequency_bands import octave_of

# The correlation of the colours of natural pictures: the square root of ImageNet's colour covariance, scaled so that no
# direction is longer than 1 (lucid, optvis/param/color). Rows: R, G, B; columns: light, orange-blue, green-magenta.
COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
COLOURS /= np.linalg.norm(COLOURS, axis=0).max()

ENDS = 0.03, 0.97  # of a pixel's range; beyond it, 8 bits and saturation make log-odds meaningless

LONGEST = 2.0**-7.5  # cycles per pixel: the first frequency below; the others follow in half octaves
# Log10 of the power of photographs at these frequencies times the square of the frequency; the mean over 1,379
# photographs, 224 pixels square. One row per colour: light, orange-blue, green-magenta.
NATURAL = np.array(
    [
        [-0.44, -0.36, -0.63, -0.58, -0.74, -0.75, -0.86, -0.94, -1.02, -1.09, -1.17, -1.26, -1.39, -1.59, -1.83],
        [-0.41, -0.32, -0.57, -0.56, -0.70, -0.74, -0.86, -0.99, -1.15, -1.30, -1.41, -1.51, -1.59, -1.69, -1.77],
        [-0.38, -0.31, -0.50, -0.48, -0.58, -0.59, -0.68, -0.79, -0.91, -1.03, -1.14, -1.21, -1.26, -1.34, -1.40],
    ]
)
MEAN = np.array([1.96, 2.75, 2.56])  # RMS of a photograph's mean colour


@functools.lru_cache(maxsize=64)
def natural(side: int) -> NDArray[np.float64]:
    """RMS of each colour and octave of photographs in a square of `side` pixels: (3, octaves), like `rms`.

    Octaves as in `frequency_bands.octave_of`; octave 0, the mean colour, is the RMS of photographs' mean colours.
    """
    octave, twice = octave_of(side), twofold(side)
    found = np.empty((3, octave.max() + 1))
    for colour, density in enumerate(_densities(side)):
        found[colour] = [np.sqrt((density * twice)[octave == o].sum()) / side for o in range(octave.max() + 1)]
    found[:, 0] = MEAN
    found.setflags(write=False)  # the cache shares it
    return found


def amplitudes(side: int) -> NDArray[np.float64]:
    """The amplitude of each wave of photographs in a square of `side` pixels, scaled like NumPy's `rfft2`.

    (3, side, side // 2 + 1); the root of the mean power; 0 for the mean colour.
    """
    found = np.sqrt(_densities(side)) * side
    found[:, 0, 0] = 0.0
    return found


def _densities(side: int) -> NDArray[np.float64]:
    """The power of photographs at each wave of a square, by colour: (3, side, side // 2 + 1)."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    at = 2 * (np.log2(np.maximum(frequency, 1e-9)) - np.log2(LONGEST))
    powers = [10 ** np.interp(at, np.arange(len(power)), power) for power in NATURAL]
    found: NDArray[np.float64] = np.stack(powers) / np.maximum(frequency, 1e-9) ** 2
    return found


def twofold(side: int) -> NDArray[np.float64]:
    """The number of waves that each wave of the half spectrum represents: (side // 2 + 1,). 1 for its own mirror."""
    twice = np.full(side // 2 + 1, 2.0)
    twice[[0, -1] if side % 2 == 0 else [0]] = 1.0
    return twice


def rms(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """RMS of each colour and octave of a square picture (side, side, 3), before the sigmoid: (3, octaves)."""
    side = picture.shape[0]
    pixels = np.clip(picture.astype(np.float64) / 255, *ENDS)
    waves = np.fft.rfft2(np.log(pixels / (1 - pixels)) @ np.linalg.inv(COLOURS.astype(np.float64)).T, axes=(0, 1))
    energy = np.abs(waves) ** 2 * twofold(side)[:, None] / side**4  # (side, half, 3)
    octave = octave_of(side)
    return np.sqrt([[energy[octave == o, c].sum() for o in range(octave.max() + 1)] for c in range(3)])


def loudest(picture: NDArray[np.uint8]) -> float:
    """The highest contrast of a picture's bands relative to photographs: 1 is equal. The mean colour is left out."""
    ratios = rms(picture)[:, 1:] / natural(picture.shape[0])[:, 1:]
    return float(ratios.max()) if ratios.size else 0.0

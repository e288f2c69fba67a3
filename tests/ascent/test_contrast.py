import numpy as np
import pytest

from generator.ascent import contrast
from generator.ascent.frequency_bands import octave_of


def as_natural(side, times=1.0):
    """A picture whose every band has so many times photographs' contrast, kept inside the sigmoid's clear range."""
    octave, drawn = octave_of(side), np.random.default_rng(1)
    state = np.zeros((3, side, side))
    for colour in range(3):
        waves = np.fft.rfft2(drawn.standard_normal((side, side)))
        for o in range(1, octave.max() + 1):
            band = np.fft.irfft2(np.where(octave == o, waves, 0), (side, side))
            band *= times * contrast.natural(side)[colour, o] / np.sqrt(np.mean(band**2))
            state[colour] += band
    logits = np.einsum("chw,rc->hwr", state, contrast.COLOURS.astype(np.float64))
    return np.round(255 / (1 + np.exp(-logits))).astype(np.uint8)


@pytest.mark.parametrize("side", [24, 93, 196])
def test_a_picture_made_with_natural_contrast_measures_as_such(side):
    found = contrast.rms(as_natural(side, 0.5))[:, 1:] / contrast.natural(side)[:, 1:]
    np.testing.assert_allclose(found, 0.5, rtol=0.08)
    assert contrast.loudest(as_natural(side, 0.5)) == pytest.approx(0.5, rel=0.08)


def test_only_the_loudest_band_counts_and_the_mean_does_not():
    rows = np.arange(64)
    wave = np.cos(2 * np.pi * rows / 4)[:, None, None]
    quiet, loud = (np.round(128 + by * wave + np.zeros((64, 64, 3))).astype(np.uint8) for by in (20, 60))
    assert contrast.loudest(loud) > 2.5 * contrast.loudest(quiet) > 0
    assert contrast.loudest(np.full((64, 64, 3), 250, np.uint8)) == pytest.approx(0, abs=1e-9)
    assert contrast.loudest(np.full((1, 1, 3), 250, np.uint8)) == 0  # there is no band at all


def test_the_table_fits_every_canvas():
    """The same octave, counted in pixels, holds the same contrast in whatever square: octaves are counted from 1."""
    small, large = contrast.natural(64), contrast.natural(192)
    np.testing.assert_allclose(small[:, 1:4], large[:, 1:4], rtol=0.1)
    with pytest.raises(ValueError, match="read-only"):
        small[0, 0] = 1


@pytest.mark.parametrize("side", [5, 24, 96])
def test_the_amplitudes_of_waves_are_those_of_the_bands(side):
    energy = contrast.amplitudes(side) ** 2 * contrast.twofold(side) / side**4
    np.testing.assert_allclose(energy.sum(axis=(1, 2)), (contrast.natural(side)[:, 1:] ** 2).sum(axis=1))

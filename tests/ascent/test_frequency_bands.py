import numpy as np
import pytest

from generator.ascent import frequency_bands


def noise(side, seed=0, exponent=0.0):
    """Light noise whose power falls with frequency as f ** exponent."""
    numbers = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    waves = np.fft.fft2(numbers.normal(size=(side, side))) * np.maximum(frequency, 1 / side) ** (exponent / 2)
    light = np.fft.ifft2(waves).real
    light = 128 + 40 * (light - light.mean()) / light.std()
    return np.repeat(np.clip(np.round(light), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("side", [3, 5, 10, 24, 48])
def test_the_components_are_the_picture(side):
    picture = np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8)
    parts, shares = frequency_bands.components(picture)
    np.testing.assert_allclose(parts.sum(0), picture - picture.mean((0, 1)), atol=1e-2)
    assert shares.sum() == pytest.approx(1)
    variances = parts.reshape(len(parts), -1).astype(float) ** 2
    np.testing.assert_allclose(variances.sum(1) / variances.sum(), shares, rtol=1e-4)


def test_a_wave_lies_in_one_colour_and_octave():
    wave = np.round(100 * np.cos(2 * np.pi * np.arange(32) / 8)).astype(int)
    picture = np.full((32, 32, 3), 128)
    picture[..., 0] += wave
    picture[..., 2] -= wave  # red against blue, a quarter of the highest frequency: the second octave
    _, shares = frequency_bands.components(picture.astype(np.uint8))
    assert shares.argmax() == 1 * 3 + 1
    assert shares.max() > 0.99


def test_a_picture_of_one_colour_has_no_components():
    flat = np.full((8, 8, 3), 77, np.uint8)
    assert frequency_bands.components(flat)[1].sum() == 0
    assert frequency_bands.slope(flat) == 0


@pytest.mark.parametrize("exponent", [0, -2])
def test_the_slope_is_that_of_the_noise(exponent):
    assert frequency_bands.slope(noise(64, exponent=exponent)) == pytest.approx(exponent, abs=0.25)


def test_saturated_values_are_counted():
    picture = np.full((2, 2, 3), 128, np.uint8)
    picture[0, 0] = 0, 255, 254
    assert frequency_bands.saturated(picture) == pytest.approx(2 / 12)

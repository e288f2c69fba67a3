"""The spectral budget: limits the contrast of each colour and octave of a picture to that of photographs.

Without it, a climb in a deep layer ends far above the activation by any photograph, because of contrast in fine octaves
that no photograph has, and by another path through the network. With it, a climb can only improve shapes.
"""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent import contrast, stable_sums
from generator.ascent.frequency_bands import octave_of
from generator.ascent.recipes import Spectrum

DRIFT = 0.5  # share of the budget for the mean colour, which drifts before shapes have formed


def limits(canvas: int, spectrum: Spectrum) -> NDArray[np.float64] | None:
    """The highest allowed RMS of each colour and octave, (3, octaves), as `contrast.natural`. None without a budget."""
    if not spectrum.budget:
        return None
    times = np.array([spectrum.budget, spectrum.budget_colour, spectrum.budget_colour])
    most: NDArray[np.float64] = contrast.natural(canvas) * times[:, None]
    most[:, 0] *= DRIFT
    return most


def keep(state: tf.Tensor, most: NDArray[np.float64]) -> tf.Tensor:
    """The state (batch, colour, side, side), with each band scaled down to its limit. `most`: (3, octaves)."""
    side = state.shape[-1]
    waves = tf.signal.rfft2d(state)  # (batch, colour, side, half)
    batch, colours, _, half = waves.shape
    octave = octave_of(side).reshape(-1)
    energy = tf.math.square(tf.abs(waves)) * tf.constant(contrast.twofold(side) / side**4, tf.float32)
    flat = tf.reshape(energy, (batch * colours, side * half))
    bands = [stable_sums.total(tf.gather(flat, np.flatnonzero(octave == o), axis=1)) for o in range(octave.max() + 1)]
    rms = tf.sqrt(tf.stack(bands, axis=1))  # (batch * colour, octave)
    wanted = tf.constant(np.tile(most, (batch, 1)), tf.float32)
    share = tf.minimum(1.0, wanted / (rms + 1e-12))
    scale = tf.reshape(tf.gather(share, octave, axis=1), (batch, colours, side, half))
    return tf.signal.irfft2d(waves * tf.cast(scale, tf.complex64), (side, side))

"""Shows which pixels of each top patch excite the filter: projects a unit's activation back to its receptive field.

There are two methods. `deconvnet` (Zeiler & Fergus 2014, section 2.1) goes back through the transposed kernels. Each
ReLU passes only the positive part of the backward signal, and each pooling passes it only to the maximal unit (the
"switch"). `gradient` is the gradient times the pixels as the network sees them (minus the mean), summed over colours.

Neither is a full explanation. Deconvnet pictures look convincing because they reconstruct edges of the patch, and
hardly change if the weights above are random (Adebayo et al. 2018; Nie et al. 2018).
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from generator.arrays import Array, Pixels
from generator.corpus import Corpus
from generator.network.forward import Network, Rectify
from generator.network.geometry import Layer
from generator.network.weights.preprocessing import MEAN_BGR
from generator.responses.crops import Sheet, Strip, encode, sheets
from generator.responses.patch import Tiles
from generator.responses.statistics import TOP, Responses

CONTRAST = 0.99  # share of each projection's magnitudes that is shown without clipping
ZERO = 128.0
RAISED, LOWERED = (255.0, 150.0, 20.0), (20.0, 90.0, 230.0)  # colours of pixels that excite and inhibit the filter

Back = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def project(
    network: Network, corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int]
) -> Iterator[tuple[int, dict[str, Strip]]]:
    """(filter, {"deconvnet": strip, "gradient": strip}) for these filters.

    The tiles match those of the filter's top patches in order, size and position of the field. Outside the field, the
    value is zero, a mid-grey. Facts: those of the patches' strip, and `method`.
    """
    back = traced(network, layer)
    for sheet in sheets(corpus, layer, responses, filters):
        which, pixels, tiles = sheet
        deconvnet, gradient = backward(back, fields(sheet, layer.field), which)
        pictures = {"deconvnet": deconvnet_picture(deconvnet), "gradient": gradient_picture(gradient)}
        yield (
            which,
            {
                method: encode(_framed(picture, pixels.shape, tiles), tiles.to_facts() | {"method": method})
                for method, picture in pictures.items()
            },
        )


def fields(sheet: Sheet, side: int) -> Pixels:
    """The receptive fields of a sheet of patches, (patches, side, side, 3)."""
    _, pixels, tiles = sheet
    found = [pixels[top : top + side, left : left + side] for top, left in tiles.corners]
    return np.array(found, np.uint8).reshape(-1, side, side, 3)


def traced(network: Network, layer: Layer) -> Back:
    """The compiled backward pass from one unit of a layer: fields (TOP, side, side, 3), filters (TOP,) to both maps."""
    name = layer.name
    shape = [tf.TensorSpec((TOP, layer.field, layer.field, 3), tf.float32), tf.TensorSpec((TOP,), tf.int32)]
    compiled: Back = tf.function(functools.partial(_back, network, name), input_signature=shape, autograph=False)
    return compiled


def backward(back: Back, pixels: Pixels, which: int) -> tuple[Array, Array]:
    """Both projections of a filter for its patches. `pixels`: (patches, side, side, 3), at most TOP of them.

    Returns the deconvnet's signal for each colour (patches, side, side, 3) and gradient x input (patches, side, side).
    """
    number = len(pixels)
    full = np.zeros((TOP, *pixels.shape[1:]), np.float32)
    full[:number] = pixels
    deconvnet, gradient = back(tf.constant(full), tf.fill([TOP], which))
    return np.asarray(deconvnet)[:number], np.asarray(gradient)[:number]


def deconvnet_picture(signal: Array) -> Pixels:
    """Signals (patches, side, side, 3) as colours around grey, with the contrast scaled for each patch."""
    return _to_bytes(ZERO + (255.0 - ZERO) * _scaled(signal))


def gradient_picture(signal: Array) -> Pixels:
    """Signals (patches, side, side) as orange where a pixel excites the filter, and blue where it inhibits it."""
    strength = _scaled(signal)[..., None]
    ends = np.where(strength > 0, np.array(RAISED), np.array(LOWERED))
    return _to_bytes(ZERO + (ends - ZERO) * np.abs(strength))


def _back(network: Network, layer: str, pixels: tf.Tensor, filters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Both projections. Their forward passes are equal; TensorFlow's graph rewriting computes them once."""

    def unit_by(rectify: Rectify) -> tf.Tensor:
        return network.own(network.inputs(pixels, layer, rectify=rectify, precision=network.precision), layer, filters)

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        unit, deconvolved = unit_by(tf.nn.relu), unit_by(_rectified_both_ways)
    seen = pixels - tf.constant(MEAN_BGR[::-1])  # RGB
    gradient = tf.reduce_sum(tape.gradient(unit, pixels) * seen, axis=3)
    return tape.gradient(deconvolved, pixels), gradient


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _rectified_both_ways(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """A ReLU whose backward pass is a ReLU of the signal, independent of the forward values."""
    return tf.nn.relu(x), tf.nn.relu


def _scaled(signal: Array) -> Array:
    """Each patch's signal divided by its CONTRAST quantile of magnitudes, clipped to -1 to 1."""
    if not len(signal):
        return signal
    axes = tuple(range(1, signal.ndim))
    magnitude = np.abs(signal)
    most = np.quantile(magnitude, CONTRAST, axis=axes, keepdims=True)
    scale = np.where(most > 0, most, np.max(magnitude, axis=axes, keepdims=True))
    return np.clip(np.divide(signal, scale, out=np.zeros_like(signal), where=scale > 0), -1, 1)


def _framed(pictures: Pixels, shape: tuple[int, ...], tiles: Tiles) -> Pixels:
    """A grey sheet with each projection at the place of its field."""
    sheet = np.full(shape, int(ZERO), np.uint8)
    for picture, (top, left) in zip(pictures, tiles.corners, strict=True):
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _to_bytes(values: Array) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)

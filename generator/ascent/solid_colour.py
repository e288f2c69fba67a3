"""The solid colour that excites a filter most: the picture for filters on which every climb fails.

A climb uses the colour statistics of natural pictures. It reaches white long before a pure blue, and stays there. But
the map mean of some filters is highest on one saturated colour; for these filters, a set of colours is tried.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from generator.network.forward import PLAIN, Network

LEVELS = (0, 128, 255)  # of red, green and blue, in all combinations


def best(network: Network, layer: str, filter_: int) -> tuple[NDArray[np.uint8], float]:
    """The colour (3,), RGB, and the activation after the ReLU, which is the same everywhere on a torus of it.

    A network that sees no colours gets a shade of grey.
    """
    activations = _activations(network, layer)[:, filter_].copy()
    if network.weights.grey:
        activations[np.ptp(colours(), axis=1) > 0] = -1.0
    at = int(np.argmax(activations))
    return colours()[at], float(activations[at])


def colours() -> NDArray[np.uint8]:
    """The colours that are tried: (27, 3)."""
    return np.stack(np.meshgrid(LEVELS, LEVELS, LEVELS, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.uint8)


@functools.lru_cache(maxsize=32)
def _activations(network: Network, layer: str) -> NDArray[np.float32]:
    """(27, filters). All units of a map are equal, so the torus is as small as convolutions and poolings allow."""
    own = network.weights.layer(layer)
    rims = (one.stride * one.kernel for one in network.weights.layers[: own.depth + 1] if one.kernel > PLAIN)
    least = max(4, 2 * own.stride, *rims)
    side = -(-least // own.stride) * own.stride
    tried = colours()[:, None, None].repeat(side, 1).repeat(side, 2)  # (27, side, side, 3)
    maps: NDArray[np.float32] = network.maps(tried, layer, torus=True).numpy()
    return np.maximum(maps[:, 0, 0], 0.0)

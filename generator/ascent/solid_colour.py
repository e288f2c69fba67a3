"""The solid colour that a filter answers to most: the picture where every climb fails.

A climb that sees all colours through how natural pictures vary goes to white long before it goes to a pure blue, and
stays there. There are filters whose mean over a map is highest on one strong colour: for them the colours are tried.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from generator.network.forward import Network

LEVELS = (0, 128, 255)  # of red, green and blue, all with all


def best(network: Network, layer: str, filter_: int) -> tuple[NDArray[np.uint8], float]:
    """The colour (3,), RGB, and the activation after the ReLU that a torus of it has everywhere."""
    activations = _activations(network, layer)[:, filter_]
    at = int(np.argmax(activations))
    return colours()[at], float(activations[at])


def colours() -> NDArray[np.uint8]:
    """What is tried: (27, 3)."""
    return np.stack(np.meshgrid(LEVELS, LEVELS, LEVELS, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.uint8)


@functools.lru_cache(maxsize=13)
def _activations(network: Network, layer: str) -> NDArray[np.float32]:
    """(27, filters). One place says what all do, so the torus is as small as its convolutions and poolings allow."""
    side = max(4, 2 * network.weights.layer(layer).stride)
    tried = colours()[:, None, None].repeat(side, 1).repeat(side, 2)  # (27, side, side, 3)
    maps: NDArray[np.float32] = network.maps(tried, layer, torus=True).numpy()
    return np.maximum(maps[:, 0, 0], 0.0)

"""The natural path: does a picture take the way through the network that its patches take? Pure NumPy.

After Geirhos, Zimmermann, Bilodeau, Brendel & Kim, "Don't trust your eyes" (2023), who found that visualizations take
other ways through a network than photographs. For each block below, the mean activations of all filters of its last
layer are ranked, in the picture and in the filter's patches. Spearman's correlation of both says how alike the ways
are.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.network.geometry import Layer

FEWEST = 2  # natural pictures from which a way can be told
LEAST = (
    0.2  # agreement of natural pictures below which they have no way in common, and nothing is a share of it: orders
)
# of 64 filters that have nothing to do with one another agree by chance to +- 0.13; the true network's photographs
# agreed to 0.31 and more

Means = NDArray[Any]


def below(layer: Layer, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The last layer of each block below: where the way is looked at. () in the first block."""
    return tuple(one for one, after in pairwise(layers) if after.first and one.block < layer.block)


def correlation(one: Means, other: Means) -> NDArray[np.float64]:
    """Spearman's correlation along the last axis, equal values sharing their mean rank; 0 where one has no order."""
    a, b = (_ranks(np.asarray(x)) for x in (one, other))
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    length = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    found: NDArray[np.float64] = np.divide((a * b).sum(axis=-1), length, out=np.zeros_like(length), where=length > 0)
    return found


def agreement(picture: Sequence[Means], patches: Sequence[Means]) -> float:
    """The correlation of a picture with its patches, mean over the layers below. Each: (filters,) of such a layer."""
    return float(np.mean([correlation(one, other) for one, other in zip(picture, patches, strict=True)]))


def natural(patches: Means) -> float:
    """How well one patch agrees with the mean of the others, mean over all: what a natural picture reaches at best.

    `patches`: (patches, filters). 0 for a single patch.
    """
    number = len(patches)
    if number < FEWEST:
        return 0.0
    others = (patches.sum(axis=0) - patches) / (number - 1)
    return float(correlation(patches, others).mean())


def _ranks(values: Means) -> NDArray[np.float64]:
    flat = values.reshape(-1, values.shape[-1])
    ranks = np.empty(flat.shape)
    for row, own in zip(ranks, flat, strict=True):
        _, place, counts = np.unique(own, return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        row[:] = (last - (counts - 1) / 2)[place]
    return ranks.reshape(values.shape)

"""The natural path: does a picture activate the layers below like the filter's patches do? Pure NumPy.

After Geirhos, Zimmermann, Bilodeau, Brendel & Kim, "Don't trust your eyes" (2023), who found that visualizations take
other paths through a network than photographs. For each block below, the mean activations of all filters of its last
layer are ranked, for the picture and for the filter's patches. Spearman's correlation of both rankings tells how
similar the paths are.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.network.geometry import Layer

FEWEST = 2  # natural pictures that are needed to determine a path
# Natural pictures that agree less than this have no path in common, so a picture's agreement is no share of theirs.
# Unrelated rankings of 64 filters agree by chance to +- 0.13; photographs in the true network agreed by 0.31 or more.
LEAST = 0.2

Means = NDArray[Any]


def below(layer: Layer, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The last layer of each block below, where paths are compared; () in the first block."""
    return tuple(one for one, after in pairwise(layers) if after.first and one.block < layer.block)


def correlation(one: Means, other: Means) -> NDArray[np.float64]:
    """Spearman's correlation along the last axis; equal values share their mean rank. 0 if all values are equal."""
    a, b = (_ranks(np.asarray(x)) for x in (one, other))
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    length = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    found: NDArray[np.float64] = np.divide((a * b).sum(axis=-1), length, out=np.zeros_like(length), where=length > 0)
    return found


def agreement(picture: Sequence[Means], patches: Sequence[Means]) -> float:
    """The mean, over the layers below, of the correlation of a picture with its patches. Each array: (filters,)."""
    return float(np.mean([correlation(one, other) for one, other in zip(picture, patches, strict=True)]))


def natural(patches: Means) -> float:
    """The mean agreement of a patch with the mean of the others: the best that a picture can be expected to reach.

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

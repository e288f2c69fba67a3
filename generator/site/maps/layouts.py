"""Which filter lies in which cell of a map: of a layer by similarity of response, of an atlas by shared photographs.

Of each filter of a layer, also of those that the atlas leaves out, the evidence names the six whose responses correlate
most with its own. That is enough: a map needs to know what is alike, not how unlike the rest is.
"""

from collections.abc import Sequence

import numpy as np

from generator.arrays import Array
from generator.site.maps import embedding, grid

DIMENSIONS = 32  # coordinates: the first two spread the things over the grid, all of them settle who is whose neighbour


def by_response(alike: Sequence[Sequence[tuple[int, float]]], shown: Sequence[int]) -> Array:
    """The grid of a layer, (rows, columns): places in `shown`, or grid.EMPTY.

    `alike`: of each filter of the layer, the most similar ones with their correlations. `shown`: those on the map.
    """
    similar = np.zeros((len(alike), len(alike)))
    for index, neighbours in enumerate(alike):
        for near, correlation in neighbours:
            similar[index, near] = max(correlation, 0.0)
    similar = np.maximum(similar, similar.T)
    return _laid(embedding.coordinates(lambda own: similar @ own, len(alike), DIMENSIONS)[list(shown)])


def by_photographs(shown: Sequence[Sequence[int]]) -> Array:
    """The grid of many filters: the similarity of two is the cosine of their counts of photographs.

    `shown`: of each filter, the photographs that its patches come from, at least one.
    """
    return _laid(embedding.coordinates(cosines(shown), len(shown), DIMENSIONS))


def cosines(shown: Sequence[Sequence[int]]) -> embedding.Multiply:
    """A function that multiplies the cosines of the filters' counts of photographs with a matrix, (filters, n).

    It goes by way of the photographs: the matrix of all cosines would be too large.
    """
    count = len(shown)
    number = np.array([len(own) for own in shown])
    photographs, which = np.unique([photo for own in shown for photo in own], return_inverse=True)
    pairs = np.stack([np.repeat(np.arange(count), number), which])
    (owner, which), times = np.unique(pairs, axis=1, return_counts=True)  # by filter
    length = np.sqrt(np.bincount(owner, times.astype(float) ** 2, count))
    share = (times / length[owner])[:, None]
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(len(photographs)))
    first = np.searchsorted(owner, np.arange(count))

    def multiply(own: Array) -> Array:
        seen = np.add.reduceat((own[owner] * share)[order], starts, axis=0)  # (photographs, n)
        there: Array = np.add.reduceat(seen[which] * share, first, axis=0)
        return there

    return multiply


def _laid(found: Array) -> Array:
    columns, _ = grid.shape(len(found))
    points = np.pad(found[:, :2], ((0, 0), (0, max(0, 2 - found.shape[1]))))
    return grid.settle(grid.split(points, columns), embedding.directions(found))

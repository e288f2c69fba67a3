"""Gives each of many things a cell of a square grid, so that similar things lie side by side.

First by recursive splitting: the cells are halved across their longer side, and the things are parted in the same
numbers along the same coordinate, until each has its cell. Then things change places, far ones first, wherever that
makes the sum of the similarities of near cells larger (as in the self-sorting map of Strong and Gong 2011, by pairs).
"""

import math
from collections.abc import Iterator

import numpy as np

from generator.arrays import Array

EMPTY = -1
ROUNDS = 4  # of exchanges for each distance
LARGEST = 4  # cells that count as near at first, at most
LEAST = 1e-9  # a gain below this is rounding


def shape(count: int) -> tuple[int, int]:
    """Columns and rows, as square as possible; the last row may not be full."""
    columns = math.isqrt(count - 1) + 1 if count > 0 else 1
    return columns, -(-count // columns)


def split(points: Array, columns: int) -> Array:
    """The thing in each cell, in reading order, (rows, columns); EMPTY at the end. `points`: (things, 2), x and y."""
    count = len(points)
    rows = -(-count // columns)
    grid = np.full((rows, columns), EMPTY)
    waiting = [(np.arange(count), np.arange(count))]  # cells in reading order, and as many things
    while waiting:
        cells, things = waiting.pop()
        if len(cells) == 1:
            grid[divmod(int(cells[0]), columns)] = things[0]
            continue
        down, right = cells // columns, cells % columns
        across = np.ptp(right) >= np.ptp(down)
        places = right if across else down
        low = places < (places.min() + places.max() + 1) / 2
        order = things[np.argsort(points[things, 0 if across else 1], kind="stable")]
        waiting += [(cells[low], order[: low.sum()]), (cells[~low], order[low.sum() :])]
    return grid


def settle(grid: Array, directions: Array) -> Array:
    """The grid, with things exchanged until similar ones lie closer. `directions`: (things, n), of length 1.

    Similarity is the scalar product. A pair changes places if the sum of the similarities with everything nearby grows.
    """
    there = grid != EMPTY
    held = np.where(there[..., None], directions[grid], 0.0)  # (rows, columns, n)
    grid = grid.copy()
    radius = min(LARGEST, max(grid.shape) // 4) or 1
    while radius:
        for _ in range(ROUNDS):
            for down, right in _offsets(max(grid.shape) // 2 if radius > 1 else LARGEST):
                _exchange(grid, held, there, (down, right), radius)
        radius -= 1
    return grid


def _offsets(far: int) -> Iterator[tuple[int, int]]:
    """Distances of pairs, (rows, columns), from far to near."""
    while far:
        yield from ((0, far), (far, 0), (far, far), (far, -far))
        far //= 2


def _exchange(grid: Array, held: Array, there: Array, offset: tuple[int, int], radius: int) -> None:
    """Exchange, in place, the pairs at an offset for which that is a gain: first every other pair, then the rest."""
    down, right = offset
    rows, columns = grid.shape
    y, x = np.mgrid[0:rows, 0:columns]
    inside = (y + down < rows) & (x + right < columns) & (x + right >= 0)
    odd = (y // down if down else x // right) % 2
    near = max(down, abs(right)) <= radius
    for phase in (0, 1):
        one = np.nonzero(inside & (odd == phase))
        other = (one[0] + down, one[1] + right)
        both = there[one] & there[other]
        one, other = (one[0][both], one[1][both]), (other[0][both], other[1][both])
        around = _sums(held, radius)
        if not near:
            around = around - held  # of near pairs, each is in the other's sum as in its own
        gain = ((held[one] - held[other]) * (around[other] - around[one])).sum(axis=-1)
        won = gain > LEAST
        one, other = (one[0][won], one[1][won]), (other[0][won], other[1][won])
        for array in (grid, held):
            array[one], array[other] = array[other], array[one]


def _sums(held: Array, radius: int) -> Array:
    """The sum over the cells at most `radius` rows and columns away, the cell itself with them."""
    for axis in (0, 1):
        pad = [(0, 0)] * 3
        pad[axis] = (radius + 1, radius)
        total = np.cumsum(np.pad(held, pad), axis=axis)
        side = held.shape[axis]
        low, high = np.arange(side), np.arange(side) + 2 * radius + 1
        held = total.take(high, axis=axis) - total.take(low, axis=axis)
    return held

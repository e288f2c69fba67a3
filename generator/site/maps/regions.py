"""The labels that a map shows on its regions: the most frequent one among the patches of the filters there."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.arrays import Array
from generator.site.maps.grid import EMPTY

SIDE = 4  # cells of a block, about: neighbouring blocks with one label are one region
LEAST = 4  # patches with the label
LIFT = 1.5  # how many times as frequent as on the whole map: else a common label would be all over it
COMMONEST = 512  # labels that are looked at


@dataclass(frozen=True)
class Region:
    """A part of a map with a label. Positions are in cells from the map's top left corner."""

    label: str
    patches: int  # of its filters, with this label
    of: int  # of its filters, in all
    x: float  # the middle of its block that lies nearest to the middle of all
    y: float


def find(grid: Array, labels: Sequence[Sequence[str]]) -> list[Region]:
    """The regions, those with the most patches first. `labels`: of each filter on the map, those of its patches."""
    total = Counter(label for own in labels for label in own)
    whole = sum(total.values())
    known = [label for label, _ in total.most_common(COMMONEST)]
    number = {label: place for place, label in enumerate(known)}
    rows, columns = _edges(grid.shape[0]), _edges(grid.shape[1])
    told: dict[tuple[int, int], tuple[str, int, int]] = {}
    for row, (top, bottom) in enumerate(itertools.pairwise(rows)):
        for column, (left, right) in enumerate(itertools.pairwise(columns)):
            there = [int(own) for own in grid[top:bottom, left:right].ravel() if own != EMPTY]
            counts = Counter(label for own in there for label in labels[own] if label in number)
            of = sum(len(labels[own]) for own in there)
            fit = [
                (count, -number[label], label)
                for label, count in counts.items()
                if count >= LEAST and count * whole >= LIFT * total[label] * of
            ]
            if fit:
                count, _, label = max(fit)
                told[row, column] = (label, count, of)
    found = [_region(group, told, rows, columns) for group in _groups(told)]
    return sorted(found, key=lambda own: (-own.patches, own.y, own.x))


def _edges(cells: int) -> list[int]:
    """Where blocks begin and end along one side."""
    blocks = max(1, round(cells / SIDE))
    return [cells * block // blocks for block in range(blocks + 1)]


def _groups(told: dict[tuple[int, int], tuple[str, int, int]]) -> list[list[tuple[int, int]]]:
    """Blocks with one label that touch, side by side."""
    left, groups = dict.fromkeys(told), []
    while left:
        group = [next(iter(left))]
        del left[group[0]]
        for row, column in group:  # grows meanwhile
            for beside in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                if beside in left and told[beside][0] == told[row, column][0]:
                    del left[beside]
                    group.append(beside)
        groups.append(group)
    return groups


def _region(
    group: list[tuple[int, int]],
    told: dict[tuple[int, int], tuple[str, int, int]],
    rows: Sequence[int],
    columns: Sequence[int],
) -> Region:
    middles = np.array([((rows[y] + rows[y + 1]) / 2, (columns[x] + columns[x + 1]) / 2) for y, x in group])
    weights = np.array([told[block][1] for block in group])
    middle = (middles * weights[:, None]).sum(axis=0) / weights.sum()
    y, x = middles[np.abs(middles - middle).sum(axis=1).argmin()].tolist()
    return Region(told[group[0]][0], int(weights.sum()), sum(told[block][2] for block in group), x, y)

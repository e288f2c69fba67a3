"""Cells for things: each has one, and similar things are neighbours."""

import numpy as np
import pytest

from generator.site.maps import grid


def on_a_plane(count, seed=0):
    """Random points, and their directions as seen from far above: near points have similar ones."""
    points = np.random.default_rng(seed).random((count, 2))
    raised = np.column_stack([points - 0.5, np.full(count, 0.3)])
    return points, raised / np.linalg.norm(raised, axis=1, keepdims=True)


def beside(found, directions):
    """The mean similarity of cells side by side."""
    pairs = [(found[:, 1:], found[:, :-1]), (found[1:], found[:-1])]
    both = [(a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]) for a, b in pairs]
    return np.concatenate([(directions[a] * directions[b]).sum(axis=1) for a, b in both]).mean()


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, (1, 0)), (1, (1, 1)), (2, (2, 1)), (64, (8, 8)), (128, (12, 11)), (512, (23, 23)), (4224, (65, 65))],
)
def test_it_is_as_square_as_can_be(count, expected):
    assert grid.shape(count) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 5, 12, 23, 100, 511])
def test_each_thing_has_one_cell_and_empty_ones_come_last(count):
    points, directions = on_a_plane(count)
    columns, rows = grid.shape(count)
    first = grid.split(points, columns)
    for found in (first, grid.settle(first, directions)):
        assert found.shape == (rows, columns)
        assert sorted(found.ravel()[:count]) == list(range(count))
        assert (found.ravel()[count:] == grid.EMPTY).all()


def test_points_on_a_grid_keep_their_places():
    y, x = np.mgrid[0:6, 0:7]
    points = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    shuffled = np.random.default_rng(3).permutation(42)
    found = grid.split(points[shuffled], 7)
    assert (shuffled[found] == np.arange(42).reshape(6, 7)).all()


def test_exchanges_bring_similar_things_together():
    points, directions = on_a_plane(144)
    jumbled = np.random.default_rng(1).permutation(144).reshape(12, 12)
    settled = grid.settle(jumbled, directions)
    best = beside(grid.split(points, 12), directions)
    assert beside(jumbled, directions) < 0.4 < 0.97 * best < beside(settled, directions)


def test_it_does_not_change_what_it_is_given_and_gives_the_same_again():
    points, directions = on_a_plane(50)
    first = grid.split(points, 8)
    before = first.copy()
    one, other = (grid.settle(first, directions) for _ in range(2))
    assert (first == before).all()
    assert (one == other).all()

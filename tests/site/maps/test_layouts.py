"""Which filter lies where."""

import numpy as np
import pytest

from generator.site.maps import grid, layouts


def position(found):
    return {int(own): np.array(divmod(at, found.shape[1])) for at, own in enumerate(found.ravel()) if own != grid.EMPTY}


def spread(found, group):
    """The mean distance of the members of a group, in cells."""
    where = position(found)
    return np.mean([np.abs(where[one] - where[other]).max() for one in group for other in group if one < other])


def families(count, each, far=0.6):
    """Filters in families: each is most like three others of its own."""
    return [
        [(first + (own + step) % each, far) for step in (1, 2, 3)]
        for first in range(0, count, each)
        for own in range(each)
    ]


def test_filters_that_respond_alike_lie_together():
    found = layouts.by_response(families(64, 8), range(64))
    assert found.shape == (8, 8)
    groups = [spread(found, range(first, first + 8)) for first in range(0, 64, 8)]
    assert max(groups) < 2.2 < spread(found, range(0, 64, 8))


def test_filters_left_out_still_link_those_that_are_shown():
    """Every fourth filter is shown: no two of them are each other's neighbours, but they have some in common."""
    found = layouts.by_response(families(128, 16), range(0, 128, 4))
    groups = [spread(found, range(first, first + 4)) for first in range(0, 32, 4)]
    assert sorted(found.ravel()[:32]) == list(range(32))
    assert np.mean(groups) < 1.6


def test_filters_that_are_like_nothing_have_a_cell():
    found = layouts.by_response([[(1, 0.5)], [(0, 0.5)], [], [], []], range(5))
    assert sorted(found.ravel()) == [-1, 0, 1, 2, 3, 4]


def test_what_works_against_another_is_not_like_it():
    against = [[(own ^ 1, 0.9), ((own + 2) % 16, -0.9)] for own in range(16)]
    assert np.isfinite(layouts.by_response(against, range(16))).all()
    alone = [[(own ^ 1, 0.9)] for own in range(16)]
    assert (layouts.by_response(against, range(16)) == layouts.by_response(alone, range(16))).all()


def test_filters_with_the_same_photographs_lie_together():
    random = np.random.default_rng(5)
    shown = [(100 * (own % 7) + random.permutation(20)[:9]).tolist() for own in range(49)]
    found = layouts.by_photographs(shown)
    groups = [spread(found, range(first, 49, 7)) for first in range(7)]
    assert np.mean(groups) < 1.7
    assert max(groups) < 2.5 < spread(found, range(7))


def test_photographs_count_as_often_as_they_are_shown():
    shown = [[1, 1, 2], [1, 3], [4, 4, 4], [2, 3, 4], [9], [1, 2, 3]]
    counts = np.zeros((6, 10))
    for own, photographs in enumerate(shown):
        np.add.at(counts[own], photographs, 1)
    counts /= np.linalg.norm(counts, axis=1, keepdims=True)
    assert layouts.cosines(shown)(np.eye(6)) == pytest.approx(counts @ counts.T)

"""Coordinates from similarities."""

import numpy as np
import pytest

from generator.site.maps import embedding


def matrix(similar):
    return lambda own: similar @ own


def ring(count):
    """Each thing is like the two beside it."""
    similar = np.zeros((count, count))
    for one in range(count):
        similar[one, (one + 1) % count] = similar[(one + 1) % count, one] = 1
    return similar


def test_the_leading_vectors_are_those_of_the_whole_decomposition():
    random = np.random.default_rng(1)
    similar = random.random((40, 40)) ** 8
    similar = similar + similar.T
    found = embedding.coordinates(matrix(similar), 40, 3)
    sums = similar.sum(axis=1)
    even = embedding.EVEN * sums.mean() / 40
    root = np.sqrt(sums + even * 40)
    values, vectors = np.linalg.eigh((similar + even) / np.outer(root, root))
    wanted = vectors[:, -2:-5:-1] * values[-2:-5:-1] / root[:, None]
    for own, other in zip(found.T, wanted.T, strict=True):
        cosine = abs(own @ other) / np.linalg.norm(own) / np.linalg.norm(other)
        assert cosine > 0.99


def test_a_ring_becomes_a_circle():
    found = embedding.coordinates(matrix(ring(24)), 24, 2)
    radius = np.linalg.norm(found, axis=1)
    assert radius.std() < 0.01 * radius.mean()
    step = np.linalg.norm(found - np.roll(found, 1, axis=0), axis=1)
    assert step.max() < 0.3 * radius.mean()


def test_groups_without_a_link_are_kept_apart():
    similar = np.kron(np.eye(2), np.ones((5, 5)))
    first = embedding.coordinates(matrix(similar), 10, 1)[:, 0]
    assert np.ptp(first[:5]) < 1e-6
    assert np.ptp(first[5:]) < 1e-6
    assert abs(first[0] - first[9]) > 0.1 * abs(first).max()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_things_have_few_coordinates(count):
    found = embedding.coordinates(matrix(np.ones((count, count))), count, 24)
    assert found.shape == (count, count - 1)
    assert np.isfinite(found).all()


def test_things_that_are_like_nothing_have_coordinates_too():
    found = embedding.coordinates(matrix(np.zeros((6, 6))), 6, 2)
    assert np.isfinite(found).all()
    assert np.isfinite(embedding.directions(found)).all()


def test_the_same_similarities_give_the_same_coordinates():
    one, other = (embedding.coordinates(matrix(ring(9)), 9, 4) for _ in range(2))
    assert (one == other).all()

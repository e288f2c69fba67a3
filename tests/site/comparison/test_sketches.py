import numpy as np
import pytest

from generator.network import sketches
from generator.network.sketches import SIZE, changes, project


def kernels(inputs, filters, seed=0):
    return np.random.default_rng(seed).normal(size=(3, 3, inputs, filters)).astype(np.float32)


def test_a_small_kernel_is_its_own_sketch():
    found = kernels(3, 5)
    assert project(found).shape == (5, 27)
    assert np.array_equal(project(found)[2], found[..., 2].ravel())


@pytest.mark.parametrize("size", [1e-4, 0.1, 3.0])
def test_the_change_is_known_to_a_few_per_cent_whatever_its_size(size):
    before = kernels(128, 200)
    after = before + size * kernels(128, 200, seed=1)
    true = np.linalg.norm((after - before).reshape(-1, 200), axis=0) / np.linalg.norm(before.reshape(-1, 200), axis=0)
    found = changes(project(before), project(after))
    assert project(before).shape == (200, SIZE)
    # numerator and denominator are off by 4.4 % each
    assert abs(np.mean(found / true) - 1) < 0.02
    assert np.std(found / true) < 0.09


def test_what_did_not_change_has_changed_by_nothing():
    before = kernels(64, 4)
    after = before.copy()
    after[..., 2] += 1
    found = changes(project(before), project(after))
    assert found[[0, 1, 3]].tolist() == [0, 0, 0]
    assert found[2] > 0


def test_from_nothing_is_infinite():
    nothing, something = np.zeros((2, 27), np.float32), np.ones((2, 27), np.float32)
    assert changes(nothing, something).tolist() == [np.inf, np.inf]
    assert changes(nothing, nothing).tolist() == [0, 0]


def test_the_matrix_never_changes():
    """Sketches in stores of different ages and machines are compared."""
    found = project(np.ones((3, 3, 32, 1), np.float32))  # (1, 256)
    assert found.sum() == pytest.approx(7.625, rel=1e-6)
    assert sketches.SIZE == 256

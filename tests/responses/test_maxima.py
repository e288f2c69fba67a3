"""Maxima against brute force: everything in memory, in 64 bits."""

import numpy as np
import pytest

from generator.responses import maxima
from generator.responses.accumulators import Peaks
from generator.responses.maxima import Maxima
from generator.responses.maxima_log import MaximaLog
from generator.store import versions

PHOTOGRAPHS, FILTERS = 150, 7


@pytest.fixture
def peaks():
    """Filters of very different scales; filter 3 never fires, filter 4 always alike."""
    random = np.random.default_rng(1)
    value = np.maximum(random.normal(1, 1, (PHOTOGRAPHS, FILTERS)), 0) * 10.0 ** np.arange(-2, FILTERS - 2)
    value[:, 3], value[:, 4] = 0, 123.456
    row, column = random.integers(0, 222, (2, PHOTOGRAPHS, FILTERS), np.int32)
    value = value.astype(np.float32)
    return Peaks(value, row, column, mean=value, sample=value[:, None])


def shard(peaks, first, last):
    return {"layer": Peaks(*(array[first:last] for array in vars(peaks).values()))}


def written(folder, peaks, *ends):
    log, first = MaximaLog(folder, "pass"), 0
    for last in ends:
        log.put(first, shard(peaks, first, last))
        first = last
    return log


@pytest.fixture
def found(tmp_path, peaks):
    return written(tmp_path, peaks, 64, 128, 150).conclude("layer", PHOTOGRAPHS, "c" * 64)


def exact(peaks):
    """Deviations in float64; filters that are constant have none."""
    value = peaks.value.astype(np.float64)
    spread = value.std(axis=0)
    spread[3:5] = 0
    return np.where(spread > 0, (value - value.mean(axis=0)) / np.where(spread > 0, spread, 1), -np.inf)


def test_deviations_equal_brute_force(peaks, found):
    assert np.allclose(found.mean, peaks.value.mean(axis=0, dtype=np.float64))
    assert (found.deviation[3:5] == 0).all()
    wanted, own = exact(peaks), found.deviations(np.arange(FILTERS))
    constant = np.isinf(wanted)
    assert (np.isinf(own) == constant).all()
    assert np.allclose(own[~constant], wanted[~constant], atol=1e-3)


def test_the_strongest_of_some_filters_with_their_places(peaks, found):
    some = [0, 2, 3, 5, 6]
    which, deviations, row, column = found.strongest(some, 3)
    wanted = exact(peaks)
    for photo in range(PHOTOGRAPHS):
        order = sorted(some, key=lambda f: -wanted[photo, f])[:3]
        order = [f for f in order if wanted[photo, f] > 1e-3]
        number = len(order)
        assert which[photo].tolist() == order + [-1] * (3 - number)
        assert np.allclose(deviations[photo, :number], wanted[photo, order], atol=1e-3)
        assert row[photo, :number].tolist() == peaks.row[photo, order].tolist()
        assert column[photo, :number].tolist() == peaks.column[photo, order].tolist()


@pytest.mark.parametrize("filters", [[], [3], [2]])
def test_few_filters(found, filters):
    which, deviations, *_ = found.strongest(filters, 6)
    assert which.shape == deviations.shape == (PHOTOGRAPHS, len(filters))
    assert set(which.ravel().tolist()) <= {*filters, -1} - {3}


def test_one_photograph_is_above_nothing(tmp_path, peaks):
    which, *_ = written(tmp_path, peaks, 1).conclude("layer", 1, "").strongest([0, 1], 6)
    assert (which == -1).all()


def test_only_the_first_photographs_are_listed_and_all_are_counted(tmp_path, peaks, found, monkeypatch):
    monkeypatch.setattr(maxima, "LISTED", 100)
    fewer = written(tmp_path / "fewer", peaks, 64, 128, 150).conclude("layer", PHOTOGRAPHS, "c" * 64)
    assert fewer.level.shape == fewer.row.shape == (100, FILTERS)
    assert (fewer.mean == found.mean).all()
    assert (fewer.deviation == found.deviation).all()
    assert (fewer.row == found.row[:100]).all()


def test_written_in_any_order_and_twice_the_bytes_are_the_same(tmp_path, peaks, found):
    log = written(tmp_path / "other", peaks, 64)
    log.put(128, shard(peaks, 128, 150))
    log.put(64, shard(peaks, 64, 128))
    log.put(128, shard(peaks, 128, 150))
    assert log.conclude("layer", PHOTOGRAPHS, "c" * 64).to_npz() == found.to_npz()


def test_what_is_written_down_and_what_is_missing(tmp_path, peaks):
    log = written(tmp_path, peaks, 64)
    log.put(128, shard(peaks, 128, 150))
    assert log.holds(0, 64)
    assert log.holds(128, 150)
    assert log.holds(0, 0)
    assert not log.holds(0, 65)
    with pytest.raises(FileNotFoundError):
        log.conclude("layer", PHOTOGRAPHS, "")


def test_a_damaged_shard_is_removed(tmp_path, peaks):
    log = written(tmp_path, peaks, 64, 150)
    path = next(tmp_path.rglob("64-150.npz"))
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(FileNotFoundError):
        log.conclude("layer", PHOTOGRAPHS, "")
    assert not path.exists()


def test_another_version_does_not_go_on_with_this_log(tmp_path, peaks, monkeypatch):
    written(tmp_path, peaks, 64)
    monkeypatch.setattr(versions, "CURRENT", versions.Versions(maxima=99))
    assert not MaximaLog(tmp_path, "pass").holds(0, 64)


def test_read_back_and_damaged(found):
    again = Maxima.from_npz(found.to_npz())
    assert all((array == vars(again)[name]).all() for name, array in vars(found).items())
    assert again.row.dtype == np.uint8
    with pytest.raises(ValueError, match="maxima"):
        Maxima.from_npz(found.to_npz()[:-100])

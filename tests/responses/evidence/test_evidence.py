"""What a page says about a filter is what the tally counted."""

from itertools import pairwise

import numpy as np
import pytest

from generator.corpus import Corpus, Photograph
from generator.responses import accumulators, evidence
from generator.responses.accumulators import Peaks
from generator.responses.statistics import LEVELS, conclude

COUNT = 200


@pytest.fixture(scope="module")
def found():
    """Filter 0: activation = index of the photograph; filter 1: silent; filter 2: the first again, halved."""
    value = np.zeros((COUNT, 3), np.float32)
    value[:, 0] = np.arange(COUNT)
    value[:, 2] = value[:, 0] / 2
    running = accumulators.empty(3)
    nowhere = np.zeros((COUNT, 3), np.int64)
    for first in range(0, COUNT, 64):
        part = slice(first, first + 64)
        sample = np.maximum(value[part, None], 0)
        running.add(first, Peaks(value[part], nowhere[part], nowhere[part], np.maximum(value[part], 0), sample))
    labels = ["owl" if index >= COUNT - 30 else "grass" for index in range(COUNT)]
    signature = np.random.default_rng(0).integers(0, 255, (COUNT, 256)).astype(np.uint8)
    photographs = tuple(
        Photograph(f"{i}.png", label, f"{i:064x}", signature[i].tobytes()) for i, label in enumerate(labels)
    )
    corpus = Corpus("test", photographs, (), 224, lambda _: pytest.fail("no photograph has to be read"))
    return evidence.gather(conclude(running, corpus.digest, corpus.signatures), corpus)


def test_the_numbers_of_a_filter(found):
    one = found[0]
    assert (one.photographs, one.active, one.maximum, one.leaders) == (COUNT, COUNT - 1, COUNT - 1, 100)
    assert one.mean == pytest.approx((COUNT - 1) / 2)
    assert one.deviation == pytest.approx(np.arange(COUNT).std())
    for level, value in one.quantiles:
        assert value == pytest.approx(np.quantile(np.arange(1, COUNT), level, method="inverted_cdf"), rel=0.022)
    assert [level for level, _ in one.quantiles] == list(LEVELS)


def test_the_histogram_counts_every_active_photograph(found):
    bars = found[0].histogram
    assert sum(bar.photographs for bar in bars) == COUNT - 1
    assert all(one.high == other.low for one, other in pairwise(bars))
    for bar in bars:
        assert bar.photographs == sum(bar.low <= value < bar.high for value in range(1, COUNT))


def test_labels_and_neighbours(found):
    (owl,) = found[0].labels
    assert (owl.label, owl.count, owl.lift) == ("owl", 30, pytest.approx(2))
    (other,) = found[0].neighbours
    assert (other.filter, other.correlation) == (2, pytest.approx(1))


def test_the_photographs_with_the_highest_mean(found):
    means = found[2].means
    assert [(whole.index, whole.activation) for whole in means] == [(COUNT - n, (COUNT - n) / 2) for n in range(1, 5)]
    assert (means[0].photograph, means[0].label) == (f"{COUNT - 1}.png", "owl")


def test_a_silent_filter_has_no_spectrum(found):
    silent = found[1]
    assert (silent.active, silent.maximum, silent.mean) == (0, 0, 0)
    assert silent.quantiles == silent.histogram == silent.neighbours == ()

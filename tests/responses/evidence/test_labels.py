"""Over-represented labels: counts, what chance would give, and an order that trusts neither luck nor mere size."""

import pytest

from generator.responses.evidence.labels import excesses

LABELS = ["cat"] * 10 + ["dog"] * 10 + ["grass"] * 75 + ["owl"] * 5


def test_counts_and_lift():
    leaders = [*range(8), 10, *range(20, 31)]  # 8 cats, 1 dog, 11 of grass
    (cat,) = excesses(leaders, LABELS)
    assert (cat.label, cat.count) == ("cat", 8)
    assert cat.expected == pytest.approx(20 * 10 / 100)
    assert cat.lift == pytest.approx(4)


def test_two_lucky_photographs_are_chance_and_empty_places_are_skipped():
    assert excesses([95, 96, *range(20, 50), -1, -1], LABELS)[0].label == "grass"
    assert "owl" not in {e.label for e in excesses([95, 96, *range(20, 50)], LABELS)}


def test_many_of_a_common_label_can_be_more_telling_than_few_of_a_rare_one():
    leaders = [*range(9), *range(95, 98), *range(20, 28)]  # 9 cats (lift 4.5), 3 owls (lift 3)
    assert [e.label for e in excesses(leaders, LABELS)] == ["cat", "owl"]


def test_one_label_for_all_says_nothing():
    assert excesses([0, 1, 2, 3], ["photos"] * 9) == ()
    assert excesses([], LABELS) == ()

"""The order in which filters that respond alike stand side by side."""

from types import SimpleNamespace

from generator.network.geometry import LAYERS
from generator.site.pages import response_order
from generator.site.records import Filter


def filters(*neighbours):
    """Filters 10, 11, ... with these (index of the neighbour, correlation)."""
    return tuple(
        SimpleNamespace(
            index=10 + place,
            evidence=SimpleNamespace(
                neighbours=[SimpleNamespace(filter=other, correlation=value) for other, value in near]
            ),
        )
        for place, near in enumerate(neighbours)
    )


def test_the_strongest_correlations_stand_side_by_side():
    found = response_order.order(filters([(14, 0.9)], [(13, 0.8)], [(14, 0.7)], [(11, 0.8)], [(10, 0.9), (12, 0.7)]))
    assert found == [0, 4, 2, 1, 3]


def test_every_filter_once_though_all_are_alike():
    near = [[(10 + other, 0.5) for other in range(7) if other != place] for place in range(7)]
    assert sorted(response_order.order(filters(*near))) == list(range(7))


def test_neighbours_that_the_atlas_leaves_out_are_no_neighbours():
    assert response_order.order(filters([(99, 0.9)], [])) == []


def test_nothing_known_is_no_order():
    assert response_order.order((Filter(LAYERS[0], 0, None, None, None),)) == []

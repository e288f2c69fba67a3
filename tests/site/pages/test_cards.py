"""What the controls of a block page know of its cards."""

import json
from dataclasses import replace

import pytest

from generator.measures.record import Measures
from generator.site import loading
from generator.site.pages import appearance, cards, images
from generator.site.pages.appearance import Look
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """An atlas of two layers of five, with its looks and web pictures."""
    root = tmp_path_factory.mktemp("cards")
    store = Store(root / "store")
    atlas = loading.load(manifest.load(made.make(root, (5, 5))), store)
    cache = WebCache(store)
    return atlas, appearance.derive(atlas.sections, cache), images.derive(atlas.pictures(), cache, 70)


def measures(rank):
    robustness = 0.1 if rank else 1.0
    return Measures(
        activation=1.0, ratio=1.0, rank=rank, robustness=robustness, unneeded=0.0, slope=-2.0, saturated=0.0
    )


def with_ranks(filters, ranks):
    return tuple(
        replace(this, measures=None if rank is None else {"channel": measures(rank), "neuron": measures(0)})
        for this, rank in zip(filters, ranks, strict=True)
    )


def test_an_order_puts_what_it_does_not_know_last(known):
    filters = with_ranks(known[0].sections[0].filters, (3, None, 0, 1, None))
    assert cards.order("selectivity", filters, {}) == [2, 3, 0, 1, 4]


def test_an_order_of_nothing_is_none(known):
    filters = with_ranks(known[0].sections[0].filters, (None,) * 5)
    assert cards.order("selectivity", filters, {}) == []


def test_path_and_contrast_put_what_is_unnatural_first(known):
    filters = tuple(
        replace(this, measures={"channel": measures(0), "neuron": replace(measures(0), path=path, contrast=contrast)})
        for this, path, contrast in zip(
            known[0].sections[0].filters, (0.9, None, 0.2, 1.1, 0.0), (1.0, 3.0, 0.5, None, 2.0), strict=True
        )
    )
    assert cards.order("path", filters, {}) == [4, 2, 0, 3, 1]
    assert cards.order("contrast", filters, {}) == [1, 4, 0, 2, 3]


def test_hue_and_direction_leave_greys_and_tangles_for_the_end(known):
    filters = known[0].sections[0].filters
    seen = dict(enumerate([Look(200, 50, 90, 80), Look(10, 1, 0, 90), Look(0, 40, 170, 10), Look(90, 9, 5, 30)]))
    assert cards.order("hue", filters, seen) == [2, 3, 0, 1, 4]
    assert cards.order("direction", filters, seen) == [1, 3, 0, 2, 4]
    assert cards.order("colour", filters, seen) == [0, 2, 3, 1, 4]


def test_density_puts_rarely_excited_filters_first(known):
    filters = known[0].sections[0].filters  # of made-up filters, each is excited by fewer photographs than the last
    assert cards.order("density", filters, {}) == [4, 3, 2, 1, 0]
    assert cards.density(filters[0]) == (1500 / 1806, 80 / 1806)  # the bar from 128 on, of a maximum of 210.5


def test_ratios_run_both_ways(known):
    filters = known[0].sections[0].filters
    assert cards.order("ratio", filters, {}) == cards.order("patches", filters, {})[::-1]


def test_the_script_holds_each_card_in_order(known):
    atlas, seen, web = known
    text = cards.script(atlas.blocks[0], seen, web)
    assert text.startswith("var atlasCards = ")
    found = json.loads(text.removeprefix("var atlasCards = ").removesuffix(";\n"))
    layer = found["layers"]["block1_conv2"]
    assert layer["numbers"] == [0, 1, 2, 3, 4]
    first = atlas.sections[1].filters[0]
    assert {found["labels"][n] for n in layer["labels"][0]} == {patch.label for patch in first.patches.patches}
    assert web[first.deconvnet.key].name == f"block1_conv2/0-deconvnet-{layer['deconvnet'][0]}"
    for places in layer["orders"].values():
        assert sorted(places) == [0, 1, 2, 3, 4]
    assert set(layer["orders"]) == {name for name, _ in cards.orders(atlas.blocks[0], seen)}
    assert layer["orders"]["selectivity"] == [0, 4, 1, 2, 3]  # made-up ranks go 0, 1, 2, 3 and begin again

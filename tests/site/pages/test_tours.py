"""The guided tours: which filters they show, and what they say of them."""

from dataclasses import replace
from unittest import mock

import pytest

from generator.site import loading
from generator.site.pages import appearance, patch_similarity, tour_texts, tours
from generator.site.pages.appearance import Look
from generator.site.pages.wording import Name
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


def atlas_of(root, widths, **options):
    store = Store(root / "store")
    atlas = loading.load(manifest.load(made.make(root, widths, **options)), store)
    return atlas, appearance.derive(atlas.sections, WebCache(store)), store


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A whole atlas of 8 filters a layer, its looks and its store."""
    return atlas_of(tmp_path_factory.mktemp("tours"), (8,) * 13)


def said(stop):
    return "".join(piece if isinstance(piece, str) else piece.name for piece in stop.sentence)


def test_a_tour_shows_only_filters_whose_pictures_and_patches_belong_together(known):
    planned = tours.plan(*known)
    assert {"tour-textures", "tour-parts"} <= {tour.name for tour in planned}
    for tour in planned:
        assert len(tour.stops) >= tours.LEAST
        ids = [stop.filter.id for stop in tour.stops]
        assert len(set(ids)) == len(ids)
        assert all(tours.exemplary(stop.filter) for stop in tour.stops)
        assert all(said(stop).endswith(".") and stop.title for stop in tour.stops)


def test_what_a_flag_says_or_photographs_beat_is_no_example(known):
    this = known[0].sections[0].filters[0]
    assert tours.exemplary(this)
    assert not tours.exemplary(known[0].sections[0].filters[4])  # made-up: fragile
    assert not tours.exemplary(replace(this, neuron=replace(this.neuron, activation=1.0)))
    assert not tours.exemplary(replace(this, texture=None))
    assert not tours.exemplary(replace(this, patches=None))


def test_lines_and_colours_are_shown_where_patches_agree_and_once_each_way(known):
    atlas, _, store = known
    seen = {section.layer.name: {n: Look(30 * n, 0, 20 * n, 90 - n) for n in range(8)} for section in atlas.sections}
    with mock.patch.object(patch_similarity, "directions", side_effect=lambda this, *_: 9 if this.index != 2 else 5):
        edges = tours.plan(atlas, seen, store)[0]
    assert edges.name == "tour-edges"
    assert [(stop.filter.layer.depth, stop.filter.index) for stop in edges.stops] == [(0, 0), (0, 3), (0, 5)]
    assert [stop.title for stop in edges.stops] == ["Level lines", "Lines rising to the right", "Upright lines"]
    assert len({said(stop).partition(".")[2] for stop in edges.stops}) == 3  # no two say the same
    with mock.patch.object(patch_similarity, "directions", return_value=patch_similarity.MOST - 1):
        assert tours.plan(atlas, seen, store)[0].name != "tour-edges"


def test_parts_have_one_stop_a_label(known):
    parts = next(tour for tour in tours.plan(*known) if tour.name == "tour-parts")
    labels = [piece.name for stop in parts.stops for piece in stop.sentence if isinstance(piece, Name)]
    assert len(labels) == len(set(labels)) > 1
    measures = [stop.filter.measures for stop in parts.stops]
    assert all(own is not None and own["neuron"].rank == 0 for own in measures)


def test_an_atlas_without_material_has_no_tours(tmp_path):
    assert tours.plan(*atlas_of(tmp_path / "few", (3, 3))) == ()
    assert tours.plan(*atlas_of(tmp_path / "bare", (3,) * 13, corpus=False)) == ()
    nothing = atlas_of(tmp_path / "nothing", (3,) * 13, has=lambda *what: what[2] == "patches")
    assert tours.plan(*nothing) == ()


@pytest.mark.parametrize(
    ("degrees", "way"), [(0, "level"), (170, "level"), (45, "rising to the right"), (95, "upright")]
)
def test_directions_have_names(degrees, way):
    assert tour_texts.way_name(degrees) == way


@pytest.mark.parametrize(
    ("degrees", "name"), [(0, "red"), (350, "red"), (58, "yellow"), (240, "blue"), (300, "magenta")]
)
def test_hues_have_names(degrees, name):
    assert tour_texts.hue_name(degrees) == name

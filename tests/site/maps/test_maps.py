"""The maps of an atlas: which there are, what is on them, what their pages load."""

import dataclasses
import io
import json

import numpy as np
import pytest
from PIL import Image

from generator.site import loading, maps
from generator.site.maps import layouts, pages
from generator.site.maps.regions import Region
from generator.site.pages import images, sheets
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


def atlas_of(root, widths, **given):
    path = made.make(root, widths, **given)
    store = Store(root / "store")
    return loading.load(manifest.load(path), store), WebCache(store)


def derived(atlas, cache):
    return maps.derive(atlas, sheets.derive(atlas.sections, cache, 70), cache)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Two layers, one of them too small for a map of its own, and their maps."""
    atlas, cache = atlas_of(tmp_path_factory.mktemp("maps"), (10, 3, 12))
    return atlas, derived(atlas, cache), cache


def test_each_layer_that_is_large_enough_has_a_map_and_the_atlas_has_one(known):
    atlas, found, _ = known
    assert list(found) == ["block1_conv1", "block2_conv1", maps.ALL]
    assert [own.uri for own in found.values()] == ["block1_conv1/map", "block2_conv1/map", "map"]
    assert {this.id for this in found[maps.ALL].filters} == {f.id for s in atlas.sections for f in s.filters}
    layer = found["block2_conv1"]
    assert sorted(this.index for this in layer.filters) == list(range(12))
    assert [len(row) for row in layer.rows] == [4, 4, 4]


def test_without_photographs_or_evidence_there_is_no_map(tmp_path):
    atlas, cache = atlas_of(tmp_path / "none", (8, 8), corpus=False)
    assert derived(atlas, cache) == {}

    def has(layer, _, part):
        return part != "evidence" or layer.conv == 1

    atlas, cache = atlas_of(tmp_path / "later", (8, 8), has=has)
    assert list(derived(atlas, cache)) == ["block1_conv1", maps.ALL]


def test_one_layer_needs_no_map_of_all(tmp_path):
    assert list(derived(*atlas_of(tmp_path, (8,)))) == ["block1_conv1"]


def test_layers_of_any_name_have_maps(tmp_path):
    found = derived(*atlas_of(tmp_path, made.STRIDED, name="other"))
    assert [own.uri for own in found.values()] == ["conv2d/map", "map"]
    assert len(found[maps.ALL].filters) == 10


def test_filters_left_out_are_not_on_it(tmp_path):
    found = derived(*atlas_of(tmp_path, (12, 12), chosen=5))
    assert sorted(this.index for this in found["block1_conv2"].filters) == list(range(5))


def test_a_map_is_kept_from_build_to_build_and_made_anew_for_other_photographs(known, monkeypatch):
    atlas, found, cache = known
    asked = []

    def laid(shown):
        asked.append(shown)
        return np.arange(25).reshape(5, 5)

    monkeypatch.setattr(layouts, "by_photographs", laid)
    cache = WebCache(cache.store)
    assert derived(atlas, cache) == found
    assert asked == []
    first = atlas.sections[0].filters[0]
    patches = dataclasses.replace(first.patches.patches[0], index=99)
    changed = dataclasses.replace(first.patches, patches=(patches, *first.patches.patches[1:]))
    section = dataclasses.replace(
        atlas.sections[0],
        filters=(dataclasses.replace(first, patches=changed), *atlas.sections[0].filters[1:]),
    )
    block = dataclasses.replace(atlas.blocks[0], sections=(section, *atlas.blocks[0].sections[1:]))
    derived(dataclasses.replace(atlas, blocks=(block, *atlas.blocks[1:])), cache)
    assert len(asked) == 1


def test_pictures_from_afar_show_each_filter_in_its_cell(known):
    """Of a layer in the order of its filters, of all in the order of the map."""
    atlas, found, cache = known
    for section, own in ((s, found[s.layer.name]) for s in atlas.sections if s.layer.name in found):
        for kind, tiles in own.tiles.items():
            for place, this in enumerate(section.filters):
                assert alike(this, kind, tiles, place, cache), (this.id, kind)
    for kind, tiles in found[maps.ALL].tiles.items():
        for place, this in enumerate(found[maps.ALL].cells):
            assert this is None or alike(this, kind, tiles, place, cache), (this.id, kind)


def alike(this, kind, tiles, place, cache):
    """Whether a cell shows a filter's picture: pixel by pixel, about."""
    shown = Image.open(tiles.picture.path).convert("RGB")
    assert shown.size == (tiles.picture.width, tiles.picture.height)
    master = Image.open(io.BytesIO(cache.store.read(getattr(this, kind).picture.key))).convert("RGB")
    side = master.width
    cell = shown.resize((side, side), Image.Resampling.BOX, box=tiles.box(place))
    one, other = (np.asarray(own, float).ravel() for own in (cell, master))
    return np.abs(one - other).mean() < 20


def test_pages_and_scripts_tell_where_each_filter_is(known):
    atlas, found, cache = known
    views = {view.uri: view for view in pages.views(found, atlas)}
    assert set(views) == {"block1_conv1/map", "block2_conv1/map", "map"}
    whole, layers = found[maps.ALL], views["map"].records["layers"]
    cells = [None if text == "-" else text.split(".") for text in pages.cells(whole, layers).split()]
    named = [cell and f"{layers[int(cell[0])]}/{cell[1]}" for cell in cells]
    assert named == [this and this.id for this in whole.cells]
    web = images.derive(atlas.pictures(), cache, 70)
    scripts = dict(pages.scripts(found, atlas, web))
    assert set(scripts) == {"assets/map-0.js", "assets/map-1.js", "assets/map-2.js"}
    told = json.loads(scripts["assets/map-2.js"].removeprefix("var atlasMap2 = ").removesuffix(";\n"))
    for this, texture, neuron, label in zip(
        atlas.sections[2].filters, told["texture"], told["neuron"], told["labels"], strict=True
    ):
        assert web[this.texture.picture.key].name == f"{this.id}-texture-{texture}"
        assert web[this.neuron.picture.key].name == f"{this.id}-neuron-{neuron}"
        of = [patch.label for patch in this.patches.patches]
        assert of.count(told["names"][label[0]]) == label[1] == max(map(of.count, of))
        assert label[2] == len(of)


def test_regions_are_named_with_a_filter_in_their_middle(known):
    _, found, _ = known
    layer = found["block2_conv1"]
    region = Region("cat", 12, 36, 3.9, 2.5)
    named = pages.named(dataclasses.replace(layer, regions=(region,)))
    assert named == [("cat", str(layer.rows[2][3].index), 12, 36)]
    whole = found[maps.ALL]
    ((_, where, _, _),) = pages.named(dataclasses.replace(whole, regions=(dataclasses.replace(region, x=0.0, y=0.0),)))
    assert where == whole.cells[0].id

"""The plan: which keys a config wants, and that a change touches exactly what depends on it."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from generator.build.graph import Graph
from generator.build.plan import draw_up, plan
from generator.build.tasks import (
    Conclude,
    Cut,
    Depict,
    Diversify,
    Exhibit,
    Film,
    Follow,
    Measure,
    Project,
    Respond,
    Visualize,
)
from generator.config import Channel, Config, Override
from generator.corpus import Corpus, LeftOut, Photograph
from generator.errors import InputError
from generator.network.weights import Weights
from generator.store.artifacts import Store
from tests.conftest import random_pairs

PHOTOGRAPHS = tuple(Photograph(f"cats/{i}.jpg", "cats", f"{i:064x}", bytes(256)) for i in range(3))
PHOTOGRAPH = "f" * 64  # the key of a whole one


def corpus(photographs=PHOTOGRAPHS):
    left = LeftOut("x.txt", "not a picture", "not a picture")
    return Corpus("photos", photographs, (left,), 224, lambda _: np.zeros((224, 224, 3), np.uint8))


@pytest.fixture
def base(narrow):
    return draw_up(Config(), narrow, corpus())


KINDS = ["channel", "neuron", "patches", "spectrum", "deconvnet", "gradient", "measures"]
PHOTOGRAPHIC = [
    "responses",
    "maxima",
    "footprints",
    "evidence",
    "patches",
    "spectrum",
    "deconvnet",
    "gradient",
    "measures",
]
NAMED = ["evidence", "patches", "spectrum", "deconvnet", "gradient"]  # what shows names or labels


def by_kind(manifest):
    """{(kind, layer): set of keys}."""
    found = {}
    for layer in manifest.layers:
        for kind in KINDS:
            found[kind, layer.name] = set(layer.artifacts.get(kind, {}).values())
        found["responses", layer.name] = {layer.responses} - {None}
        found["maxima", layer.name] = {layer.maxima} - {None}
        found["footprints", layer.name] = {layer.footprints} - {None}
        found["evidence", layer.name] = {layer.evidence} - {None}
    return found


def changed(base, other):
    """The (kind, layer) whose keys differ; all of them, or none."""
    before, after = by_kind(base), by_kind(other)
    for place in before:
        assert before[place] == after[place] or not before[place] & after[place]
    return {place for place in before if before[place] != after[place]}


def every(kinds, layers):
    """Of all kinds and layers; the first block has no layers below to leave footprints in."""
    pairs = {(kind, layer) for kind in kinds for layer in layers}
    return {(kind, layer.name) for kind, layer in pairs if kind != "footprints" or layer.block > 1}


def with_(**changes):
    return dataclasses.replace(Config(), **changes)


def test_every_filter_has_its_own_keys(base, narrow):
    filters = sum(layer.filters for layer in narrow.layers)
    assert len(base.keys()) == 7 * filters + 4 * 13 + 11 + 1


def test_another_corpus_leaves_the_visualizations_alone(base, narrow):
    other = draw_up(Config(), narrow, corpus(PHOTOGRAPHS[:2]))
    assert changed(base, other) == every(PHOTOGRAPHIC, narrow.layers)


def test_other_names_change_only_the_strips_that_show_them(base, narrow):
    renamed = tuple(dataclasses.replace(p, label="dogs") for p in PHOTOGRAPHS)
    assert changed(base, draw_up(Config(), narrow, corpus(renamed))) == every(NAMED, narrow.layers)


def test_one_ascent_parameter_of_one_block(base, narrow):
    channel = dataclasses.replace(Channel(), canvas=(*Channel().canvas[:4], 160))
    config = with_(ascent=dataclasses.replace(Config().ascent, channel=channel))
    assert changed(base, draw_up(config, narrow, corpus())) == every(["channel", "measures"], narrow.layers[10:])


def test_the_recipe(base, narrow):
    config = with_(ascent=dataclasses.replace(Config().ascent, recipe="classic"))
    assert changed(base, draw_up(config, narrow, corpus())) == every(["channel", "neuron", "measures"], narrow.layers)


def test_facets_are_artifacts_of_their_own(base, narrow, tmp_path):
    """With one, which is none, nothing is new; with four, no key of what was there before moves."""
    assert all("facets" not in layer.artifacts for layer in base.layers)
    config = with_(ascent=dataclasses.replace(Config().ascent, facets=4))
    other = draw_up(config, narrow, corpus())
    assert changed(base, other) == set()
    filters = sum(layer.filters for layer in narrow.layers)
    assert len(other.keys() - base.keys()) == filters
    tasks = [task for task in plan(other, Store(tmp_path)).tasks if isinstance(task, Diversify)]
    assert sum(task.pieces for task in tasks) == filters
    assert {task.facets for task in tasks} == {4}
    three = draw_up(with_(ascent=dataclasses.replace(Config().ascent, facets=3)), narrow, corpus())
    assert not (three.keys() - base.keys()) & other.keys()


def filmed(narrow):
    return draw_up(with_(ascent=dataclasses.replace(Config().ascent, climb="frames")), narrow, corpus())


def test_films_are_artifacts_of_their_own(base, narrow, tmp_path):
    """Off, nothing is new; on, no key of what was there before moves, and pictures are made with their films."""
    assert not any(kind.endswith("_film") for layer in base.layers for kind in layer.artifacts)
    other = filmed(narrow)
    assert changed(base, other) == set()
    assert base.keys() < other.keys()
    filters = sum(layer.filters for layer in narrow.layers)
    assert len(other.keys() - base.keys()) == 2 * filters
    tasks = plan(other, Store(tmp_path)).tasks
    assert not any(isinstance(task, Visualize) for task in tasks)
    made = [key for task in tasks for key in task.makes()]
    assert len(made) == len(set(made)) == len(other.keys())


def test_a_stored_picture_is_climbed_again_for_its_film_alone(narrow, tmp_path):
    store, manifest = Store(tmp_path), filmed(narrow)
    layer = manifest.layers[0]
    stored, other = layer.artifacts["channel"][0], layer.artifacts["channel"][1]
    fill(store, [stored, layer.artifacts["channel_film"][1]])
    tasks = [task for task in plan(manifest, store).tasks if isinstance(task, Film) and task.layer == layer.name]
    jobs = {job.filter: job for job in tasks[0].jobs}
    assert jobs[0].again
    assert not jobs[2].again
    assert stored not in set(tasks[0].makes())
    assert 1 not in jobs  # it has its film, and gets its picture back without
    (alone,) = (task for task in plan(manifest, store).tasks if isinstance(task, Visualize))
    assert [job.key for job in alone.jobs] == [other]


def test_a_fine_tuned_top_leaves_the_layers_under_it_alone(base, narrow):
    pairs = random_pairs()
    kernel, bias = pairs["block4_conv2"]
    pairs["block4_conv2"] = (kernel * 2, bias)
    other = draw_up(Config(), Weights.from_arrays(pairs, "tuned"), corpus())
    above = every([*PHOTOGRAPHIC, "channel", "neuron"], narrow.layers[8:])
    assert changed(base, other) == above | {("evidence", narrow.layers[7].name)}  # it names the filters that read it


@pytest.mark.parametrize(
    "changes", [{"store": "elsewhere"}, {"site_dir": "elsewhere"}, {"weights": "w", "images": "i"}]
)
def test_where_things_lie_changes_nothing(base, narrow, changes):
    assert draw_up(with_(**changes), narrow, corpus()) == base


def test_fewer_filters_or_layers_want_a_part_of_the_same_keys(base, narrow):
    fewer = draw_up(with_(filters="2"), narrow, corpus())
    assert fewer.keys() < base.keys()
    assert len(fewer.keys()) == 13 * (7 * 2 + 4) + 11 + 1
    some = draw_up(with_(layers="block1 block5_conv3"), narrow, corpus())
    connected = {layer.evidence for layer in some.layers if layer.name == "block5_conv3"}  # to nothing below it here
    assert some.keys() - connected < base.keys()
    assert [layer.name for layer in some.layers if layer.chosen] == ["block1_conv1", "block1_conv2", "block5_conv3"]
    assert len(some.layers) == 13  # the others are known to be left out


def test_without_photographs_only_visualizations_are_wanted(narrow):
    manifest = draw_up(Config(), narrow, None)
    assert manifest.corpus is None
    assert len(manifest.keys()) == 2 * sum(layer.filters for layer in narrow.layers)


def fill(store, keys, album=None, gallery=None):
    """Put something under each key; those of album and gallery know photograph 2, which the second filter shows."""
    shown = {"filters": [[], [2], *[[]] * 58], "photographs": {"2": PHOTOGRAPH}}
    lists = {album: shown, gallery: [["cats/2.jpg", "cats", PHOTOGRAPH]]}
    for key in keys:
        store._commit(key, {}, json.dumps(lists[key]).encode() if key in lists else b"x", "png", {}, {})


def wide():
    """One layer with more filters than the quick profile has."""
    return Weights.from_arrays(random_pairs((60,)), "wide")


def test_breadth_first(tmp_path):
    weights = wide()
    manifest = draw_up(Config(), weights, corpus())
    found = plan(manifest, Store(tmp_path))
    assert [stage.name for stage in found.stages] == ["quick", "rest"]
    quick, rest = found.stages
    first = {i for task in quick.tasks if isinstance(task, Visualize) for i, _ in task.jobs}
    assert first == set(range(25))
    kinds = [Visualize, Respond, Conclude, Depict, Exhibit, Cut, Project, Measure]
    assert list(dict.fromkeys(type(task) for task in quick.tasks)) == kinds
    assert not any(isinstance(task, Respond | Conclude | Depict | Exhibit | Follow) for task in rest.tasks)
    assert sum(task.pieces for task in found.tasks) == found.wanted == len(manifest.keys())


def test_footprints_are_made_once_and_before_what_is_held_against_them(tmp_path):
    weights = Weights.from_arrays(random_pairs((4, 4, 60, 60)), "wide")
    manifest = draw_up(Config(), weights, corpus())
    assert [layer.footprints is None for layer in manifest.layers] == [True, True, False, False]
    quick, rest = plan(manifest, Store(tmp_path)).stages
    (task,) = (task for task in quick.tasks if isinstance(task, Follow))
    upper = manifest.layers[2:]
    assert task.jobs == tuple((layer.name, layer.footprints, layer.responses) for layer in upper)
    assert not any(isinstance(task, Follow) for task in rest.tasks)
    for stage in (quick, rest):
        reads = {own.layer: own.footprints for own in stage.tasks if isinstance(own, Measure)}
        assert reads.items() >= {layer.name: layer.footprints for layer in upper}.items()
        assert reads.get("block1_conv1") is None
    measures = [own for own in quick.tasks if isinstance(own, Measure)]
    free = {measures[number - 1].layer for number in Graph([task, *measures]).ready() if number}
    assert free == {"block1_conv1", "block1_conv2"}  # nothing here makes their pictures


def test_what_is_stored_is_not_planned(tmp_path):
    weights, store = wide(), Store(tmp_path)
    manifest = draw_up(Config(), weights, corpus())
    missing = {manifest.layers[0].key("channel", 7), manifest.layers[0].key("patches", 50)}
    fill(store, manifest.keys() - missing | {PHOTOGRAPH}, manifest.layers[0].album, manifest.gallery)
    found = plan(manifest, store)
    assert {key for task in found.tasks for key in task.makes()} == missing
    assert found.stored == found.wanted - 2
    fill(store, missing)
    assert plan(manifest, store).stages == ()


def test_filters_past_the_quick_ones_still_get_their_pass(tmp_path):
    weights = wide()
    config = with_(filters="40-49")
    found = plan(draw_up(config, weights, corpus()), Store(tmp_path))
    assert [stage.name for stage in found.stages] == ["rest"]
    assert sum(isinstance(task, Respond) for task in found.tasks) == 1


def test_a_photograph_that_is_missing_is_depicted_again(tmp_path):
    weights, store = wide(), Store(tmp_path)
    manifest = draw_up(Config(), weights, corpus())
    (layer,) = manifest.layers
    fill(store, manifest.keys(), layer.album, manifest.gallery)
    found = plan(manifest, store)
    album, gallery = found.tasks
    assert isinstance(album, Depict)
    assert album.jobs == ((layer.name, layer.album, layer.responses, layer.chosen),)
    assert isinstance(gallery, Exhibit)
    assert gallery.jobs == ((manifest.gallery,),)
    assert found.wanted - found.stored == 1
    config = with_(filters="2-9")  # whose patches do not come from it
    assert plan(draw_up(config, weights, corpus()), store).tasks == (gallery,)


def test_the_network_is_named_and_its_layers_are_placed_unless_it_is_vgg16(base, narrow):
    assert base.network.name == "VGG16"
    assert {layer.geometry for layer in base.layers} == {None}
    other = copy.copy(narrow)
    object.__setattr__(other, "network", "flowers")
    found = draw_up(Config(), other, corpus())
    assert found.network.name == "flowers"
    placed = [(own.block, own.conv, own.stride, own.field, own.offset) for own in narrow.layers]
    assert [dataclasses.astuple(layer.geometry) for layer in found.layers if layer.geometry] == placed
    # the same arrays are another network: names do not tell what it does; photographs alone are the same
    assert found.keys() & base.keys() == {base.gallery}


def test_photographs_are_as_large_as_the_network_asks(narrow):
    assert draw_up(Config(), narrow, corpus()).config["patches"]["size"] == 224
    larger = dataclasses.replace(Config(), patches=dataclasses.replace(Config().patches, size=300))
    assert draw_up(larger, narrow, corpus()).config["patches"]["size"] == 300
    smaller = dataclasses.replace(Config(), patches=dataclasses.replace(Config().patches, size=20))
    with pytest.raises(InputError, match=r"patches.size is 20, but units of block\d_conv\d see 24 pixels"):
        draw_up(smaller, narrow, corpus())


def test_numbers_for_a_layer_that_is_not_there(narrow):
    ascent = dataclasses.replace(Config().ascent, layers=(Override("conv2d", "channel", "canvas", 64),))
    with pytest.raises(InputError, match="VGG16 has no layer 'conv2d'"):
        draw_up(dataclasses.replace(Config(), ascent=ascent), narrow, corpus())
    assert not {"layers", "climb"} & set(draw_up(Config(), narrow, corpus()).config["ascent"])  # so no hash changes


def test_a_store_of_before_there_were_maxima_gets_one_more_pass(tmp_path):
    weights, store = Weights.from_arrays(random_pairs((4, 4)), "two layers"), Store(tmp_path)
    manifest = draw_up(Config(), weights, corpus())
    first, second = manifest.layers
    lacking = {second.maxima, manifest.gallery}
    fill(store, manifest.keys() - lacking | {PHOTOGRAPH}, first.album)
    fill(store, {second.album}, second.album)
    respond, exhibit = plan(manifest, store).tasks
    assert isinstance(respond, Respond)
    assert respond.jobs == ((second.name, second.responses, second.maxima, True),)
    assert list(respond.makes()) == [second.maxima]
    assert isinstance(exhibit, Exhibit)
    assert exhibit.jobs == ((manifest.gallery,),)

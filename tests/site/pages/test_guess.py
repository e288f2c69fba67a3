"""The questions of the game "guess the filter"."""

import json
from dataclasses import replace

import pytest

from generator.site import loading
from generator.site.pages import guess, images
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """An atlas of 30 and 3 filters, and its web pictures."""
    root = tmp_path_factory.mktemp("guess")
    store = Store(root / "store")
    atlas = loading.load(manifest.load(made.make(root, (30, 3))), store)
    return atlas, images.derive(atlas.pictures(), WebCache(store), 70)


def test_a_fair_question_has_hints_and_graded_examples(known):
    this = known[0].sections[0].filters[0]
    assert guess.fair(this)
    assert not guess.fair(replace(this, texture=None))
    assert not guess.fair(replace(this, spectrum=None))
    assert not guess.fair(replace(this, spectrum=replace(this.spectrum, patches=this.spectrum.patches[::-1])))
    assert not guess.fair(replace(this, spectrum=replace(this.spectrum, patches=this.spectrum.patches[:3])))
    assert not guess.fair(replace(this, patches=replace(this.patches, patches=this.patches.patches[:2])))


def test_no_photograph_to_choose_from_is_a_hint(known):
    this = known[0].sections[0].filters[0]
    hint = this.spectrum.patches[3].photograph
    shown = (*this.patches.patches[:8], replace(this.patches.patches[8], photograph=hint))
    assert not guess.fair(replace(this, patches=replace(this.patches, patches=shown)))


def test_questions_are_drawn_by_name_and_few(known):
    section = known[0].sections[0]
    asked = guess.questions(section)
    assert len(asked) == guess.A_LAYER
    assert asked == guess.questions(replace(section, filters=section.filters[::-1]))
    assert asked != list(section.filters[: guess.A_LAYER])


def test_the_script_names_pictures_fields_and_values(known):
    atlas, web = known
    found = json.loads(guess.script(atlas, web).removeprefix("var atlasGuess = ").removesuffix(";\n"))
    assert list(found) == ["block1_conv1", "block1_conv2"]
    assert guess.layers(atlas) == [("block1_conv1", 24), ("block1_conv2", 3)]
    layer = found["block1_conv2"]
    assert (layer["field"], layer["tile"]) == (5, 15)
    question = layer["questions"][2]
    this = atlas.sections[1].filters[2]
    assert question["filter"] == 2
    assert [f"block1_conv2/{name}" for name in question["files"]] == [
        web[picture.key].name
        for picture in (this.neuron.picture, this.texture.picture, this.patches.picture, this.spectrum.picture)
    ]
    assert question["values"] == [30.0, 60.0, 90.0, 120.0]
    assert question["fields"] == [[5, 5]] * 4
    assert len(question["hints"]) == 9

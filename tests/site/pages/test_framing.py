"""Where receptive fields lie in the tiles of patches."""

import json

from generator.site import loading
from generator.site.dataset import export
from generator.site.pages import field_frames, search
from generator.site.pages.images import WebPicture
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made
from tests.site.test_plugin import HOSTILE


def load(tmp_path, **options):
    path = made.make(tmp_path, (2,) * 5, **options)
    return loading.load(manifest.load(path), Store(tmp_path / "store"))


def test_the_neuron_picture_takes_the_share_of_the_field(tmp_path):
    rules = field_frames.stylesheet(load(tmp_path))
    assert ".block1_conv1 { --field: 20.0000%;" in rules  # 3 of 15 pixels
    assert ".block3_conv1 { --field: 66.6667%;" in rules  # 24 of 36
    assert ".block5_conv3 { --field: 100.0000%;" in rules  # no patches known


def test_places_are_coded_in_one_digit(tmp_path):
    section = load(tmp_path).sections[4]
    assert field_frames.places(section) == (6,)
    assert field_frames.code(section.filters[0].patches, (6,)) == "0" * 18
    assert field_frames.code(section.filters[0].patches, (0, 6)) == "1" * 18


def test_the_search_index_is_a_safe_script(tmp_path):
    records = load(tmp_path, labels=lambda _, __, place: HOSTILE[place % len(HOSTILE)])
    web = {picture.key: WebPicture(name, "abc123", picture.path, 1, 1) for name, _, picture in records.pictures()}
    text = search.script(records, web)
    assert text.isascii()
    assert "<" not in text
    index = json.loads(text.removeprefix("var atlasIndex = ").removesuffix(";\n"))
    assert set(index["labels"]) == set(HOSTILE)
    assert index["filters"][0][:3] == [0, 0, "abc123.png"]


def test_the_export_holds_the_numbers_and_their_meaning(tmp_path):
    records = load(tmp_path)
    document = json.loads(json.dumps(export.plain(export.layer_document(records.sections[4], records))))
    found = document["filters"][1]
    assert found["filter"] == "block3_conv1/1"
    assert found["neuron"]["activation"] == 311.0
    assert found["patches"][0]["window"] == [0, 0, 24, 24]
    assert document["meaning"]["neuron.activation"]

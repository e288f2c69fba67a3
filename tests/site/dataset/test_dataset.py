import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from generator.responses.accumulators import BINS
from generator.responses.statistics import Responses
from generator.site import dataset, loading
from generator.site.dataset import export, schema
from generator.site.pages import reference
from generator.store import manifest
from generator.store.artifacts import Store
from tests.documents import read
from tests.made import make

WIDTHS = (3, 2)


@pytest.fixture
def made(tmp_path):
    path = make(tmp_path, WIDTHS)
    return manifest.load(path), Store(tmp_path / "store")


def files(wanted, store):
    return dict(dataset.files(loading.load(wanted, store), wanted, store))


def test_every_layer_has_a_document_that_follows_the_schema(made):
    found = files(*made)
    Draft202012Validator.check_schema(schema.LAYER)
    validator = Draft202012Validator(json.loads(found["schema.json"]))
    for name, filters in zip(("block1_conv1", "block1_conv2"), WIDTHS, strict=True):
        document = read(found[f"{name}.json.gz"])
        assert [str(error.message) for error in validator.iter_errors(document)] == []
        assert [this["filter"] for this in document["filters"]] == [f"{name}/{i}" for i in range(filters)]
    assert not any(name.startswith("block2") for name in found)


def test_facets_are_exported_where_there_are_any(made, tmp_path):
    assert read(files(*made)["block1_conv1.json.gz"])["filters"][0]["facets"] is None
    path = make(tmp_path / "more", WIDTHS, facets=3)
    document = read(files(manifest.load(path), Store(tmp_path / "more" / "store"))["block1_conv1.json.gz"])
    assert [str(error.message) for error in Draft202012Validator(schema.LAYER).iter_errors(document)] == []
    facets = document["filters"][1]["facets"]
    assert (facets["activations"], facets["likeness"]) == ([30.0, 31.0, 32.0], 0.625)


def test_films_are_exported_where_there_are_any(made, tmp_path):
    assert read(files(*made)["block1_conv1.json.gz"])["filters"][0]["neuron_film"] is None
    path = make(tmp_path / "more", WIDTHS, films=True)
    document = read(files(manifest.load(path), Store(tmp_path / "more" / "store"))["block1_conv1.json.gz"])
    assert [str(error.message) for error in Draft202012Validator(schema.LAYER).iter_errors(document)] == []
    film = document["filters"][1]["texture_film"]
    assert film["steps"] == [0, 1, 2, 4, 6, 10]
    assert film["activations"][-1] == document["filters"][1]["texture"]["activation"]


def test_the_schema_refuses_what_is_not_said_in_it(made):
    document = read(files(*made)["block1_conv1.json.gz"])
    document["filters"][0]["unknown"] = 1
    assert not Draft202012Validator(schema.LAYER).is_valid(document)


def test_a_half_filled_store_gives_nulls(tmp_path):
    path = make(tmp_path, WIDTHS, has=lambda _layer, index, _part: index == 0)
    document = read(files(manifest.load(path), Store(tmp_path / "store"))["block1_conv1.json.gz"])
    assert document["filters"][1]["texture"] is None
    assert Draft202012Validator(schema.LAYER).is_valid(document)


def test_the_card_says_what_it_was_made_of(made):
    wanted, store = made
    card = json.loads(files(wanted, store)["manifest.json"])
    assert card["config_hash"] == wanted.hash
    assert card["weights"]["layers"] == {layer.name: layer.digest for layer in wanted.layers}
    assert card["photographs"]["digest"] == wanted.corpus.digest
    assert {"tensorflow", "numpy", "filter-atlas", "python"} <= set(card["versions"])
    assert card["licences"]["code"] == "MIT"


def test_arrays_are_the_responses_as_computed(tmp_path, made):
    wanted, store = made
    buffer = io.BytesIO()
    np.savez(buffer, value=np.arange(3))
    key = "a" * 64
    store._commit(key, {"kind": "responses"}, buffer.getvalue(), "npz", {}, {})
    first = dataclasses.replace(wanted.layers[0], responses=key)
    wanted = dataclasses.replace(wanted, layers=(first, *wanted.layers[1:]))
    found = files(wanted, store)
    assert np.load(io.BytesIO(found["block1_conv1.npz"]))["value"].tolist() == [0, 1, 2]
    assert "block1_conv2.npz" not in found


def test_the_guide_says_what_every_property_and_every_array_is(made):
    tables = schema.as_markdown()
    page = (Path(__file__).parents[3] / "templates/pages/export.md").read_text(encoding="utf-8")
    names = set()

    def walk(value):
        for name, inner in value.items() if isinstance(value, dict) else ():
            if name in ("facts", "meaning", "versions"):  # free
                continue
            names.add(name)
            for each in inner if isinstance(inner, list) else [inner]:
                walk(each)

    walk(read(files(*made)["block1_conv2.json.gz"]))
    assert {"kernel", "window", "lift"} <= names
    assert {name for name in names if f"| `{name}` |" not in tables} == set()
    assert {f.name for f in dataclasses.fields(Responses) if f"`{f.name}`" not in page} == set()
    assert f"filters, {BINS}" in page
    assert reference.fill(page).count("<!--") == 0


def test_numbers_have_the_digits_that_they_can_have():
    assert export.plain((0.10000000149011612, 1234567.891, 3, "a", None)) == [0.1, 1234568.0, 3, "a", None]

"""The page of the photographs: its data in pieces of bounded size, for any corpus."""

import dataclasses
import json
import re

import numpy as np
import pytest

from generator.network.geometry import LAYERS, window
from generator.site import gallery, loading
from generator.site.pages import photographs
from generator.site.pages.images import WebPicture
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made

WIDTHS = (3, 9)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("photographs")
    made.make(root, WIDTHS)
    return root


def read(root, **changes):
    store = Store(root / "store")
    card = dataclasses.replace(manifest.load(manifest.newest(store.root)), **changes)
    return card, store, loading.load(card, store)


@pytest.fixture(scope="module")
def found(root):
    own = gallery.load(*read(root))
    assert own is not None
    return own


def data(text):
    found = re.fullmatch(r"var (\w+) = (.*);\n", text, re.DOTALL)
    assert found
    return found[1], json.loads(found[2])


def test_a_gallery_has_every_photograph_and_the_filters_with_pages(found):
    assert [each.index for each in found.photographs] == list(range(made.PHOTOGRAPHS))
    assert [layer.section.layer.name for layer in found.layers] == ["block1_conv1", "block1_conv2"]
    assert [layer.filter.shape[1] for layer in found.layers] == [3, gallery.SHOWN]
    for layer in found.layers:
        most = layer.section.layer.filters if layer.section.layer.filters == 3 else 9
        for each in range(most):
            assert layer.filter[each, 0] == each  # as they were made


def test_only_chosen_filters_are_shown(tmp_path):
    made.make(tmp_path, WIDTHS, chosen=2)
    own = gallery.load(*read(tmp_path))
    assert own is not None
    assert set(own.layers[1].filter.ravel().tolist()) <= {-1, 0, 1}


def test_nothing_without_a_gallery_or_maxima(root):
    assert gallery.load(*read(root, gallery=None)) is None
    assert gallery.load(*read(root, gallery="0" * 64)) is None
    card, *_ = read(root)
    layers = tuple(dataclasses.replace(layer, maxima=None) for layer in card.layers)
    assert gallery.load(*read(root, layers=layers)) is None
    one = (card.layers[0], dataclasses.replace(card.layers[1], maxima="0" * 64))
    own = gallery.load(*read(root, layers=one))
    assert own is not None
    assert [layer.section.layer.name for layer in own.layers] == ["block1_conv1"]


def web_of(found):
    whole = {each.picture.key: each for each in found.photographs}
    textures = {f.texture.picture.key: f for layer in found.layers for f in layer.section.filters if f.texture}
    return {key: WebPicture("x", "abcdefghij", each.picture.path, 9, 9) for key, each in whole.items()} | {
        key: WebPicture("y", "klmnopqrst", f.texture.picture.path, 9, 9) for key, f in textures.items()
    }


def test_an_answer_says_which_filters_and_where(found):
    pieces = photographs.Pieces(found, web_of(found), web_of(found))
    photograph = found.photographs[4]
    name, piece = data(pieces.files[f"assets/photographs-answers-{4 // pieces.each}.js"])
    assert name == f"atlasAnswers{4 // pieces.each}"
    title, label, file, side, layers = piece["4"]
    assert (title, label, side) == (photograph.name, photograph.label, 224)
    assert file == "x-abcdefghij.avif"
    which, deviations, top, left, texture = layers[1][0]
    assert (which, texture) == (4, "klmnopqrst.png")
    row, column = found.layers[1].row[4, 0], found.layers[1].column[4, 0]
    assert (top, left) == window(LAYERS[1], row, column)[:2]
    assert deviations == round(float(found.layers[1].deviations[4, 0]), 1)


@pytest.mark.parametrize(("count", "layers"), [(3, 2), (2_000, 2), (500, 60)])
def test_pieces_have_a_bounded_size_whatever_the_corpus(found, count, layers):
    many = tuple(
        dataclasses.replace(found.photographs[0], index=n, name=f"{'é' * 20}/{n:06}.jpg", label="é" * 20)
        for n in range(count)
    )
    own = found.layers[1]
    rows = [np.tile(getattr(own, name)[:1], (count, 1)) for name in ("filter", "deviations", "row", "column")]
    large = gallery.Gallery(many, (gallery.Excited(own.section, *rows),) * layers, count)
    pieces = photographs.Pieces(large, web_of(found), web_of(found))
    assert max(map(len, pieces.files.values())) < photographs.MOST_BYTES * 1.05
    catalogue = [data(text) for name, text in pieces.files.items() if "answers" not in name]
    assert [name for name, _ in catalogue] == [f"atlasPhotographs{n}" for n in range(pieces.catalogue)]
    assert [line[0] for _, lines in catalogue for line in lines] == list(range(count))
    answers = dict(data(text) for name, text in pieces.files.items() if "answers" in name)
    for index in range(count):
        assert str(index) in answers[f"atlasAnswers{index // pieces.each}"]


def test_a_damaged_photograph_is_left_out(tmp_path):
    made.make(tmp_path, WIDTHS)
    card, store, atlas = read(tmp_path)
    own = gallery.load(card, store, atlas)
    assert own is not None
    path = own.photographs[7].picture.path
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    web = web_of(own)
    shown = photographs.derive(card, store, atlas, web, WebCache(store))
    assert shown is not None
    assert shown.indices == set(range(made.PHOTOGRAPHS)) - {7}
    assert len(shown.thumbnails) == made.PHOTOGRAPHS - 1

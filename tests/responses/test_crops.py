"""Strips show the very pixels that the network saw, with the field where the facts say it is."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from generator.corpus.folder import from_folder
from generator.network.forward import Network
from generator.network.geometry import LAYERS, Window, window
from generator.responses import crops, scan
from generator.store.file_cache import FileCache
from tests.conftest import drawn_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return drawn_corpus(tmp_path_factory.mktemp("photos"), 12, Image.Resampling.NEAREST)


@pytest.fixture(scope="module")
def responses(corpus, narrow):
    return scan.respond(Network(narrow), corpus, narrow.layers)


def opened(strip):
    image = Image.open(io.BytesIO(strip.payload))
    assert image.size == (strip.facts["width"], strip.facts["height"])
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("name", ["block1_conv1", "block2_conv2", "block4_conv1", "block5_conv3"])
def test_tiles_are_the_pixels_the_network_saw(name, corpus, responses, narrow):
    layer = narrow.layer(name)
    strips = dict(crops.cut(corpus, layer, responses[name], range(layer.filters)))
    assert list(strips) == list(range(layer.filters))
    for which, strip in strips.items():
        side = strip.facts["tile"]
        pixels = opened(strip)
        assert len(strip.facts["patches"]) == (responses[name].photo[which] >= 0).sum()
        for rank, patch in enumerate(strip.facts["patches"]):
            photo = responses[name].photo[which, rank]
            assert corpus.photographs[photo].name == patch["photograph"]
            assert patch["photograph"].startswith(patch["label"])
            assert patch["activation"] == responses[name].value[which, rank]
            seen = window(layer, patch["row"], patch["column"])
            assert Window(*patch["window"]) == seen
            top, left, bottom, right = patch["field"]
            assert 0 <= top < bottom <= side
            assert 0 <= left < right <= side
            tile = pixels[:, rank * side : (rank + 1) * side]
            truth = corpus.read(corpus.photographs[photo])[seen.top : seen.bottom, seen.left : seen.right]
            difference = np.abs(tile[top:bottom, left:right].astype(int) - truth)
            assert difference.max() == 0 if strip.suffix == "png" else difference.mean() < 8


def test_each_photograph_is_decoded_once_and_filters_can_be_chosen(corpus, responses, narrow, monkeypatch):
    asked = []
    stream = type(corpus).stream

    def counting(self, indices):
        asked.append(list(indices))
        return stream(self, indices)

    monkeypatch.setattr(type(corpus), "stream", counting)
    layer = narrow.layer("block3_conv1")
    some = dict(crops.cut(corpus, layer, responses["block3_conv1"], [5, 2]))
    assert list(some) == [5, 2]
    assert len(asked) == 1
    assert len(asked[0]) == len(set(asked[0]))
    many = list(crops.cut(corpus, layer, responses["block3_conv1"], [5, 2] * 30))
    assert many == list(some.items()) * 30
    monkeypatch.setattr(crops, "MOST_BYTES", 1)  # one filter at a time
    assert dict(crops.cut(corpus, layer, responses["block3_conv1"], [5, 2])) == some
    assert len(asked) == 4


def test_tiles_hold_their_field_and_context_and_stay_on_the_photograph():
    for layer in LAYERS:
        side = crops.tile_side(layer, 224)
        assert side == 224 or side >= max(15, 1.5 * layer.field)
        for row, column in ((0, 0), (layer.units(224) - 1, 0), (layer.units(224) // 2, layer.units(224) - 1)):
            field = window(layer, row, column)
            tile = crops.tile_window(field, side, 224)
            assert 0 <= tile.top <= field.top < field.bottom <= tile.bottom <= 224
            assert 0 <= tile.left <= field.left < field.right <= tile.right <= 224
            assert tile.bottom - tile.top == tile.right - tile.left == side


def test_fewer_photographs_give_fewer_tiles(tmp_path, narrow):
    Image.fromarray(np.arange(224 * 224 * 3).reshape(224, 224, 3).astype(np.uint8)).save(tmp_path / "only.png")
    corpus = from_folder(tmp_path, FileCache(tmp_path / "memo.json"))
    layer = narrow.layer("block1_conv1")
    found = scan.respond(Network(narrow), corpus, [layer])[layer.name]
    for _, strip in crops.cut(corpus, layer, found, [0]):
        assert len(strip.facts["patches"]) == 1
        assert opened(strip).shape == (15, 15, 3)


def test_the_spectrum_is_cut_from_weak_to_strong(corpus, responses, narrow):
    layer = narrow.layer("block3_conv1")
    for which, strip in crops.cut(corpus, layer, responses["block3_conv1"], range(layer.filters), "spectrum"):
        shown = [patch["activation"] for patch in strip.facts["patches"]]
        assert shown == sorted(shown)
        assert len(shown) == (4 if responses["block3_conv1"].active[which] else 0)
        opened(strip)


def test_a_whole_photograph(corpus):
    ((index, strip),) = crops.whole(corpus, [5])
    assert index == 5
    assert np.abs(opened(strip).astype(int) - corpus.read(corpus.photographs[5])).mean() < 8
    assert strip.facts == {"width": 224, "height": 224}


def test_responses_of_another_corpus_are_refused(corpus, responses, narrow):
    fewer = dataclasses.replace(corpus, photographs=corpus.photographs[1:])
    with pytest.raises(ValueError, match="of the corpus"):
        list(crops.cut(fewer, narrow.layer("block1_conv1"), responses["block1_conv1"], [0]))

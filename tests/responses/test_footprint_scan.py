"""The second pass against patches that go through the network alone, and against its own interruptions."""

import dataclasses

import numpy as np
import pytest

from generator.network.forward import Network
from generator.network.geometry import window
from generator.responses import footprint_scan, footprints, natural_path, scan
from tests.conftest import drawn_corpus

NAMES = ("block2_conv1", "block3_conv2", "block4_conv1")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return drawn_corpus(tmp_path_factory.mktemp("photos"), 12)


@pytest.fixture(scope="module")
def network(narrow):
    return Network(narrow)


@pytest.fixture(scope="module")
def responses(network, corpus, narrow):
    """Of three layers; the first filter of each answers to nothing, and the second to one photograph only."""
    found = scan.respond(network, corpus, [narrow.layer(name) for name in NAMES])
    for name, own in found.items():
        photo, means = own.photo.copy(), own.mean_photo.copy()
        photo[0], means[0] = -1, -1
        photo[1, 1:], means[1, 1:] = -1, -1
        found[name] = dataclasses.replace(own, photo=photo, mean_photo=means)
    return found


@pytest.fixture(scope="module")
def followed(network, corpus, responses):
    return footprint_scan.follow(network, corpus, responses)


def alone(network, picture, lower):
    """Mean activations of a layer's filters on one picture, in 64 bits."""
    return np.maximum(network.maps(picture[None], lower).numpy()[0].astype(np.float64), 0).mean(axis=(0, 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_patch_leaves_the_same_in_its_photograph_as_alone(name, network, corpus, responses, followed):
    layer, own = network.weights.layer(name), responses[name]
    pixels = dict(corpus.stream(range(len(corpus.photographs))))
    for f in (2, 3):
        fields = [window(layer, *place) for place in zip(own.row[f].tolist(), own.column[f].tolist(), strict=True)]
        natural = {
            "neuron": [
                pixels[i][w.top : w.bottom, w.left : w.right]
                for i, w in zip(own.photo[f].tolist(), fields, strict=True)
                if i >= 0
            ],
            "channel": [pixels[i] for i in own.mean_photo[f].tolist() if i >= 0],
        }
        for objective, pictures in natural.items():
            ways = followed[name][objective]
            assert ways.pictures[f] == len(pictures) > 1
            for number, lower in enumerate(natural_path.below(layer, network.weights.layers)):
                means = np.array([alone(network, picture, lower.name) for picture in pictures])
                np.testing.assert_allclose(ways.means[number][f], means.mean(axis=0), rtol=1e-4, atol=1e-5)
                assert ways.natural[f, number] == pytest.approx(natural_path.natural(means), abs=1e-3)


def test_every_layer_below_is_looked_at(narrow, followed):
    assert [len(followed[name]["neuron"].means) for name in NAMES] == [1, 2, 3]
    for number, lower in enumerate(natural_path.below(narrow.layer("block4_conv1"), narrow.layers)):
        assert followed["block4_conv1"]["channel"].means[number].shape == (8, lower.filters)


def test_filters_without_natural_pictures_have_no_way(followed):
    for both in followed.values():
        for ways in both.values():
            assert ways.pictures[:2].tolist() == [0, 1]
            assert not any(own[0].any() for own in ways.means)
            assert all(own[1].any() for own in ways.means)
            assert not ways.natural[:2].any()


def test_the_way_is_kept_as_it_is(followed):
    payload = footprints.to_npz(followed["block3_conv2"])
    assert payload == footprints.to_npz(footprints.from_npz(payload))
    for objective, ways in footprints.from_npz(payload).items():
        for name, value in vars(ways).items():
            np.testing.assert_equal(value, getattr(followed["block3_conv2"][objective], name))
    with pytest.raises(ValueError, match="not the footprints"):
        footprints.from_npz(payload[:-9])


def same(one, other):
    assert {name: footprints.to_npz(own) for name, own in one.items()} == {
        name: footprints.to_npz(own) for name, own in other.items()
    }


def test_layers_do_not_depend_on_what_is_asked_for_together(network, corpus, responses, followed):
    for name in NAMES:
        same(footprint_scan.follow(network, corpus, {name: responses[name]}), {name: followed[name]})


def read(corpus):
    """The corpus, and the names of what is read of it."""
    names = []

    def one(photograph):
        names.append(photograph.name)
        return corpus.read(photograph)

    return dataclasses.replace(corpus, read=one), names


class InterruptionError(Exception):
    pass


def interrupt(done, total):
    if done >= 8:
        raise InterruptionError


@pytest.mark.parametrize("harm", [None, b"", b"\x93NUMPY", np.float32(1).tobytes()])
def test_an_interrupted_pass_goes_on(harm, network, corpus, responses, followed, tmp_path):
    """What has been damaged meanwhile is looked at again."""
    with pytest.raises(InterruptionError):
        footprint_scan.follow(network, corpus, responses, checkpoint=tmp_path, progress=interrupt, every=0)
    (kept,) = tmp_path.iterdir()
    assert kept.name == "0-4.npy"
    if harm is not None:
        kept.write_bytes(harm)
    again, names = read(corpus)
    told = []
    found = footprint_scan.follow(
        network, again, responses, checkpoint=tmp_path, progress=lambda *own: told.append(own)
    )
    same(found, followed)
    assert len(names) == 12 - (4 if harm is None else 0)
    assert told[-1] == (12, 12)

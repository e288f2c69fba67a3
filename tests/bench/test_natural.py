import numpy as np
import pytest

from generator.bench import natural
from generator.bench.natural import Natural
from generator.corpus import Corpus, Photograph
from generator.measures.measures import NaturalStatistics
from generator.network.forward import Network
from generator.responses import natural_path
from generator.responses.scan import respond

SIZE = 224


@pytest.fixture(scope="module")
def corpus():
    """Twelve coarse pictures, each with another noise."""
    photographs = tuple(Photograph(f"{i}.png", "noise", f"{i:064x}", bytes([i] * 256)) for i in range(12))

    def read(photograph):
        chance = np.random.default_rng(int(photograph.digest, 16))
        return np.kron(chance.integers(0, 256, (56, 56, 3)), np.ones((4, 4, 1))).astype(np.uint8)

    return Corpus("noise", photographs, (), SIZE, read)


@pytest.fixture(scope="module")
def known(narrow, corpus):
    network = Network(narrow)
    layer = narrow.layer("block3_conv1")
    return network, layer, respond(network, corpus, [layer])[layer.name]


def alive(responses):
    return [int(f) for f in np.flatnonzero(responses.maximum > 0)]


def test_patches_are_what_their_units_saw(known, corpus):
    network, layer, responses = known
    filters = alive(responses)
    found = Natural.of(network, corpus, responses, layer, "neuron", filters)
    for f in filters:
        maps = network.maps(np.stack(found.pictures[f]), layer.name).numpy()
        assert maps.shape[1:3] == (1, 1)  # each is exactly one receptive field
        number = len(found.pictures[f])
        np.testing.assert_allclose(np.maximum(maps[:, 0, 0, f], 0), responses.value[f, :number], rtol=1e-3)


def test_photographs_are_those_with_the_highest_mean(known, corpus):
    network, layer, responses = known
    filters = alive(responses)
    found = Natural.of(network, corpus, responses, layer, "channel", filters)
    for f in filters:
        maps = np.maximum(network.maps(np.stack(found.pictures[f]), layer.name).numpy(), 0)
        number = len(found.pictures[f])
        np.testing.assert_allclose(maps[..., f].mean(axis=(1, 2)), responses.mean_value[f, :number], rtol=1e-3)


def test_the_path_is_spearmans_correlation_over_that_of_the_photographs(known, corpus):
    """Against the definition, with the maps of whole layers in place of the benchmark's own pass."""
    network, layer, responses = known
    f = alive(responses)[0]
    found = Natural.of(network, corpus, responses, layer, "neuron", [f])
    picture = np.random.default_rng(5).integers(0, 256, (layer.field, layer.field, 3)).astype(np.uint8)
    (numbers,) = found.paths([f], [picture], torus=False)
    agreements, ceilings = [], []
    for low in natural_path.below(layer, network.weights.layers):
        own, *patches = (
            np.maximum(network.maps(each[None], low.name).numpy(), 0).mean(axis=(0, 1, 2))
            for each in (picture, *found.pictures[f])
        )
        agreements.append(natural_path.correlation(own, np.mean(patches, axis=0)))
        ceilings.append(natural_path.natural(np.stack(patches)))
    assert numbers["agreement"] == pytest.approx(np.mean(agreements), abs=1e-6)
    assert numbers["path"] == pytest.approx(np.mean(agreements) / np.mean(ceilings), abs=1e-6)
    assert found.paths([f], found.pictures[f][:1], torus=False)[0]["agreement"] > numbers["agreement"]


def test_textures_are_tiled_and_other_pictures_mirrored():
    picture = np.arange(3 * 3 * 3, dtype=np.uint8).reshape(3, 3, 3)
    tiled, mirrored = (natural._filled(picture, 7, torus) for torus in (True, False))
    np.testing.assert_array_equal(tiled, np.tile(picture, (3, 3, 1))[:7, :7])
    np.testing.assert_array_equal(mirrored[:, :6], np.concatenate([mirrored[:, :3], mirrored[:, 2::-1]], axis=1))
    np.testing.assert_array_equal(natural._filled(picture, 2, torus=True), picture[:2, :2])


def test_photographs_are_measured_as_the_ceiling(known, corpus):
    network, layer, responses = known
    filters = alive(responses)
    for objective, highest in (("neuron", responses.maximum), ("channel", responses.mean_value[:, 0])):
        found = Natural.of(network, corpus, responses, layer, objective, filters)
        statistics = NaturalStatistics(highest, responses.mean, responses.deviation)
        excited, best, numbers = found.measured(objective, statistics)
        assert excited == filters
        assert [picture.shape[0] for picture in best] == [layer.field if objective == "neuron" else SIZE] * len(filters)
        for f, own in zip(filters, numbers, strict=True):
            assert own["ratio"] == pytest.approx(1, rel=1e-3)
            assert own["activation"] == pytest.approx(highest[f], rel=1e-3)
            assert own["path"] == 1
            assert {"contrast", "saturated", "slope", "agreement"} <= set(own)


def test_there_is_no_path_in_block_1_nor_for_a_filter_that_nothing_excites(narrow, corpus):
    network = Network(narrow)
    first, third = narrow.layer("block1_conv1"), narrow.layer("block3_conv1")
    picture = np.zeros((first.field, first.field, 3), np.uint8)
    responses = respond(network, corpus, [first])[first.name]
    found = Natural.of(network, corpus, responses, first, "neuron", [0])
    assert found.paths([0], [picture], torus=False) == [{}]
    nothing = np.zeros((0, 6), np.float32)
    silent = Natural(network, third, third.field, {0: []}, {0: (nothing[:, :4], nothing)})
    picture = np.zeros((third.field, third.field, 3), np.uint8)
    assert silent.paths([0], [picture], torus=False) == [{}]
    assert silent.measured("neuron", NaturalStatistics(np.zeros(1), np.zeros(1), np.zeros(1)))[0] == []

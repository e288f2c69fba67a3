"""The way back from a unit to its pixels: by hand, by finite differences, and nothing outside the field."""

import io

import numpy as np
import pytest
from PIL import Image

from generator.network.forward import Network
from generator.network.weights import Weights
from generator.network.weights.preprocessing import MEAN_BGR
from generator.responses import crops, projection, scan
from tests.conftest import drawn_corpus, random_pairs


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return drawn_corpus(tmp_path_factory.mktemp("photos"), 10)


def both(network, layer, pixels, which):
    return projection.backward(projection.traced(network, network.weights.layer(layer)), pixels, which)


def test_gradient_times_input_adds_up_to_the_activation_without_biases():
    """Without biases the network is linear wherever its switches stand."""
    pairs = {name: (kernel, np.zeros_like(bias)) for name, (kernel, bias) in random_pairs().items()}
    network = Network(Weights.from_arrays(pairs, "no biases"))
    layer = network.weights.layer("block3_conv2")
    pixels = np.random.default_rng(1).integers(0, 255, (9, layer.field, layer.field, 3)).astype(np.uint8)
    for which in range(layer.filters):
        _, gradient = both(network, layer.name, pixels, which)
        units = network.maps(pixels, layer.name).numpy()[:, 0, 0, which]
        assert np.allclose(gradient.sum((1, 2)), units, rtol=1e-3, atol=1e-4)


def test_the_deconvnet_by_hand(narrow):
    """Two layers: down through the transposed kernel, what is positive of it, down through the first kernel."""
    network = Network(narrow)
    layer = narrow.layer("block1_conv2")
    pixels = np.random.default_rng(2).integers(0, 255, (1, 5, 5, 3)).astype(np.uint8)
    signal, _ = both(network, layer.name, pixels, 3)
    first, second = narrow.kernel("block1_conv1"), narrow.kernel("block1_conv2")
    middle = np.maximum(second[..., 3], 0)  # (3, 3, inputs): one unit of size 1, projected
    expected = np.zeros((5, 5, 3))
    for row in range(3):
        for column in range(3):
            expected[row : row + 3, column : column + 3] += first[..., ::-1, :] @ middle[row, column]
    assert np.allclose(signal[0], expected, atol=1e-5)


def test_switches_decide_where_the_signal_goes(narrow):
    """Of each 2 x 2 units in front of a pooling, only what the winner sees is drawn."""
    network = Network(narrow)
    pixels = np.full((1, 10, 10, 3), MEAN_BGR[::-1])
    pixels[0, 6:9, 6:9] = np.random.default_rng(3).integers(0, 255, (3, 3, 3))
    moved = np.roll(pixels, (-2, -2), axis=(1, 2))
    here, _ = both(network, "block2_conv1", pixels.astype(np.uint8), 1)
    there, _ = both(network, "block2_conv1", moved.astype(np.uint8), 1)
    assert not np.allclose(here, there)


@pytest.mark.parametrize("name", ["block1_conv1", "block2_conv1", "block4_conv1"])
def test_strips_match_the_patches_and_are_zero_outside_the_field(name, corpus, narrow):
    network, layer = Network(narrow), narrow.layer(name)
    found = scan.respond(network, corpus, [layer])[name]
    for which, strips in projection.project(network, corpus, layer, found, [4 % layer.filters, 0]):
        assert set(strips) == {"deconvnet", "gradient"}
        for method, strip in strips.items():
            facts = strip.facts
            assert facts["method"] == method
            pixels = np.asarray(Image.open(io.BytesIO(strip.payload)).convert("RGB")).astype(int)
            assert pixels.shape == (facts["height"], facts["width"], 3)
            outside = np.ones(pixels.shape[:2], bool)
            for rank, patch in enumerate(facts["patches"]):
                assert patch["index"] == found.photo[which, rank]
                top, left, bottom, right = patch["field"]
                outside[top:bottom, rank * facts["tile"] + left : rank * facts["tile"] + right] = False
            deviation = np.abs(pixels[outside] - 128)
            assert deviation.max() == 0 if strip.suffix == "png" else deviation.mean() < 2
            assert outside.all() == (not facts["patches"])
            assert not facts["patches"] or np.abs(pixels[~outside] - 128).max() > 60


def test_the_field_is_what_the_unit_saw(corpus, narrow):
    """Cutting the field out and running the network on it alone gives the unit's activation again."""
    network, layer = Network(narrow), narrow.layer("block4_conv2")
    found = scan.respond(network, corpus, [layer])[layer.name]
    active = np.flatnonzero(found.active)
    assert len(active) >= 2
    for sheet in crops.sheets(corpus, layer, found, active[:2].tolist()):
        units = network.maps(projection.fields(sheet, layer.field), layer.name).numpy()[:, 0, 0, sheet[0]]
        assert np.allclose(units, found.value[sheet[0], : len(units)], rtol=1e-4)


def test_no_patches_and_no_signal_are_grey():
    assert projection.deconvnet_picture(np.zeros((0, 5, 5, 3))).shape == (0, 5, 5, 3)
    assert (projection.gradient_picture(np.zeros((2, 5, 5))) == 128).all()


def test_in_bfloat16_it_is_the_same_picture(corpus, narrow):
    """Numbers are near, not equal: which of two near units wins a pooling may change (0.87 to 0.95, by the machine)."""
    layer = narrow.layer("block3_conv2")
    found = scan.respond(Network(narrow), corpus, [layer])[layer.name]
    ways = [projection.traced(Network(narrow, precision), layer) for precision in ("float32", "bfloat16")]
    sheet = next(crops.sheets(corpus, layer, found, [4]))
    exact, rounded = (projection.backward(way, projection.fields(sheet, layer.field), 4) for way in ways)
    for one, other in zip(exact, rounded, strict=True):
        assert not np.array_equal(one, other)
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.8

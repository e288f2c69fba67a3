import numpy as np
import pytest
import tensorflow as tf

from generator.network import geometry
from generator.network.forward import Network
from generator.network.weights.preprocessing import MEAN_BGR


def pictures(n, side, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, side, side, 3), np.uint8)


def by_hand(weights, image, layer):
    """The same network, written naively in NumPy and float64."""
    x = image[..., ::-1].astype(np.float64) - MEAN_BGR
    for at in weights.layers:
        if at.first and at.block > 1:
            h, w = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
            x = x[:h, :w].reshape(h // 2, 2, w // 2, 2, -1).max((1, 3))
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))  # (h, w, channels, 3, 3)
        z = np.einsum("hwcij,ijcf->hwf", windows, weights.kernel(at.name)) + weights.bias(at.name)
        if at.name == layer:
            return z
        x = np.maximum(z, 0)
    raise AssertionError(layer)


@pytest.mark.parametrize("layer", ["block1_conv1", "block2_conv2", "block4_conv1"])
def test_maps_equal_a_naive_network(narrow, layer):
    images = pictures(2, 75)
    maps = Network(narrow).maps(images, layer).numpy()
    assert maps.shape[1] == narrow.layer(layer).units(75)
    for image, found in zip(images, maps, strict=True):
        np.testing.assert_allclose(found, by_hand(narrow, image, layer), rtol=2e-4, atol=2e-4)


def test_colours_reach_the_network_in_its_order(narrow):
    red = np.zeros((1, 3, 3, 3), np.uint8)
    red[..., 0] = 255
    mean = np.array(MEAN_BGR)
    expected = np.einsum("ijcf,c->f", narrow.kernel("block1_conv1"), np.array([0, 0, 255]) - mean)
    found = Network(narrow).maps(red, "block1_conv1").numpy()[0, 0, 0]
    np.testing.assert_allclose(found, expected + narrow.bias("block1_conv1"), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layer", [layer.name for layer in geometry.LAYERS[:10]])
def test_a_torus_is_the_endless_tiling(narrow, layer):
    """Its map is what a large enough tiling shows in the middle, and shifts with the picture by whole strides."""
    network, at = Network(narrow), narrow.layer(layer)
    tile = pictures(1, 32)
    torus = network.maps(tile, layer, torus=True).numpy()
    side = 32 // at.stride
    assert torus.shape[1:3] == (side, side)
    # unit (0, 0) of the torus reads around the corner, that of the tiling from it on: all rims apart
    apart = sum(below.stride for below in narrow.layers[: at.depth + 1])
    tiling = network.maps(np.tile(np.roll(tile, apart, (1, 2)), (1, 5, 5, 1)), layer).numpy()
    np.testing.assert_allclose(torus, tiling[:, :side, :side], rtol=1e-3, atol=1e-3)
    rolled = network.maps(np.roll(tile, at.stride, axis=2), layer, torus=True).numpy()
    np.testing.assert_allclose(rolled, np.roll(torus, 1, axis=2), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("torus", [False, True])
@pytest.mark.parametrize("deepest", ["block2_conv1", "block4_conv1"])
def test_activations_of_several_layers_are_those_of_each(narrow, torus, deepest):
    """Also on a torus, where a rim serves a whole block of wide maps, and reaches over the edge in between."""
    network, images = Network(narrow), pictures(2, 64)
    names = ("block1_conv1", "block1_conv2", "block2_conv1", deepest)
    found = network.activations(images, names, torus)
    for name, activations in zip(names, found, strict=True):
        maps = np.maximum(network.maps(images, name, torus).numpy(), 0)
        np.testing.assert_allclose(activations.numpy(), maps, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("torus", [False, True])
@pytest.mark.parametrize("layer", ["block1_conv1", "block1_conv2", "block2_conv2", "block3_conv2"])
def test_the_target_is_one_of_the_maps(narrow, layer, torus):
    network, images, filters = Network(narrow), pictures(3, 48), [3, 0, 2]
    maps = network.maps(images, layer, torus).numpy()
    target = network.target(images, layer, tf.constant(filters), torus).numpy()
    np.testing.assert_allclose(target, [maps[i, ..., f] for i, f in enumerate(filters)], rtol=1e-4, atol=1e-4)


def test_one_pass_gives_all_layers(narrow):
    network, images = Network(narrow), pictures(1, 100)
    stages = {
        layer.name: z for layer, z in zip(narrow.layers[:9], (z for _, z in network.stages(images)), strict=False)
    }
    for layer in ("block1_conv1", "block3_conv3", "block4_conv1"):
        np.testing.assert_allclose(stages[layer], network.maps(images, layer), rtol=1e-4, atol=1e-4)


def test_one_trace_a_layer_and_shape(narrow):
    network = Network(narrow)
    for seed in range(3):
        network.maps(pictures(2, 20, seed), "block2_conv1")
    assert network.traces() == 1
    network.maps(pictures(1, 20), "block2_conv1")
    network.maps(pictures(2, 20), "block1_conv1")
    assert network.traces() == 3


@pytest.mark.parametrize("layer", ["block1_conv2", "block2_conv2", "block3_conv1"])
def test_no_pixel_outside_its_window_moves_a_unit(oxford, layer):
    """Receptive fields by perturbation, on the true layers: nothing outside counts, each side of the border does."""
    network, at = Network(oxford), oxford.layer(layer)
    image = pictures(1, 60)
    row, column = 2, 3
    seen = geometry.window(at, row, column)
    inside = (slice(seen.top, seen.bottom), slice(seen.left, seen.right))
    unit = network.maps(image, layer).numpy()[0, row, column]
    outside = pictures(1, 60, seed=1)
    outside[0][inside] = image[0][inside]
    np.testing.assert_array_equal(network.maps(outside, layer).numpy()[0, row, column], unit)
    for border in (
        np.s_[seen.top, seen.left : seen.right],
        np.s_[seen.bottom - 1, seen.left : seen.right],
        np.s_[seen.top : seen.bottom, seen.left],
        np.s_[seen.top : seen.bottom, seen.right - 1],
    ):
        changed = image.copy()
        changed[0][border] = 255 - changed[0][border]
        assert np.abs(network.maps(changed, layer).numpy()[0, row, column] - unit).max() > 1e-3


@pytest.mark.parametrize("layer", ["block1_conv1", "block2_conv2", "block3_conv1", "block4_conv2", "block5_conv1"])
@pytest.mark.parametrize("by", [1, 2, 4, 6, 8, 16])
def test_a_shifted_unit_is_the_unit_of_the_shifted_picture(narrow, layer, by):
    """Whatever of the way up the four shifts share."""
    network, own = Network(narrow), narrow.layer(layer)
    side, filters = own.field, tf.constant([1, 3])
    framed = np.random.default_rng(by).uniform(0, 255, (2, side + 2 * by, side + 2 * by, 3)).astype(np.float32)
    found = network.shifted(tf.constant(framed), layer, filters, by).numpy()
    for at, (down, right) in enumerate(((by, 0), (-by, 0), (0, by), (0, -by))):
        top, left = by + down, by + right
        picture = framed[:, top : top + side, left : left + side]
        expected = network.target(tf.constant(picture), layer, filters).numpy()[:, 0, 0]
        np.testing.assert_allclose(found[:, at], expected, rtol=1e-4, atol=1e-5)

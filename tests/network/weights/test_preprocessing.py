import numpy as np
import pytest
import tensorflow as tf

from generator.errors import InputError
from generator.network.forward import Network, preprocess
from generator.network.weights import Weights
from generator.network.weights.preprocessing import CAFFE, MEANINGS, NAMED, TORCH, Preprocessing, fold, parse
from tests.conftest import random_pairs

KERAS = {"caffe": "vgg16", "torch": "densenet", "tf": "mobilenet"}


def seen(expected, pixels):
    """What a network is given, by definition: (..., channels), float64."""
    return pixels @ np.array(expected.matrix).T + np.array(expected.offset)


def pictures():
    return np.random.default_rng(1).integers(0, 256, (2, 9, 9, 3)).astype(np.float64)


@pytest.mark.parametrize("mode", KERAS)
def test_the_modes_are_keras_own(mode):
    theirs = getattr(tf.keras.applications, KERAS[mode]).preprocess_input(pictures().astype(np.float32))
    assert np.allclose(seen(NAMED[mode], pictures()), theirs, rtol=1e-5, atol=1e-4)


def test_torch_is_torchvisions_formula():
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    assert np.allclose(seen(TORCH, pictures()), (pictures() / 255 - mean) / std, rtol=1e-12)


def test_folding_torch_is_the_formula_of_the_guide():
    kernel, bias = random_pairs()["block1_conv1"]
    std, mean_bgr = np.array([0.229, 0.224, 0.225]), np.array([103.939, 116.779, 123.68])
    by_hand = (kernel / (255 * std)[:, None])[:, :, ::-1]
    shift = (mean_bgr[::-1] / 255 - np.array([0.485, 0.456, 0.406])) / std
    folded, moved = fold(kernel, bias, TORCH)
    assert np.allclose(folded, by_hand, rtol=1e-6)
    assert np.allclose(moved, bias + np.einsum("hwif,i->f", kernel, shift), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("text", [*NAMED, "rgb:0.01:-0.3,0.2,0.1", "GBR:0.1,0.2,0.3:5"])
def test_a_folded_network_computes_what_the_network_does(text):
    expected, pairs = parse(text), random_pairs((4, 5))
    assert expected is not None
    kernel, bias = pairs["block1_conv1"]
    windows = np.lib.stride_tricks.sliding_window_view(seen(expected, pictures()), (3, 3), (1, 2))
    theirs = np.einsum("bhwcij,ijcf->bhwf", windows, kernel.astype(np.float64)) + bias
    pairs["block1_conv1"] = fold(kernel, bias, expected)
    ours = Network(Weights.from_arrays(pairs, "folded")).maps(pictures(), "block1_conv1").numpy()
    assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


def test_the_default_changes_no_byte():
    kernel, bias = random_pairs()["block1_conv1"]
    folded = fold(kernel, bias, CAFFE)
    assert folded[0] is kernel
    assert folded[1] is bias
    assert np.allclose(seen(CAFFE, pictures()), preprocess(tf.constant(pictures())).numpy(), atol=1e-4)


def test_another_order_of_colours_changes_no_bit_either():
    kernel, bias = random_pairs()["block1_conv1"]
    folded, moved = fold(kernel, bias, NAMED["mean"])
    assert np.array_equal(folded, kernel[:, :, ::-1])
    assert np.array_equal(moved, bias)


def test_grey_input_becomes_a_kernel_of_three_colours():
    grey = Preprocessing(((0.2, 0.5, 0.3),), (-7.0,))
    kernel = np.random.default_rng(0).normal(size=(3, 3, 1, 4)).astype(np.float32)
    folded, _ = fold(kernel, np.zeros(4, np.float32), grey)
    assert folded.shape == (3, 3, 3, 4)
    assert np.allclose(folded[:, :, ::-1], kernel * np.array([0.2, 0.5, 0.3])[:, None], rtol=1e-6)


@pytest.mark.parametrize(
    "text", ["Torch", "rgb", "rgb:1", "rgb:a:0", "rrb:1:0", "rgb:1,2:0", "rgb:nan:0", "rgb:1:0:0", ""]
)
def test_a_setting_that_is_none(text):
    with pytest.raises(InputError, match="preprocessing is"):
        parse(text)


def test_words():
    assert parse("auto") is None
    assert set(MEANINGS) == set(NAMED)
    assert len({named.words for named in NAMED.values()}) == len(NAMED)
    assert parse("bgr:1:-103.939,-116.779,-123.68") == CAFFE
    own = parse("rgb:0.5:-2")
    assert own is not None
    assert "0.5 R \u2212 2" in own.words

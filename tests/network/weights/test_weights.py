import io
import zipfile
from typing import Any

import h5py
import numpy as np
import pytest

from generator.errors import InputError
from generator.network.geometry import LAYERS
from generator.network.weights import Weights, published
from generator.store.file_cache import FileCache
from tests.conftest import NARROW, random_pairs


@pytest.fixture
def memo(tmp_path):
    return FileCache(tmp_path / "memo.json")


def save_npz(path, pairs):
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in pairs.items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    np.savez(path, **arrays)
    return path


def write_groups(file, pairs, layout):
    """The layouts of Keras 2 (`old`) and of Keras 3 (`new`)."""
    for number, (name, (kernel, bias)) in enumerate(pairs.items()):
        if layout == "old":
            group = file.create_group(f"model_weights/{name}/{name}")
            group["kernel:0"], group["bias:0"] = kernel, bias
        else:
            group = file.create_group(f"layers/functional/layers/conv2d{f'_{number}' if number else ''}/vars")
            group["0"], group["1"] = kernel, bias
            group.attrs["name"] = name
    dense = file.create_group("layers/dense/vars")
    dense["0"], dense["1"] = np.zeros((8, 3), np.float32), np.zeros(3, np.float32)


def same(weights, pairs):
    return all(
        np.array_equal(weights.kernel(name), kernel) and np.array_equal(weights.bias(name), bias)
        for name, (kernel, bias) in pairs.items()
    )


def test_npz(tmp_path, memo):
    pairs = random_pairs()
    weights = Weights.open(save_npz(tmp_path / "w.npz", pairs), memo)
    assert [layer.filters for layer in weights.layers] == list(NARROW)
    assert same(weights, pairs)
    assert not weights.verified
    assert "w.npz" in weights.origin


@pytest.mark.parametrize("layout", ["old", "new"])
@pytest.mark.parametrize("suffix", [".h5", ".weights.h5", ".keras"])
def test_keras_files(tmp_path, memo, layout, suffix):
    pairs = random_pairs()
    path = tmp_path / f"w{suffix}"
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_groups(file, pairs, layout)
    if suffix == ".keras":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", '{"class_name": "Lambda"}')
            archive.writestr("model.weights.h5", buffer.getvalue())
    else:
        path.write_bytes(buffer.getvalue())
    assert same(Weights.open(path, memo), pairs)


def test_first_layers_only_with_all_biases(tmp_path, memo):
    pairs = random_pairs()
    path = save_npz(tmp_path / "w.npz", dict(list(pairs.items())[:5]))
    with np.load(path) as old:
        np.savez(path, **old, block5_conv3_bias=pairs["block5_conv3"][1])
    weights = Weights.open(path, memo)
    assert [layer.name for layer in weights.layers][-1] == "block3_conv1"
    assert len(weights.layers) == 5


def test_digests_are_of_all_layers_up_to_one(narrow):
    pairs = random_pairs()
    kernel, bias = pairs["block3_conv1"]
    pairs["block3_conv1"] = (kernel + 1, bias)
    tuned = Weights.from_arrays(pairs, "tuned")
    for layer in narrow.layers:
        assert (tuned.digest(layer.name) == narrow.digest(layer.name)) == (layer.depth < 4)


def test_with_a_memo_the_file_is_not_read_again(tmp_path, memo, monkeypatch):
    path = save_npz(tmp_path / "w.npz", random_pairs())
    first = Weights.open(path, memo)

    def unread(*_):
        raise AssertionError("read")

    monkeypatch.setattr("generator.network.weights.read", unread)
    again = Weights.open(path, memo)
    assert (again.digests, again.layers, again.origin) == (first.digests, first.layers, first.origin)
    with pytest.raises(AssertionError):
        again.kernel("block1_conv1")


def test_a_changed_file_is_read_again(tmp_path, memo):
    path = tmp_path / "w.npz"
    first = Weights.open(save_npz(path, random_pairs(seed=1)), memo)
    second = Weights.open(save_npz(path, random_pairs((4, 4, 6), seed=2)), memo)
    assert first.digest("block1_conv1") != second.digest("block1_conv1")
    assert len(second.layers) == 3


def test_the_true_ones_are_told(oxford, vgg19):
    assert oxford.verified
    assert "Oxford" in oxford.origin
    assert len(oxford.layers) == 5
    assert not vgg19.verified
    assert (oxford.network, vgg19.network) == ("VGG16", "VGG19")
    assert [layer.name for layer in vgg19.layers][-1] == "block3_conv4"
    assert [(layer.field, layer.offset) for layer in vgg19.layers][-1] == (48, 2)


def test_all_26_digests_are_there():
    assert list(published.DIGESTS) == [layer.name for layer in LAYERS]
    assert len({digest for pair in published.DIGESTS.values() for digest in pair}) == 26


def test_one_changed_number_is_not_genuine(oxford_file):
    with np.load(oxford_file) as file:
        kernel, bias = file["block1_conv1_kernel"].copy(), file["block1_conv1_bias"]
    assert Weights.from_arrays({"block1_conv1": (kernel, bias)}, "").verified
    kernel[0, 0, 0, 0] = np.nextafter(kernel[0, 0, 0, 0], 1)
    assert not Weights.from_arrays({"block1_conv1": (kernel, bias)}, "").verified


def without(name):
    return {other: pair for other, pair in random_pairs().items() if other != name}


def with_pair(name, kernel, bias):
    return random_pairs() | {name: (kernel, bias)}


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (without("block1_conv1"), "lacks block1_conv1"),
        (without("block3_conv2"), "lacks block3_conv2"),
        (with_pair("block3_conv4", np.zeros((3, 3, 8, 8), np.float32), np.zeros(8, np.float32)), "19"),
        (
            with_pair("block1_conv1", np.zeros((3, 3, 1, 4), np.float32), np.zeros(4, np.float32)),
            "expected (3, 3, 3, n)",
        ),
        (
            with_pair("block2_conv1", np.zeros((5, 5, 4, 6), np.float32), np.zeros(6, np.float32)),
            "expected (3, 3, 4, n)",
        ),
        (with_pair("block2_conv1", np.zeros((3, 3, 4, 6), np.float32), np.zeros(5, np.float32)), "bias (5,)"),
        (with_pair("block1_conv2", np.full((3, 3, 4, 4), np.nan, np.float32), np.zeros(4, np.float32)), "no finite"),
        (with_pair("block1_conv2", np.zeros((3, 3, 4, 4), np.int32), np.zeros(4, np.float32)), "floats"),
    ],
)
def test_wrong_arrays(pairs, words):
    with pytest.raises(InputError) as error:
        Weights.from_arrays(pairs, "the file")
    assert words in str(error.value)
    assert "the file" in str(error.value)


class Pickled:
    def __reduce__(self):
        raise AssertionError("unpickled")


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("w.npz", b""),
        ("w.npz", b"not an archive"),
        ("w.h5", b""),
        ("w.h5", b"not HDF5"),
        ("w.keras", b"PK\x03\x04 and then nothing"),
        ("w.npz", b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R."),
        ("w.bin", b""),
    ],
)
def test_unreadable_files(tmp_path, memo, name, payload):
    (tmp_path / name).write_bytes(payload)
    with pytest.raises(InputError) as error:
        Weights.open(tmp_path / name, memo)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file(tmp_path, memo):
    with pytest.raises(InputError, match="no file"):
        Weights.open(tmp_path / "w.npz", memo)


def test_a_truncated_file(tmp_path, memo):
    path = save_npz(tmp_path / "w.npz", random_pairs())
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError, match="cannot be read"):
        Weights.open(path, memo)


def test_a_resnet(tmp_path, memo):
    with h5py.File(tmp_path / "w.h5", "w") as file:
        group = file.create_group("model_weights/conv1_conv/conv1_conv")
        group["kernel:0"], group["bias:0"] = np.zeros((7, 7, 3, 64), np.float32), np.zeros(64, np.float32)
    with pytest.raises(InputError, match=r"1 convolution .*none with a name of VGG16"):
        Weights.open(tmp_path / "w.h5", memo)

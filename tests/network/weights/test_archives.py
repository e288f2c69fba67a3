"""Named arrays as PyTorch, TF-Slim, Frossard, timm and KerasHub have them, and what is said of other files."""

import json
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from generator.arrays import Array
from generator.errors import InputError
from generator.network.geometry import vgg16
from generator.network.weights import published
from generator.network.weights.contents import Pairs
from generator.network.weights.preprocessing import NAMED, TORCH, fold
from tests.conftest import NARROW, random_pairs
from tests.network.weights.keras_models import opened

FEATURES = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)  # torchvision.models.vgg16
FEATURES_BN = (0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40)  # vgg16_bn
NAMES = [layer.name for layer in vgg16()]


def save(path, arrays):
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    else:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    return path


def state_dict(pairs, numbers=FEATURES, before=""):
    """As torch: kernels (out, in, kh, kw), and the dense layers above."""
    found = {f"{before}classifier.0.weight": np.zeros((5, 7), np.float32), f"{before}classifier.0.bias": np.zeros(5)}
    for number, (kernel, bias) in zip(numbers, pairs.values(), strict=False):
        found[f"{before}features.{number}.weight"] = kernel.transpose(3, 2, 0, 1)
        found[f"{before}features.{number}.bias"] = bias
    return found


def same(weights, pairs, expected):
    """Whether these are the pairs, the first folded for what the network expects."""
    wanted = dict(pairs)
    kernel, bias = pairs["block1_conv1"]
    wanted["block1_conv1"] = fold(kernel, bias, expected)
    return [layer.name for layer in weights.layers] == list(pairs) and all(
        np.array_equal(weights.kernel(name), kernel) and np.array_equal(weights.bias(name), bias)
        for name, (kernel, bias) in wanted.items()
    )


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".SafeTensors"])
@pytest.mark.parametrize("before", ["", "module.", "model.backbone."])
def test_torchvisions_names(tmp_path, suffix, before):
    weights = opened(save(tmp_path / f"w{suffix}", state_dict(random_pairs(), before=before)))
    assert same(weights, random_pairs(), TORCH)
    assert "(torch)" in weights.expects


def test_bfloat16_and_half_in_safetensors(tmp_path):
    import ml_dtypes

    for kind in (ml_dtypes.bfloat16, np.float16):
        arrays = {name: array.astype(kind) for name, array in state_dict(random_pairs()).items()}
        pairs = {
            name: tuple(array.astype(kind).astype(np.float32) for array in pair)
            for name, pair in random_pairs().items()
        }
        assert same(opened(save(tmp_path / f"{np.dtype(kind).name}.safetensors", arrays)), pairs, TORCH)


def test_batch_normalizations_of_torch(tmp_path):
    numbers = np.random.default_rng(0)
    arrays: dict[str, Array] = {}
    pairs: Pairs = {}
    for number, (name, (kernel, bias)) in zip(FEATURES_BN, random_pairs().items(), strict=True):
        gamma, beta, mean, variance = numbers.uniform(0.5, 2, (4, len(bias))).astype(np.float32)
        arrays |= {f"features.{number}.weight": kernel.transpose(3, 2, 0, 1), f"features.{number}.bias": bias}
        arrays |= {f"features.{number + 1}.weight": gamma, f"features.{number + 1}.bias": beta}
        arrays |= {f"features.{number + 1}.running_mean": mean, f"features.{number + 1}.running_var": variance}
        arrays |= {f"features.{number + 1}.num_batches_tracked": np.array(3)}
        scale = gamma / np.sqrt(variance.astype(np.float64) + 1e-5)
        pairs[name] = (kernel * scale, (bias - mean) * scale + beta)
    weights = opened(save(tmp_path / "w.safetensors", arrays))
    pairs["block1_conv1"] = fold(*pairs["block1_conv1"], TORCH)
    assert len(weights.layers) == 13
    for name, (kernel, bias) in pairs.items():
        assert np.allclose(weights.kernel(name), kernel, rtol=1e-5)
        assert np.allclose(weights.bias(name), bias, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 2, 4, 7), "no VGG has these layers"),  # three convolutions in block 1
        ((0, 2, 6, 8), "none with a name"),  # something between that VGG has not
        ((1, 3, 6), "none with a name"),
    ],
)
def test_other_stacks_of_torch(tmp_path, numbers, words):
    pairs = dict(list(random_pairs((4,) * 13).items())[: len(numbers)])
    with pytest.raises(InputError, match=words):
        opened(save(tmp_path / "w.npz", state_dict(pairs, numbers)))


@pytest.mark.parametrize(
    ("numbers", "network", "last"),
    [
        ((0, 3, 6, 8, 11, 13, 16, 18), "VGG11", 134),
        ((0, 2, 5, 7, 10, 12, 14, 16, 19, 21), "VGG19", 84),
        ((0, 2, 5, 7, 10, 12, 15, 17, 20, 22), "VGG13", 140),
    ],
)
def test_other_vggs_of_torch(tmp_path, numbers, network, last):
    pairs = dict(list(random_pairs((4,) * 13).items())[: len(numbers)])
    weights = opened(save(tmp_path / "w.npz", state_dict(pairs, numbers)))
    assert weights.network == network
    assert weights.layers[-1].field == last
    assert len(weights.layers) == len(numbers)
    assert "torch" in weights.expects


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize(
    "names",
    [("conv{}_{}_W", "conv{}_{}_b"), ("vgg_16/conv{0}/conv{0}_{1}/weights", "vgg_16/conv{0}/conv{0}_{1}/biases")],
)
def test_names_of_oxford(tmp_path, suffix, names):
    arrays = {"fc6_W": np.zeros((3, 4), np.float32), "fc6_b": np.zeros(4, np.float32)}
    for layer, pair in zip(vgg16(NARROW), random_pairs().values(), strict=True):
        for name, array in zip(names, pair, strict=True):
            arrays[name.format(layer.block, layer.conv)] = array
    weights = opened(save(tmp_path / f"w{suffix}", arrays))
    assert same(weights, random_pairs(), NAMED["mean"])
    assert "RGB pixels minus ImageNet" in weights.expects


def test_frossards_file_is_the_true_vgg16(tmp_path, oxford_file):
    """His kernels of the first layer are in RGB order; the digests tell."""
    with np.load(oxford_file) as file:
        arrays = {}
        for layer in vgg16()[:5]:
            kernel = file[f"{layer.name}_kernel"]
            arrays[f"conv{layer.block}_{layer.conv}_W"] = kernel[:, :, ::-1] if layer.depth == 0 else kernel
            arrays[f"conv{layer.block}_{layer.conv}_b"] = file[f"{layer.name}_bias"]
    weights = opened(save(tmp_path / "vgg16_weights.npz", arrays))
    assert weights.verified
    assert weights.digests["block1_conv1"] == published.DIGESTS["block1_conv1"]
    assert weights.notes == ()


def test_an_optimizer_in_an_archive(tmp_path):
    arrays = state_dict(random_pairs())
    state = {f"optimizer.state.{name}": array + 1 for name, array in arrays.items()}
    assert same(opened(save(tmp_path / "w.safetensors", state | arrays)), random_pairs(), TORCH)


def test_two_networks_in_an_archive(tmp_path):
    arrays = state_dict(random_pairs(seed=1), before="student.") | state_dict(random_pairs(), before="teacher.")
    path = save(tmp_path / "w.safetensors", arrays)
    with pytest.raises(InputError, match="2 networks: student, teacher"):
        opened(path)
    assert same(opened(path, "teacher"), random_pairs(), TORCH)


TIMM = {"architecture": "vgg16", "pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
HUB = {
    "class_name": "VGGImageClassifierPreprocessor",
    "config": {
        "image_converter": {
            "class_name": "VGGImageConverter",
            "config": {"scale": list(np.diag(TORCH.matrix)), "offset": list(TORCH.offset)},
        }
    },
}


def hub_file(folder):
    """KerasHub's weights: Keras' names, in Keras 3's layout, the configuration beside them."""
    import h5py

    with h5py.File(folder / "model.weights.h5", "w") as file:
        for number, (name, (kernel, bias)) in enumerate(random_pairs().items()):
            group = file.create_group(f"layers/conv2d{f'_{number}' if number else ''}/vars")
            group.attrs["name"] = name
            group["0"], group["1"] = kernel, bias
    return folder / "model.weights.h5"


def test_what_lies_beside_the_file_tells_what_it_expects(tmp_path):
    path = save(tmp_path / "w.safetensors", state_dict(random_pairs()))
    assert "(torch)" in opened(path).expects
    (tmp_path / "config.json").write_text(json.dumps(TIMM))
    weights = opened(path)  # also by the memo: what lies beside has changed
    assert same(weights, random_pairs(), NAMED["tf"])
    assert "timm" in weights.expects


def test_kerashubs_file(tmp_path):
    path = hub_file(tmp_path)
    assert "assumed" in opened(path).expects
    (tmp_path / "preprocessor.json").write_text(json.dumps(HUB))
    weights = opened(path)
    assert same(weights, random_pairs(), TORCH)
    assert "KerasHub" in weights.expects
    (tmp_path / "preprocessor.json").unlink()
    (tmp_path / "config.json").write_text(json.dumps({"class_name": "VGGBackbone", "config": {"pooling": "avg"}}))
    assert same(opened(path), random_pairs(), TORCH)


def test_a_configuration_beside_the_file_that_is_no_json(tmp_path):
    (tmp_path / "config.json").write_text("{")
    assert same(opened(save(tmp_path / "w.npz", state_dict(random_pairs()))), random_pairs(), TORCH)


@pytest.mark.parametrize("suffix", [".NPZ", ".H5", ".Keras"])
def test_suffixes_in_capitals(tmp_path, suffix):
    path = tmp_path / f"W{suffix}"
    if suffix == ".NPZ":
        kernels: dict[str, Any] = {f"{name}_kernel": pair[0] for name, pair in random_pairs().items()}
        biases: dict[str, Any] = {f"{name}_bias": pair[1] for name, pair in random_pairs().items()}
        np.savez(tmp_path / "w.npz", **kernels, **biases)
        (tmp_path / "w.npz").rename(path)
        assert same(opened(path), random_pairs(), NAMED["caffe"])
    elif suffix == ".H5":
        hub_file(tmp_path).rename(path)
        assert len(opened(path).layers) == 13
    else:
        path.write_bytes(b"PK")
        with pytest.raises(InputError, match="cannot be read"):
            opened(path)


OTHERS = {
    "w.pth": "safetensors",
    "w.PT": "safetensors",
    "pytorch_model.bin": "safetensors",
    "w.pkl": "pickle",
    "vgg16.npy": "savez",
    "w.tflite": "Lite",
    "model.json": "without weights",
    "model.weights.json": "in several",
    "frozen.pb": "graph",
    "vgg.caffemodel": "Caffe",
    "vgg.mat": "MATLAB",
    "ckpt.index": "checkpoint",
    "w.xyz": "not of a known kind",
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_form_is_named_with_its_way_out(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x02}q\x00.")
    with pytest.raises(InputError) as error:
        opened(tmp_path / name)
    assert OTHERS[name] in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_one_part_of_several_is_not_taken_for_the_first_layers(tmp_path):
    hub_file(tmp_path).rename(tmp_path / "model_00000.weights.h5")
    (tmp_path / "model.weights.json").write_text("{}")
    with pytest.raises(InputError, match="in several"):
        opened(tmp_path / "model_00000.weights.h5")


def test_folders(tmp_path):
    with pytest.raises(InputError, match="without a file of weights"):
        opened(tmp_path)
    hub_file(tmp_path)
    with pytest.raises(InputError, match=r"Give the file in it: .*model\.weights\.h5"):
        opened(tmp_path)
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(InputError, match="SavedModel"):
        opened(tmp_path)


def test_what_the_guide_says_of_pth_files_names_the_library_that_reads_the_result():
    from generator.network.weights import foreign

    assert "weights_only=True" in foreign.TORCH
    assert "safetensors" in foreign.TORCH

from typing import Any

import numpy as np
import pytest

from generator.errors import BuildError, InputError
from generator.network.weights import sources as weight_sources
from generator.store.file_cache import FileCache
from tests.conftest import random_pairs


@pytest.fixture
def memo(tmp_path):
    return FileCache(tmp_path / "memo.json")


def find(spec, memo):
    return weight_sources.find(spec, memo, lambda _: None, lambda *_: None)


def test_a_file(tmp_path, memo):
    kernel, bias = random_pairs()["block1_conv1"]
    np.savez(tmp_path / "w.npz", block1_conv1_kernel=kernel, block1_conv1_bias=bias)
    assert len(find(str(tmp_path / "w.npz"), memo).layers) == 1


def test_imagenet_that_cannot_be_had_says_what_to_do(tmp_path, memo, monkeypatch):
    def refuse(*_):
        raise BuildError("no network")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(weight_sources, "fetch", refuse)
    with pytest.raises(BuildError) as error:
        find("imagenet", memo)
    message = str(error.value)
    assert "no network" in message
    assert weight_sources.NAME in message
    assert weight_sources.IMAGENET.digest in message
    assert str(tmp_path / "models") in message


@pytest.mark.parametrize("name", [weight_sources.NAME, weight_sources.WITH_TOP])
def test_a_cached_file_that_is_not_the_true_one(tmp_path, memo, monkeypatch, name):
    import h5py

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    with h5py.File(tmp_path / "models" / name, "w") as file:
        for layer, (kernel, bias) in random_pairs().items():
            group = file.create_group(layer)
            group[f"{layer}_W_1:0"], group[f"{layer}_b_1:0"] = kernel, bias
    with pytest.raises(InputError, match="not the true VGG16"):
        find("imagenet", memo)


def save(path, seed=0):
    kernel, bias = random_pairs(seed=seed)["block1_conv1"]
    np.savez(path, block1_conv1_kernel=kernel, block1_conv1_bias=bias)


def test_a_branch_behind_the_file(tmp_path, memo):
    arrays: dict[str, Any] = {}
    for side in ("left", "right"):
        kernel, bias = random_pairs(seed=len(side))["block1_conv1"]
        arrays |= {f"{side}/block1_conv1_kernel": kernel, f"{side}/block1_conv1_bias": bias}
    np.savez(tmp_path / "w.npz", **arrays)
    left, right = (find(f"{tmp_path}/w.npz#{side}", memo) for side in ("left", "right"))
    assert left.digests != right.digests
    assert (left.branch, left.file) == ("left", "w.npz")
    assert left.digest("block1_conv1") == find(f"{tmp_path}/w.npz#left", memo).digest("block1_conv1")


def test_a_file_with_that_mark_in_its_name(tmp_path, memo):
    save(tmp_path / "a#b.npz")
    assert find(str(tmp_path / "a#b.npz"), memo).branch == ""


@pytest.mark.parametrize("spec", ["auto", "imagenet", "miniature"])
def test_what_known_weights_expect_is_not_for_setting(spec, memo):
    with pytest.raises(InputError, match="preprocessing is torch, but weights is"):
        weight_sources.find(spec, memo, lambda _: None, lambda *_: None, "torch")


def test_what_an_older_program_remembered_counts_no_more(tmp_path, memo):
    save(tmp_path / "w.npz")
    old = {"widths": [7], "digests": {"block1_conv1": ["a", "b"]}, "notes": []}
    memo.set(tmp_path / "w.npz", old)
    assert find(str(tmp_path / "w.npz"), memo).layers[0].filters == 4
    memo.set(tmp_path / "w.npz", {"reading": 1, "||": old})
    assert find(str(tmp_path / "w.npz"), memo).layers[0].filters == 4

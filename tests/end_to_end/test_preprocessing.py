"""What a network expects, from the command line to the pages."""

import json
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from generator.cli.commands import main
from generator.network.weights.preprocessing import TORCH, fold
from tests.conftest import random_pairs
from tests.end_to_end.conftest import SETTINGS

PAIRS = random_pairs((4, 4, 6))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    (tmp_path / "atlas.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command, weights, *more):
    with pytest.raises(SystemExit) as left:
        main([command, "--weights", weights, "--images", "none", "--filters", "2", *more])
    return left.value.code or 0


def manifest(desk):
    (found,) = (desk / "store/manifests").glob("*.json")
    return json.loads(found.read_text())


def page(desk):
    return " ".join((desk / "site/index.html").read_text().split())


def test_a_network_of_torch_has_the_atlas_of_the_same_network_by_hand(desk):
    """Other names, another order of axes, another preprocessing: the same artifacts, to the last key."""
    arrays: dict[str, Any] = {}
    for number, (kernel, bias) in zip((0, 2, 5), PAIRS.values(), strict=True):
        arrays |= {f"features.{number}.weight": kernel.transpose(3, 2, 0, 1), f"features.{number}.bias": bias}
    np.savez("torch.npz", **arrays)
    arrays = {}
    for name, pair in (PAIRS | {"block1_conv1": fold(*PAIRS["block1_conv1"], TORCH)}).items():
        arrays |= dict(zip((f"{name}_kernel", f"{name}_bias"), pair, strict=True))
    np.savez("hand.npz", **arrays)
    assert run("atlas", "torch.npz") == 0
    assert "It expects <bdi>RGB from 0 to 1, minus ImageNet\u2019s mean, over its standard deviation (torch)" in page(
        desk
    )
    keys = manifest(desk)["layers"]
    made = len(list((desk / "store/objects").rglob("*.json")))
    assert run("atlas", "hand.npz") == 0
    assert "It expects <bdi>BGR pixels minus ImageNet\u2019s mean (caffe)</bdi>" in page(desk)
    assert manifest(desk)["layers"] == keys
    assert len(list((desk / "store/objects").rglob("*.json"))) == made > 0


@pytest.mark.filterwarnings("ignore")  # Keras warns of Lambdas
def test_what_cannot_be_read_is_on_every_page_until_it_is_set(desk, capsys):
    pixels = tf.keras.Input((32, 32, 3))
    x = tf.keras.layers.Lambda(lambda t: t / 255.0)(pixels)
    for name in PAIRS:
        x = tf.keras.layers.MaxPooling2D()(x) if name == "block2_conv1" else x
        x = tf.keras.layers.Conv2D(4, 3, activation="relu", name=name)(x)
    tf.keras.Model(pixels, x).save("m.keras")
    assert run("info", "m.keras") == 0
    told = capsys.readouterr()
    assert "input     BGR pixels minus ImageNet\u2019s mean (caffe) (assumed: Lambda lambda" in told.out
    assert "NOTE: What this network does to pixels" in told.err
    assert run("site", "m.keras") == 0
    assert "What this network does to pixels before its first convolution could not be read" in page(desk)
    before = manifest(desk)["layers"][0]["artifacts"]["channel"]
    assert run("site", "m.keras", "--preprocessing", "unit") == 0
    assert "could not be read" not in page(desk)
    assert "RGB from 0 to 1 (unit), as set" in page(desk)
    after = manifest(desk)["layers"][0]["artifacts"]["channel"]
    assert set(before.values()).isdisjoint(after.values())

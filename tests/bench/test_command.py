"""`make bench` from the command line to its end, on two filters of a narrow network."""

import json
from typing import Any

import numpy as np
import pytest

from generator.cli import commands
from tests.conftest import random_pairs
from tests.network import chains

WHAT = ("kernel", "bias")
SETTINGS = """
weights = "my.npz"
images = "none"
[ascent]
channel = {steps = 2}
neuron = {steps = 2}
"""


def code(*arguments):
    with pytest.raises(SystemExit) as left:
        commands.main(["bench", *arguments])
    return left.value.code or 0


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pairs = random_pairs((4, 4, 4))
    arrays: dict[str, Any] = {
        f"{name}_{what}": a for name, two in pairs.items() for what, a in zip(WHAT, two, strict=True)
    }
    np.savez("my.npz", **arrays)
    (tmp_path / "atlas.toml").write_text(SETTINGS)
    return tmp_path


def test_the_filters_that_are_named_are_compared(desk, capsys):
    what = ("--layers", "block1_conv1", "--filters", "1-2", "--precision", "float32")
    assert code(*what) == 0
    found = json.loads((desk / "build/bench.json").read_text())
    assert found["filters"] == {"block1_conv1": [1, 2]}
    assert {row["recipe"] for row in found["rows"]} == {"classic", "no budget", "fourier", "lucid", "MACO"}
    sheets = {path.stem for path in (desk / "store/recipes").rglob("*.avif")}
    assert sheets == {"block1_conv1-channel", "block1_conv1-neuron"}
    first = capsys.readouterr().out
    assert code(*what) == 0
    rows = [text for text in first.splitlines() if text.startswith("block")]
    assert len(rows) == 2 * 5
    assert [text for text in capsys.readouterr().out.splitlines() if text.startswith("block")] == rows  # it went on


def test_bfloat16_is_compared_where_it_is_used(desk, capsys):
    assert code("--layers", "block1_conv1", "--filters", "1-1", "--precision", "bfloat16") == 0
    rows = json.loads((desk / "build/bench.json").read_text())["rows"]
    assert [row["objective"] for row in rows if row["recipe"] == "bfloat16"] == ["channel", "neuron"]
    assert "CPU time of both pictures, bfloat16 over float32" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--layers", "block1", "--filters", "77-78"], "none of the layers"),
        (["--filters", "3-1"], "filters is '3-1'"),
        (["--sample", "0"], "--sample"),
        (["--published", "9"], "--published"),
    ],
)
def test_wrong_input_is_told(desk, capsys, flags, words):
    assert code(*flags) == 2
    assert words in capsys.readouterr().err
    assert not (desk / "build").exists()


@pytest.mark.filterwarnings("ignore")  # Keras' own, about NumPy
def test_another_network_is_refused(desk, capsys, tmp_path):
    chains.plain().save(tmp_path / "own.keras")
    assert code("--weights", str(tmp_path / "own.keras")) == 2
    assert "VGG16, on which they were tuned, and not on flowers" in capsys.readouterr().err

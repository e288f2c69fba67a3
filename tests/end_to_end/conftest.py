"""A small atlas, built once by the command line: five narrow layers and a folder of drawn photographs."""

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator.cli.commands import main
from tests.conftest import random_pairs

WIDTHS = (4, 4, 6, 6, 28)  # the last layer has more filters than the quick profile
FILTERS = sum(WIDTHS)
FOLLOWED = 3  # layers that have a block below
GALLERY = 1  # of the photographs to start from
SETTINGS = """
[ascent.channel]
canvas = 32
steps = 3
[ascent.neuron]
steps = 3
"""


@dataclass(frozen=True)
class Bench:
    """Where the parts of one build lie."""

    root: Path

    @property
    def site(self):
        return self.root / "site"

    @property
    def store(self):
        return self.root / "store"

    def flags(self):
        root = self.root
        return [
            *("--config", str(root / "atlas.toml"), "--weights", str(root / "narrow.npz")),
            *("--images", str(root / "photographs"), "--store", str(self.store), "--site-dir", str(self.site)),
        ]

    def run(self, command="atlas", *more):
        """The exit code of a command in this process."""
        return run(*command.split(), *self.flags(), *more)

    def empty(self):
        """As if nothing had been computed."""
        shutil.rmtree(self.store, ignore_errors=True)
        shutil.rmtree(self.site, ignore_errors=True)

    def objects(self):
        """{name: bytes} of everything computed. What a killed write leaves begins with a dot, and is nothing yet."""
        found = sorted((self.store / "objects").glob("*/[!.]*"))
        return {path.name: path.read_bytes() for path in found}


def attentive():
    """Heed Ctrl-C even if the tests themselves were started in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def lay_out(root, widths=WIDTHS):
    """Weights, photographs and settings in a new folder."""
    root.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in random_pairs(widths).items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    np.savez(root / "narrow.npz", **arrays)
    numbers = np.random.default_rng(5)
    for i in range(15):
        folder = root / "photographs" / ("stripes", "dots & <b>noise</b>", "flat")[i % 3]
        folder.mkdir(parents=True, exist_ok=True)
        coarse = numbers.integers(0, 255, (4 + i, 5 + i, 3), np.uint8)
        Image.fromarray(coarse).resize((240 + i, 230), Image.Resampling.BICUBIC).save(folder / f"{i}.jpg")
    (root / "photographs" / "notes.txt").write_text("no picture")
    (root / "atlas.toml").write_text(SETTINGS)
    return Bench(root)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A whole atlas."""
    bench = lay_out(tmp_path_factory.mktemp("atlas"))
    assert bench.run() == 0
    return bench


@pytest.fixture
def fresh(tmp_path):
    """Everything ready, nothing computed."""
    return lay_out(tmp_path / "fresh")


def run(*arguments):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code or 0

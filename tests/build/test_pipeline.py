"""What stands in for the real thing is said at the start and at the end, and in the manifest."""

from typing import Any

import numpy as np
import pytest

from generator.build import pipeline
from generator.cli import commands
from generator.config import Config
from generator.corpus import caltech101
from generator.errors import BuildError
from generator.network.weights import Weights, miniature
from generator.network.weights import sources as weight_sources
from tests.conftest import random_pairs


@pytest.fixture
def offline(monkeypatch):
    """A machine without a network, and with a miniature of its own."""

    def refuse(*_):
        raise BuildError("no network")

    monkeypatch.setattr(weight_sources, "_downloaded", refuse)
    monkeypatch.setattr(caltech101, "folder", refuse)
    own = Weights.from_arrays(random_pairs(), miniature.ORIGIN)
    monkeypatch.setattr(miniature, "weights", lambda: own)


def prepared(tmp_path, **changes):
    told: list[str] = []
    build = pipeline.prepare(Config(store=str(tmp_path / "store"), **changes), told.append)
    return build, "\n".join(told)


def test_auto_falls_back_aloud(tmp_path, offline):
    build, told = prepared(tmp_path)
    assert "no network" in told
    weights, photographs = build.manifest.notices
    assert "not VGG16" in weights
    assert "make atlas WEIGHTS=imagenet" in weights
    assert "make atlas IMAGES=FOLDER" in photographs
    assert told.count("NOTE: ") == 2


def test_imagenet_fails_instead(tmp_path, offline):
    with pytest.raises(BuildError, match="no network"):
        prepared(tmp_path, weights="imagenet")
    with pytest.raises(BuildError, match="no network"):
        prepared(tmp_path, images="caltech101")


def test_what_was_asked_for_is_told_without_an_excuse(tmp_path, offline):
    build, _ = prepared(tmp_path, weights="miniature", images="procedural")
    weights, photographs = build.manifest.notices
    assert "not VGG16" in weights
    assert "drawings" in photographs
    assert "could not be had" not in weights + photographs


def test_the_last_line_of_the_run_says_it_too(tmp_path, offline, monkeypatch, capsys):
    monkeypatch.setattr(pipeline, "compute", lambda *_: 0)
    monkeypatch.setattr(pipeline, "render", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        commands.main(["atlas"])
    lines = capsys.readouterr().err.strip().splitlines()
    assert "no network" in lines[0]
    assert lines[-1].startswith("NOTE: ")


def test_a_note_on_the_weights_is_said(tmp_path):
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in random_pairs((4, 4)).items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    arrays["block1_conv4_kernel"] = np.zeros((3, 3, 4, 4), np.float32)
    arrays["block1_conv4_bias"] = np.zeros(4, np.float32)
    np.savez(tmp_path / "w.npz", **arrays)
    _, told = prepared(tmp_path, weights=str(tmp_path / "w.npz"), images="none")
    assert "block1_conv4: not part of VGG16" in told

"""What the README and the guide say is true: commands exist and run, settings load, quoted messages are said."""

import functools
import re
import shlex
import subprocess
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
import yaml
from PIL import Image

from generator.build import pipeline
from generator.cli import commands as cli
from generator.cli import new_atlas
from generator.config import Config, load
from generator.errors import BuildError
from generator.site.pages import reference
from generator.system.download import Remote
from tests import made
from tests.conftest import random_pairs
from tests.end_to_end.conftest import WIDTHS

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "templates/pages").glob("*.md"))]
OURS = ("filter-atlas ", "python -m generator ")
OTHERS = re.compile(  # what is not ours to run, or only speaks to a developer's machine
    r"(pip install \S+|pre-commit install|(python -m )?mkdocs build|cd \S+|git (init|remote) .*|python -m pytest .*"
    r"|dask ssh .*|python train\.py .*)"  # tests/end_to_end/test_own.py runs the last one
)


def blocks(language):
    """Every fenced block of a language: (file, text)."""
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(path, found) for path in DOCS for found in fence.findall(path.read_text())]


def lines():
    """Every command in a shell block, without its comment."""
    found = []
    for path, text in blocks("sh"):
        for line in text.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#.*", "", line).strip().replace(".venv/bin/", "")
            if command and not command.startswith("#"):
                found.append(pytest.param(command, id=f"{path.name}: {command}"))
    return found


def argv(command):
    """The arguments to our command line that a documented command comes to, or None if it is another's."""
    for name in OURS:
        if f"{command} ".startswith(name):
            return shlex.split(command)[len(name.split()) :]
    if not command.startswith("make "):
        return None
    ours = re.search(r"-m generator (.*)", expanded(command))
    return shlex.split(ours[1]) if ours else None


@functools.cache
def expanded(command):
    """What make would run. One start for each command, and none while tests are collected."""
    words = ["make", "-n", "-o", ".venv/.ready", *shlex.split(command)[1:]]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout


@pytest.fixture(scope="module")
def own_network(tmp_path_factory):
    """The file of a network that somebody trained."""
    from tests.network import chains

    path = tmp_path_factory.mktemp("own") / "own.keras"
    with warnings.catch_warnings(action="ignore"):  # Keras' own, about NumPy
        chains.plain().save(path)
    return path.read_bytes()


@pytest.fixture
def desk(tmp_path, monkeypatch, own_network):
    """A folder in which documented commands find what they name; nothing is computed, rendered or downloaded."""
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in random_pairs(WIDTHS).items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    np.savez(tmp_path / "my.npz", **arrays)
    numbers = np.random.default_rng(0)
    cached = (f"keras/datasets/{name}" for name in ("caltech101", "tfds-oxford_iiit_pet-train"))  # as if downloaded
    for folder in ("my/photographs", "photographs", *cached):
        for label in ("a", "b"):
            (tmp_path / folder / label).mkdir(parents=True)
            Image.fromarray(numbers.integers(0, 255, (200, 200, 3), np.uint8)).save(tmp_path / folder / label / "1.png")
    for name in ("before", "after", "finetuned"):
        (tmp_path / f"{name}.npz").write_bytes((tmp_path / "my.npz").read_bytes())
    hdf5(tmp_path / "my.weights.h5", arrays)
    left = {f"vgg_left_{name}": array for name, array in arrays.items()}
    right = {f"vgg_right_{name}": array for name, array in arrays.items()}
    hdf5(tmp_path / "two_networks.h5", left | right)
    for name in ("before", "after"):
        hdf5(tmp_path / f"{name}.weights.h5", arrays)
    for name in ("my", "before", "after"):
        (tmp_path / f"{name}.keras").write_bytes(own_network)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("generator.network.weights.sources.fetch", refuse)
    monkeypatch.setattr("generator.corpus.caltech101.fetch", refuse)
    return tmp_path


def hdf5(path, arrays):
    import h5py

    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            layer, _, part = name.rpartition("_")
            file[f"{layer}/{layer}/{part}:0"] = array


def refuse(remote: Remote, *_):
    raise BuildError(f"{remote.url}: no network in a test")


def code(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return left.value.code or 0


@pytest.mark.parametrize("command", lines())
def test_each_command_is_one(command):
    """It parses, or is a module of ours with a help text, or is known to be another program's."""
    arguments = argv(command)
    if arguments is not None:
        group: click.Command = cli.cli
        with click.Context(group) as context:
            while isinstance(group, click.Group):
                assert arguments, command
                name = arguments.pop(0)
                assert name in group.commands, command
                group = group.commands[name]
            group.make_context(group.name, list(arguments), parent=context)
    elif module := re.match(r"python -m (generator\.\S+)", command):
        assert (ROOT / (module[1].replace(".", "/") + ".py")).is_file()
        assert "argparse" in (ROOT / (module[1].replace(".", "/") + ".py")).read_text()
    else:
        assert command.startswith("make ") or OTHERS.fullmatch(command), f"nobody checks: {command}"


PLANS = ("atlas", "visualize", "patches", "info")


def planning(command):
    """Whether a line is one of those, whose make target has the command's name."""
    return any(f"{command} ".startswith(f"{before}{plan} ") for before in ("make ", *OURS) for plan in PLANS)


@pytest.mark.parametrize("command", [each for each in lines() if planning(each.values[0])])
def test_each_build_can_be_planned(command, desk, monkeypatch):
    """All of it but the hours of computing: the config, the weights, the photographs, the keys, the tasks."""
    planned = []

    def compute(build, *_, **__):
        planned.append(build.plan())
        return 0

    monkeypatch.setattr(pipeline, "compute", compute)
    monkeypatch.setattr(pipeline, "render", lambda *_: None)
    words = argv(command)
    if "procedural" not in command and "--images" not in words:
        words += ["--images", "my/photographs"]  # not the 1,300 drawn ones
    if "imagenet" in words:
        assert code(*words) == 1  # a download, and there is no network in a test
    else:
        assert code(*words) == 0
        assert words[0] == "info" or planned[0].wanted > 0


@pytest.mark.parametrize("text", [text for _, text in blocks("toml")])
def test_settings_load(text, tmp_path):
    (tmp_path / "atlas.toml").write_text(text)
    assert load(tmp_path / "atlas.toml", {}) != Config() or 'recipe = "fourier"' in text


@pytest.mark.parametrize("text", [text for _, text in blocks("yaml")])
def test_configurations_of_mkdocs_load(text):
    assert any("filter-atlas" in each for each in yaml.safe_load(text)["plugins"])


def test_the_reference_names_every_setting_recipe_and_command():
    settings, commands = reference.settings(), reference.commands()
    names = [field.name for field in fields(Config)] + ["canvas", "rate", "quality", "size"]
    assert all(f"`{name}`" in settings or f"[{name}" in settings for name in names)
    assert all(f"| `filter-atlas {name}" in commands for name in ("atlas", "compare BEFORE AFTER", "store gc", "new"))
    assert "`--yes`" in commands
    assert reference.recipes().count("\n") == 1 + 13
    assert reference.fill("a <!-- profiles --> b").startswith("a | profile")


def test_no_mark_is_left_unfilled_and_none_unused():
    text = "".join(path.read_text() for path in DOCS)
    assert all(mark in text for mark in reference.MARKS)


def broken(desk):
    (desk / "broken.npz").write_bytes((desk / "my.npz").read_bytes()[:500])
    return ["atlas", "--weights", "broken.npz"]


def silent(desk):
    """A model that is given pixels as they are, or divided by something: it does not say."""
    import keras

    with warnings.catch_warnings(action="ignore"):
        chain = [keras.Input((64, 64, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()]
        keras.Sequential(chain).save(desk / "own.keras")
    return ["atlas", "--weights", "own.keras"]


def top(desk):
    kernel, bias = random_pairs((2, 2, 2))["block2_conv1"]
    np.savez(desk / "top.npz", block2_conv1_kernel=kernel, block2_conv1_bias=bias)
    return ["atlas", "--weights", "top.npz"]


def misspelt(desk):
    (desk / "atlas.toml").write_text("[ascent.chanel]\nsteps = 3\n")
    return ["atlas"]


def empty(desk):
    (desk / "empty").mkdir()
    (desk / "empty/notes.txt").write_text("no picture")
    return ["atlas", "--weights", "my.npz", "--images", "empty"]


def thesis(desk):
    (desk / "thesis").mkdir()
    (desk / "thesis/chapter1.tex").write_text("dear")
    made.make(desk, (1,))
    return ["site", "--weights", "my.npz", "--images", "none", "--site-dir", "thesis"]


def here(desk):
    return ["site", "--weights", "my.npz", "--images", "none", "--site-dir", "."]


def damaged(desk):
    made.make(desk, (1,))
    victim = next((desk / "store/objects").rglob("*.png"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    return ["store", "verify"]


def repository(desk):
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=desk, check=True)
    return ["publish"]


def checked_out(desk):
    repository(desk)
    subprocess.run(["git", "remote", "add", "origin", "nowhere"], cwd=desk, check=True)
    return ["publish", "--branch", "main"]


def nothing_yet(desk):
    checked_out(desk)
    return ["publish"]


def strangers(desk):
    made.make(desk, (1,))
    return ["compare", "nowhere", "elsewhere"]


def raw(desk):
    (desk / "card").mkdir()
    Image.new("RGB", (160, 120)).save(desk / "card/DSC_0001.NEF", "TIFF")
    return ["atlas", "--weights", "my.npz", "--images", "card"]


def unknown_label(desk):
    (desk / "atlas.toml").write_text('[patches]\nlabel = "class"\n')
    return ["atlas", "--weights", "my.npz", "--images", "photographs"]


def own(desk):
    import h5py

    with h5py.File(desk / "own.h5", "w") as file:
        file["conv2d/conv2d/kernel:0"] = np.zeros((3, 3, 3, 32), np.float32)
    return ["atlas", "--weights", "own.h5"]


def two(desk):
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in random_pairs((2, 2)).items():
        for side in ("left", "right"):
            arrays |= {f"{side}_{name}_kernel": kernel, f"{side}_{name}_bias": bias}
    hdf5(desk / "two.h5", arrays)
    return ["atlas", "--weights", "two.h5"]


def pickled(desk):
    (desk / "vgg.pth").write_bytes(b"PK")
    return ["atlas", "--weights", "vgg.pth"]


FAILURES = {
    "no photograph in card": raw,
    "patches.label is 'class'": unknown_label,
    "a source is missing": lambda _: ["atlas", "--weights", "my.npz", "--images", "caltech101+"],
    "own.h5 holds": own,
    "two.h5 holds": two,
    "vgg.pth is PyTorch's": pickled,
    "preprocessing is 'scaled'": lambda _: ["atlas", "--weights", "my.npz", "--preprocessing", "scaled"],
    "own.keras does not tell": silent,
    "top.npz lacks": top,
    "broken.npz cannot be read": broken,
    "the weights end before": lambda _: [
        "atlas",
        "--weights",
        "my.npz",
        "--images",
        "none",
        "--layers",
        "block4_conv1",
    ],
    "filters is '17-3'": lambda _: ["atlas", "--weights", "my.npz", "--images", "none", "--filters", "17-3"],
    "no setting ascent.chanel": misspelt,
    "no photograph in empty": empty,
    "thesis holds files": thesis,
    "in .: that would wipe": here,
    "No atlas has been started": nothing_yet,
    "There is no site in site": lambda _: ["serve"],
    "damaged artifacts were taken out": damaged,
    "There is no Git remote": repository,
    "The branch main is checked out": checked_out,
    "No site in nowhere": strangers,
}
QUOTED = [text for path, text in blocks("text") if path.name == "faq.md"]


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda text: text[:40])
def test_each_quoted_message_is_really_said(quoted, desk, capsys):
    (make,) = (make for words, make in FAILURES.items() if words in quoted)
    assert code(*make(desk)) in (1, 2)
    assert " ".join(quoted.split()) in " ".join(capsys.readouterr().err.split())


def test_every_prepared_failure_is_quoted():
    assert [words for words in FAILURES if not any(words in text for text in QUOTED)] == []


def test_what_new_writes_is_what_the_guide_promises(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert code("new", "my-atlas") == 0
    assert {path.name for path in (tmp_path / "my-atlas").iterdir()} >= {"atlas.toml", "mkdocs.yml", "pages"}
    assert set(new_atlas.FILES) >= {"atlas.toml", "mkdocs.yml"}


def test_files_that_the_docs_name_are_there():
    for path in DOCS:
        for name in re.findall(r"`((?:generator|templates|tests|docs|\.github|\.ci)/[\w./-]*\w)`", path.read_text()):
            assert (ROOT / name).exists(), f"{path.name} names {name}"

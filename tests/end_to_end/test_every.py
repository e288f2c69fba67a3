"""Every profile, recipe, executor, objective and documented command, from the command line to its end.

All of them on two filters of the miniature's first layer, with as few steps as there can be, in one store. The lists
come from the code and from the guide: what is new there is run here.
"""

import dataclasses
import importlib
import inspect
import json
import shlex
import subprocess
import sys
from itertools import islice
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from generator import config
from generator.ascent.recipes import OBJECTIVES
from generator.build import executors
from generator.cli import commands as cli
from generator.network import precision
from generator.network.weights import miniature
from generator.responses import albums
from generator.site import loading
from generator.store import manifest
from generator.store.artifacts import Store
from tests import test_docs
from tests.end_to_end.test_cluster import Machines, until
from tests.sitecheck import problems

RECIPES = next(field for field in dataclasses.fields(config.AscentSettings) if field.name == "recipe").metadata[
    "choices"
]
SMALL = {"weights": "miniature", "images": "photographs", "layers": "block1_conv1", "filters": "2"}
# What needs something of another command, in the order in which they can be run; the others come first.
IN_ORDER = ("atlas", "site", "compare", "serve", "publish", "store export", "store import", "store verify", "store gc")
MODULES = {  # documented ones that are not commands: what makes them small
    "generator.miniature.draw_folder": ["--each", "1"],
    "generator.miniature.train_further": ["--steps", "1"],
    "generator.bench.trials": [
        "--weights",
        "first.npz",
        "--layer",
        "block1_conv1",
        "--images",
        "none",
        "--filters",
        "2",
    ],
}


def commands(group=cli.cli, before=()):
    """{words: command} of the whole command line."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


COMMANDS = dict(commands())


def few_steps(table):
    """The same settings with two steps a climb."""
    return {
        name: few_steps(value) if isinstance(value, dict) else [2] * 5 if name == "steps" else value
        for name, value in table.items()
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with photographs, weights, a Git repository and settings, to work in."""
    root = tmp_path_factory.mktemp("every")
    numbers = np.random.default_rng(3)
    for i in range(6):
        for folder in ("photographs", "my/photographs"):
            (root / folder / f"label {i % 2}").mkdir(parents=True, exist_ok=True)
            coarse = Image.fromarray(numbers.integers(0, 255, (6, 6, 3), np.uint8))
            coarse.resize((240 + i, 230)).save(root / folder / f"label {i % 2}" / f"{i}.png")
    weights = miniature.weights()
    kernel, bias = weights.kernel("block1_conv1"), weights.bias("block1_conv1")
    np.savez(root / "first.npz", block1_conv1_kernel=kernel, block1_conv1_bias=bias)
    (root / "atlas.toml").write_text("[ascent.channel]\nsteps = 2\n[ascent.neuron]\nsteps = 2\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q", "-b", "main"], cwd=root, check=True)
    for remote in ("origin", "upstream"):
        subprocess.run([*git, "init", "-q", "--bare", f"{remote}.git"], cwd=root, check=True)
        subprocess.run([*git, "remote", "add", remote, str(root / f"{remote}.git")], cwd=root, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("KERAS_HOME", str(root / "keras"))
        for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
            patch.setenv(f"{name}_NAME", "a")
            patch.setenv(f"{name}_EMAIL", "a@b")
        tables = {name: few_steps(table) for name, table in config.PROFILE_TABLES.items()}
        patch.setattr(config, "PROFILE_TABLES", tables)
        yield root


def run(words, *flags, last=()):
    """The exit code of a command, in this process, made small: of a flag that is given twice the last one counts."""
    known = {option for parameter in COMMANDS[words].params for option in parameter.opts}
    small = [part for name, value in SMALL.items() if f"--{name}" in known for part in (f"--{name}", value)]
    with pytest.raises(SystemExit) as left:
        cli.main([*words.split(), *flags, *small, *last])
    return left.value.code or 0


def wanted():
    """Whether all of the site that was asked for last is there; and its parts."""
    card, store = manifest.load(manifest.newest(Path("store"))), Store(Path("store"))
    atlas = loading.load(card, store)
    assert atlas.complete
    assert [key for key in albums.everything(card, store) if not store.has(key)] == []
    assert problems(Path("site")) == []
    return atlas


@pytest.mark.parametrize("profile", config.PROFILES)
def test_every_profile(profile, desk):
    assert run("atlas", "--profile", profile) == 0
    atlas = wanted()
    assert atlas.config["profile"] == profile
    (section,) = (section for section in atlas.sections if section.filters)
    assert len(section.filters) == 2
    for this in section.filters:
        made = {visualization.objective for visualization in (this.texture, this.neuron) if visualization}
        assert made == set(this.measures) == set(OBJECTIVES)
        assert (this.facets is not None) == (atlas.config["ascent"]["facets"] > 1)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe(recipe, desk, monkeypatch):
    (desk / "recipe.toml").write_text(f'[ascent]\nrecipe = "{recipe}"\n{(desk / "atlas.toml").read_text()}')
    assert run("atlas", "--config", "recipe.toml") == 0
    assert {this.texture.recipe for section in wanted().sections for this in section.filters} == {recipe}


@pytest.mark.parametrize("setting", precision.CHOICES)
def test_every_precision(setting, desk, capsys):
    """Told beforehand, and recorded beside what ends in pictures. A store each: no key tells them apart."""
    own = ("--precision", setting, "--store", f"store of {setting}")
    assert run("info", *own) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("precision"))
    assert run("atlas", *own) == 0
    store = Store(Path(f"store of {setting}"))
    made = {json.loads(path.read_text())["made"].get("precision") for path in store.root.glob("objects/*/*.json")}
    (name,) = made - {None}  # numbers are float32 whatever pictures are
    assert name == setting or (setting == "auto" and (name in line or "timing" in line))


@pytest.fixture
def machines(tmp_path):
    machines = Machines(tmp_path)
    yield machines
    machines.stop()


OTHERS = [name for name in executors.NAMES if name != config.Config().executor]  # all above ran on the default one


@pytest.mark.parametrize(("index", "executor"), list(enumerate(OTHERS, start=3)))
def test_every_executor(index, executor, desk, machines):
    """Each with a filter of its own to compute, facets and all. (test_cluster.py has photographs.)"""
    if executor.endswith("//"):
        machines.scheduler()
        until(machines.answers)
        machines.worker()
        executor += machines.address
    own = ["--filters", f"{index}-{index}", "--images", "none"]
    assert run("atlas", "--executor", executor, "--profile", "fine", last=own) == 0
    (this,) = (this for section in wanted().sections for this in section.filters)
    assert this.index == index
    assert this.facets


@pytest.fixture
def shortened(monkeypatch):
    """What would not end, or only after minutes, ends early."""
    from generator.bench import maco, report, trials

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    monkeypatch.setattr(report, "completed", lambda weights: weights)  # no cost of layers that there are no weights for
    monkeypatch.setattr(maco, "STEPS", 1)  # of 32 crops: as published, but for 256 of them
    every = trials.trials
    few = lambda recipe: dict(islice(every(recipe.but(steps=2)).items(), 2))  # noqa: E731
    monkeypatch.setattr(trials, "trials", few)


def documented():
    """{(words, flags): arguments} of the guide's commands, in an order in which they can be run."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for line in test_docs.lines():
        arguments = test_docs.argv(line.values[0])
        if arguments is not None:
            number = 1 if arguments[0] in COMMANDS else 2
            words = " ".join(arguments[:number])
            flags = tuple(a for a in arguments if a.startswith("-") or (words, a) == ("atlas", "after"))
            found.setdefault((words, flags), arguments[number:])
    place = {words: number for number, words in enumerate(IN_ORDER)}
    return dict(sorted(found.items(), key=lambda own: (place.get(own[0][0], -1), own[0])))


def test_every_command_is_documented():
    assert {words for words, _ in documented()} == set(COMMANDS)


def test_every_documented_command(desk, shortened):
    """Each once for each set of flags."""
    for (words, flags), arguments in documented().items():
        own = ["--weights", "first.npz", "--sample", "1"] if words == "bench" else []
        own += ["--weights", "first.npz"] if "--preprocessing" in arguments else []  # the miniature's is known
        own += ["--executor", "in-process"] if any("dask://" in each for each in arguments) else []  # nobody's machines
        ended = 130 if words == "serve" else 0  # which runs until Ctrl-C
        assert run(words, *arguments, last=own) == ended, (words, flags)
        if words == "atlas" and not {"--site-dir", "--store", "--base-url"}.intersection(flags):
            wanted()
    assert (desk / "comparison" / "index.html").is_file()
    for remote, branches in {"origin": ["gh-pages", "pages"], "upstream": ["gh-pages"]}.items():
        told = subprocess.run(
            ["git", "branch", "--list"], cwd=f"{remote}.git", capture_output=True, text=True, check=True
        )
        assert told.stdout.split() == branches


def test_every_documented_module(desk, shortened, monkeypatch):
    lines = [line.values[0] for line in test_docs.lines()]
    found = [shlex.split(line)[2:] for line in lines if line.startswith("python -m generator.")]
    assert {name for name, *_ in found} == set(MODULES)
    for name, *arguments in found:
        monkeypatch.setattr("sys.argv", [name, *arguments, *MODULES[name]])
        main = importlib.import_module(name).main
        main(*([sys.argv[1:]] if inspect.signature(main).parameters else []))
    assert (desk / "finetuned.npz").is_file()

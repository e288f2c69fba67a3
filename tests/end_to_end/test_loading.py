"""What a command loads is what it needs: each in a process of its own, by what is in `sys.modules` at its end."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
LIGHT = {"numpy", "PIL", "h5py", "click", "rich", "msgspec"}  # plans, looks at files, and tells how far it is
RENDERS = LIGHT | {"mkdocs", "jinja2"}
COMPUTES = LIGHT | {"tensorflow"}
SCRIPT = """
import json, sys
from generator.build import pipeline
from generator.cli import commands
told = lambda: print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
if sys.argv[1] == "atlas":  # to where all is computed that there is to compute
    pipeline.render = lambda *_: (told(), sys.exit(0))
try:
    commands.main(sys.argv[1:])
finally:
    told()
"""


def declared():
    """The modules of what the project says that it needs, its extras included."""
    wanted = [
        *PROJECT["dependencies"],
        *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    ]
    names = {re.findall(r"^[\w-]+", each)[0].lower().replace("-", "_") for each in wanted}
    own = {
        module
        for module, owners in packages_distributions().items()
        if names & {owner.lower().replace("-", "_") for owner in owners}
    }
    assert own >= RENDERS | COMPUTES | {"distributed"}
    return own


def loaded(bench, command, *more):
    """Those of them that a command has loaded at its end."""
    words = [sys.executable, "-c", SCRIPT, *command.split(), *bench.flags(), *more]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return declared() & set(re.findall(r'"(\w+)"', ran.stdout.strip().splitlines()[-1]))


@pytest.mark.parametrize("command", ["atlas", "visualize", "patches", "info", "store status", "store gc"])
def test_where_nothing_is_to_be_computed(command, built):
    assert loaded(built, command) <= LIGHT


def test_rendering(built):
    assert loaded(built, "site") <= RENDERS


def test_computing(fresh):
    found = loaded(fresh, "visualize", "--layers", "block1_conv1", "--filters", "1", "--images", "none")
    assert found <= COMPUTES
    assert "tensorflow" in found  # it did compute

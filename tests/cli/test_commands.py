import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from generator import config as configs
from generator.cli import commands as cli
from generator.cli import flags
from generator.errors import BuildError, InputError

ROOT = Path(__file__).parents[2]


def code(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return left.value.code or 0


def commands(group=cli.cli, path=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=str)
def test_every_command_and_flag_has_help(path, command):
    assert command.help
    assert code(*path, "--help") == 0
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_commands_are_these():
    assert {" ".join(path) for path, _ in commands()} == {
        *("atlas", "visualize", "patches", "site", "serve", "info", "bench", "new", "publish", "compare"),
        *("store status", "store verify", "store gc", "store export", "store import"),
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["atlas", "--weights", "none.npz"], "none.npz"),
        (["atlas", "--profile", "quik"], "Did you mean quick"),
        (["atlas", "--config", "none.toml"], "none.toml"),
        (["atlas", "--unknown"], "--unknown"),
        (["nothing"], "nothing"),
        (["patches", "--images", "none"], "--images"),
        (["store", "status", "--store", "nowhere"], "nowhere"),
        (["serve", "--site-dir", "nowhere"], "nowhere"),
    ],
)
def test_wrong_input_is_told_in_a_line_or_two(arguments, words, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert code(*arguments) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) <= 4


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InputError("what"), (2, "what")),
        (BuildError("why"), (1, "why")),
        (OSError(28, "No space left on device", "/x"), (1, "No space left on device: /x.")),
        (KeyboardInterrupt(), (130, "to continue")),
        (cli.Interrupted(), (143, "SIGTERM")),
        (ZeroDivisionError("oh"), (1, "ZeroDivisionError: oh")),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_failures(error, expected, debug, capsys, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(configs, "load", fail)
    assert code("atlas", *["--debug"] * debug) == expected[0]
    told = capsys.readouterr().err
    assert expected[1] in told
    assert ("Traceback" in told) == debug


def test_module_is_the_command():
    run = subprocess.run([sys.executable, "-m", "generator", "--help"], capture_output=True, text=True, check=True)
    assert "atlas" in run.stdout


def test_make_help_lists_every_target_and_variables_are_flags():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target} " in listed for target in targets)
    for name in flags.SETTINGS:
        variable = name.upper().replace("-", "_")
        assert f'$(if $({variable}),--{name} "$({variable})")' in text

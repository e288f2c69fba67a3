"""A store that travels as one file feeds another machine: nothing is computed there, and the pages are the same."""

import shutil

import pytest

from generator.cli.commands import main
from tests.sitecheck import problems


@pytest.fixture
def laptop(built, tmp_path):
    """The same settings, weights and photographs, and nothing computed."""
    ignored = shutil.ignore_patterns("store", "site")
    shutil.copytree(built.root, tmp_path / "laptop", ignore=ignored)
    return type(built)(tmp_path / "laptop")


def test_there_and_back(built, laptop, tmp_path, capsys):
    file = tmp_path / "atlas.tar"
    assert built.run("store export", str(file)) == 0
    assert laptop.run("store import", str(file)) == 0
    assert laptop.objects() == built.objects()
    assert laptop.run("site") == 0  # by the manifest that came along
    assert problems(laptop.site) == []
    capsys.readouterr()
    assert laptop.run() == 0
    assert "Nothing to compute" in capsys.readouterr().err


def test_what_is_refused_is_told_and_leaves_nothing(built, laptop, tmp_path, capsys):
    file = tmp_path / "atlas.tar"
    assert built.run("store export", str(file), "--all") == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    assert laptop.run("store import", str(file)) == 2
    assert "nothing of it was imported" in capsys.readouterr().err
    assert laptop.objects() == {}


def test_export_says_what_is_missing(tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["store", "export", str(tmp_path / "x.tar"), "--store", str(tmp_path / "none")])
    assert left.value.code == 2
    assert "There is no store" in capsys.readouterr().err

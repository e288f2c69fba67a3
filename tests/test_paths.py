import ast
from pathlib import Path

import pytest

import generator
from generator import cli
from generator.config import Config, load
from generator.errors import InputError
from generator.paths import at_home, home_path


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_tilde_is_the_home_folder(home):
    assert at_home("~/a b") == f"{home}/a b"
    assert at_home("~") == str(home)
    assert at_home("caltech101+~/photos") == f"caltech101+{home}/photos"
    assert home_path("~/x") == home / "x"
    for other in ("a~b", "./~x", "x/~", "auto", "w.h5#left"):
        assert at_home(other) == other


def test_a_home_that_there_is_not():
    with pytest.raises(InputError, match="no home folder ~nobody-here"):
        at_home("~nobody-here/store")


PLACES = ("weights", "images", "store", "site_dir")


@pytest.mark.parametrize("place", PLACES)
def test_every_setting_that_names_a_place(home, place):
    assert getattr(load(None, {place: "~/mine"}), place) == f"{home}/mine"
    (home / "atlas.toml").write_text(f'{place} = "~/theirs"\n')
    assert getattr(load(home / "atlas.toml", {}), place) == f"{home}/theirs"
    (home / "atlas.toml").write_text(f'[profiles.quick]\n{place} = "~/quick"\n')
    assert getattr(load(home / "atlas.toml", {"profile": "quick"}), place) == f"{home}/quick"


def test_other_settings_keep_their_tilde(home):
    (home / "atlas.toml").write_text('[site]\ntitle = "~ a title"\n')
    assert load(home / "atlas.toml", {}).site.title == "~ a title"
    assert {name for name in PLACES if not hasattr(Config(), name)} == set()


def code(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return left.value.code or 0


def test_no_folder_is_named_after_a_tilde(home, monkeypatch):
    (home / "work").mkdir()
    monkeypatch.chdir(home / "work")
    (home / "my.toml").write_text('store = "~/cache"\nsite_dir = "~/pages"\nweights = "miniature"\nimages = "none"\n')
    assert code("new", "~/mine") == 0
    assert (home / "mine/atlas.toml").exists()
    small = ("--layers", "block1_conv1", "--filters", "1")
    assert code("site", "--config=~/my.toml", *small) == 0
    assert (home / "pages/index.html").exists()
    assert (home / "cache/manifests").is_dir()
    assert code("store", "export", "--config=~/my.toml", "~/store.tar") == 0
    assert code("store", "import", "--store=~/other", "--site-dir=~/pages", "~/store.tar") == 0
    assert (home / "other").is_dir()
    assert list(Path.cwd().iterdir()) == []


def test_every_argument_that_names_a_place_knows_a_tilde():
    """Of the modules with parsers of their own: all but numbers, switches and words go through `paths`."""
    for module in Path(generator.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(module.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "add_argument":
                given = {word.arg: ast.unparse(word.value) for word in call.keywords}
                name = ast.literal_eval(call.args[0]).lstrip("-")
                assert given.get("type") != "Path", (module.name, name)
                if name in {*PLACES, "photographs", "folder", "to"} and given.get("type") != "int":
                    assert given.get("type") in {"home_path", "at_home"}, (module.name, name)

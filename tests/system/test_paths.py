import ast
from pathlib import Path

import pytest

import generator
from generator.cli import commands
from generator.config import Config, load
from generator.errors import BuildError, InputError
from generator.site import rendering
from generator.system.paths import at_home, home_path, keras, own_home


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
        commands.main(list(arguments))
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


@pytest.fixture
def homeless(monkeypatch):
    """As in a container whose user is a mere number: neither the environment nor the system knows of a home."""

    def unknown(number):
        raise KeyError(number)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert own_home() is None


def test_without_a_home_downloads_need_a_folder(homeless, monkeypatch, tmp_path):
    with pytest.raises(BuildError, match=r"HOME is not set.*KERAS_HOME"):
        keras()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert keras() == tmp_path


def test_without_a_home_a_site_is_built_all_the_same(homeless, tmp_path):
    rendering.claim(tmp_path / "site", tmp_path / "project", tmp_path / "store")
    assert (tmp_path / "site" / rendering.MARK).exists()


@pytest.mark.parametrize(("weights", "expected"), [("imagenet", 1), ("auto", 0)])
def test_without_a_home_the_command_says_so_and_goes_on_where_it_may(
    homeless, monkeypatch, tmp_path, capsys, weights, expected
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        commands.main(["info", "--weights", weights, "--images", "none"])
    said = capsys.readouterr().err
    assert (left.value.code or 0) == expected
    assert "HOME is not set" in said
    assert "bug" not in said

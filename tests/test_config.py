import re
import tomllib
from pathlib import Path

import pytest

from generator import config
from generator.cli import defaults
from generator.config import Config, load
from generator.errors import InputError

ROOT = Path(__file__).parents[1]


def toml(tmp_path, text):
    path = tmp_path / "atlas.toml"
    path.write_text(text)
    return path


def test_the_file_in_the_repository_says_every_default():
    assert (ROOT / "atlas.toml").read_text() == defaults.as_toml()
    assert load(ROOT / "atlas.toml", {}) == Config()
    assert tomllib.loads(defaults.as_toml())["profiles"] == config.PROFILE_TABLES


def test_flags_win_over_the_profile_and_the_profile_over_the_file(tmp_path):
    path = toml(tmp_path, 'filters = "3"\nweights = "w.npz"\nimages = "mine"')
    assert load(path, {}).filters == "3"
    assert load(path, {"profile": "quick"}).filters == "25"
    assert load(path, {"profile": "quick", "filters": "7", "images": None}).filters == "7"
    assert load(path, {"weights": "v.npz"}).weights == "v.npz"
    assert load(path, {"weights": None}).images == "mine"


def test_a_profile_of_the_files_own(tmp_path):
    path = toml(tmp_path, 'profile = "fine"\n[profiles.fine.ascent.channel]\nsteps = 99')
    assert load(path, {}).ascent.channel.steps == (99,) * 5
    assert load(path, {}).ascent.channel.canvas == Config().ascent.channel.canvas


def test_one_number_stands_for_all_blocks(tmp_path):
    assert load(toml(tmp_path, "ascent.channel.canvas = 64"), {}).ascent.channel.canvas == (64,) * 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("layer = 'all'", ["layer", "layers"]),
        ("[ascent.chanel]\nsteps = 3", ["ascent.chanel", "ascent.channel"]),
        ("[ascent.channel]\nstep = 3", ["ascent.channel.step", "ascent.channel.steps"]),
        ("ascent.channel.steps = 0", ["ascent.channel.steps", "0", "1 to 8192"]),
        ("ascent.channel.steps = [1, 2]", ["ascent.channel.steps", "5"]),
        ("ascent.channel.steps = 2.5", ["whole number"]),
        ("ascent.channel.steps = true", ["whole number"]),
        ("ascent.channel.rate = nan", ["ascent.channel.rate", "nan"]),
        ("ascent.recipe = 'furier'", ["ascent.recipe", "fourier, classic", "Did you mean fourier"]),
        ("profile = 'quik'", ["profile", "quick"]),
        ("ascent = 3", ["[ascent]", "table"]),
        ("weights = 3", ["weights", "text"]),
        ('store = "a\\u0000b"', ["store", "control characters"]),
        ("profiles.big.filters = '3'", ["profiles", "quick, standard, fine"]),
        ("profiles = 3", ["profiles"]),
        ("ascent.layers.edges.channel.canvas = [32, 64]", ["ascent.layers.edges.channel.canvas", "one number"]),
        ("ascent.layers.edges.neuron.rate = 11", ["ascent.layers.edges.neuron.rate", "0.0001 to 10"]),
        ("ascent.layers.edges.texture.rate = 1", ["ascent.layers", "channel or neuron"]),
        ("ascent.layers.edges = 3", ["ascent.layers", "a table for each layer"]),
        ("a = ", ["cannot be read"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, words):
    with pytest.raises(InputError) as error:
        load(toml(tmp_path, text), {})
    message = str(error.value)
    assert all(word in message for word in words), message
    assert str(tmp_path) in message
    assert message.count("\n") <= 1


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no config file"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"profile": "fin"}, "Did you mean fine"),
        ({"base_url": "example.org"}, "base_url is 'example.org'"),
        ({"base_url": "ftp://example.org/"}, "base_url"),
        ({"base_url": "https://example.org/?a=1"}, "base_url"),
    ],
)
def test_flags_are_held_to_the_same(flags, words):
    with pytest.raises(InputError, match=re.escape(words)):
        load(None, flags)


def test_numbers_for_one_layer(tmp_path):
    text = "ascent.channel.steps = 7\nascent.layers.edges = { channel = { steps = 9 }, neuron = { rate = 0.5 } }"
    settings = load(toml(tmp_path, text), {}).ascent
    assert settings.of("edges").channel.steps == (9,) * 5
    assert settings.of("edges").neuron.rate == (0.5,) * 5
    assert settings.of("edges").neuron.steps == settings.neuron.steps
    assert settings.of("corners").channel.steps == (7,) * 5

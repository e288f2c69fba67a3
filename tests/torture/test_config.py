"""Settings of every sort and size: each is taken, or refused by its name; none ends in a traceback."""

import dataclasses
import os

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from generator.cli.commands import main
from generator.config import Config
from tests.torture.conftest import Victim, often

EXAMPLES = often(25, 2000)
RUNS = {"count": 0, 0: 0, 1: 0, 2: 0}


def names(kind=Config, prefix=()):
    """The path of every setting, from the dataclasses."""
    for entry in dataclasses.fields(kind):
        value = getattr(kind(), entry.name)
        if dataclasses.is_dataclass(value):
            yield from names(type(value), (*prefix, entry.name))
        else:
            yield (*prefix, entry.name)


PLACES = sorted(names())
TEXT = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            *("", " ", "all", "none", "auto", "block9", "block1 block1_conv9", "9" * 5000, "-1", "0-", "5-2", "1,,2"),
            *("../../x", "\0", "a\nb", "<script>", "{{7*7}}", "\u202e", "n" * 300, "/dev/null", "/", ".", "tfds:"),
            *("tfds:../x:y", "dask://x", "https://x/?#", "javascript:1", "1e9", "0x10", "~", "~nobody/x", "$HOME"),
        ]
    ),
)
SCALAR = st.one_of(
    TEXT,
    st.integers(-(2**70), 2**63),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)
VALUE = st.one_of(
    TEXT,
    st.integers(-1, 2000),
    st.floats(-1, 12),
    st.lists(st.integers(0, 300), min_size=4, max_size=6),
    st.recursive(
        SCALAR,
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("abcdef_", min_size=1), inner, max_size=3),
        max_leaves=6,
    ),
)


def toml(value):
    """A value as TOML has it."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in value)
        return f'"{escaped}"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {toml(inner)}' for key, inner in value.items())}}}"
    return value.isoformat()


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    return Victim(tmp_path_factory.mktemp("config"))


def told(victim, text, capsys, monkeypatch):
    """Exit code and words of `info` with a config."""
    root = victim.bench.root
    path = root / "fuzzed.toml"
    path.write_text(text, encoding="utf-8")
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(["info", "--config", str(path)])
    return left.value.code or 0, capsys.readouterr().err


def test_every_setting_takes_anything_or_says_what_it_wants(victim, capsys, monkeypatch, report):
    root = victim.bench.root
    monkeypatch.chdir(root)
    for name in ("KERAS_HOME", "HOME"):
        monkeypatch.setenv(name, str(root))

    def refuse(*_, **__):
        raise OSError("no network in a test")

    monkeypatch.setattr("generator.system.download._open", refuse)
    base = {("weights",): str(root / "narrow.npz"), ("images",): "none", ("layers",): "block1_conv1"}

    @seed(int(os.environ.get("SEED", "7")))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(place=st.sampled_from(PLACES), value=VALUE)
    def one(place, value):
        given_ = base | {place: value}
        text = "\n".join(f"{'.'.join(path)} = {toml(found)}" for path, found in given_.items())
        code, words = told(victim, text, capsys, monkeypatch)
        RUNS["count"] += 1
        assert code in (0, 1, 2), words
        RUNS[code] += 1
        assert "Traceback" not in words
        assert "This is a bug" not in words, words
        if code == 2:
            assert place[-1].replace("_", "-") in words.replace("_", "-").lower() or place[-1] == "images", words

    one()
    report("settings of any type and size", RUNS["count"], f"{RUNS[2]} refused by name, {RUNS[1]} failed, none crashed")

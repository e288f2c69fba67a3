import json
import logging

import pytest

from generator.errors import BuildError
from generator.store import artifacts as stores
from generator.store.artifacts import Store
from generator.store.canonical import key

INPUTS = {"kind": "test", "n": 1}
KEY = key(INPUTS)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    assert store.put(INPUTS, b"payload", "png", {"width": 3}, {"tensorflow": "x"}) == KEY
    return store


def payload(store):
    return store.root / "objects" / KEY[:2] / f"{KEY[2:]}.png"


def card(store):
    return payload(store).with_suffix(".json")


def test_put_and_read(store):
    entry = store.entry(KEY)
    assert (entry.inputs, entry.facts, entry.size, entry.path) == (INPUTS, {"width": 3}, 7, payload(store))
    assert store.read(KEY) == b"payload"
    assert store.has(KEY)
    assert list(store) == [KEY]
    assert store.damage(KEY) is None
    assert not store.has("0" * 64)


def test_the_same_put_gives_the_same_bytes(store, tmp_path):
    other = Store(tmp_path / "other")
    other.put(INPUTS, b"payload", "png", {"width": 3}, {"tensorflow": "x"})
    assert card(other).read_bytes() == card(store).read_bytes()


def test_payload_comes_before_its_commit_mark(store, monkeypatch):
    written = []
    monkeypatch.setattr(stores, "write_atomically", lambda path, _: written.append(path.suffix))
    store.put(INPUTS, b"payload", "png", {}, {})
    assert written == [".png", ".json"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda s: payload(s).write_bytes(b"pay"),
        lambda s: payload(s).write_bytes(b""),
        lambda s: payload(s).unlink(),
        lambda s: card(s).write_text(card(s).read_text()[:20]),
        lambda s: card(s).write_text("[]"),
        lambda s: card(s).write_text("{}"),
    ],
)
def test_a_damaged_artifact_is_a_miss(store, damage, caplog):
    damage(store)
    with caplog.at_level(logging.WARNING):
        assert store.entry(KEY) is None
        assert store.read(KEY) is None
    assert store.damage(KEY)


def test_altered_bytes_are_found_on_read_and_taken_out(store, caplog):
    payload(store).write_bytes(b"pAyload")
    assert store.damage(KEY) == "its payload has been altered"
    with caplog.at_level(logging.WARNING):
        assert store.read(KEY) is None
    assert "altered" in caplog.text
    assert not store.has(KEY)


def test_swapped_entries_are_found(store, caplog):
    other = store.put({"kind": "other"}, b"another", "png", {}, {})
    card(store).write_bytes((store.root / "objects" / other[:2] / f"{other[2:]}.json").read_bytes())
    payload(store).write_bytes(b"another")
    assert store.damage(KEY) == "its JSON belongs to another artifact"
    with caplog.at_level(logging.WARNING):
        assert store.entry(KEY) is None


def test_inputs_that_do_not_belong_to_the_key_are_found(tmp_path):
    store = Store(tmp_path)
    store._commit(KEY, {"kind": "other"}, b"payload", "png", {}, {})
    assert store.damage(KEY) == "its inputs do not belong to its key"


def test_no_byte_of_the_json_can_change_unnoticed(store, caplog):
    whole = card(store).read_bytes()
    assert json.loads(whole)["facts"] == {"width": 3}
    with caplog.at_level(logging.ERROR):
        for place in range(len(whole)):
            card(store).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert store.entry(KEY) is None


def test_orphans(store):
    lost = store.root / "objects" / "ab" / ("c" * 62 + ".png")
    lost.parent.mkdir()
    lost.write_bytes(b"half")
    assert list(store.orphans()) == [lost]


def test_a_store_that_takes_no_more(store, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stores, "write_atomically", full)
    with pytest.raises(BuildError, match="No space left on device"):
        store.put(INPUTS, b"payload", "png", {}, {})
    assert json.loads(card(store).read_text())["bytes"] == 7


def test_a_key_is_a_key(store):
    with pytest.raises(ValueError, match="not a key"):
        store.has("../../etc/passwd")

"""Derived files: what is read again, what is remembered, and what no site uses any more."""

import os

import pytest

from generator.store import webcache
from generator.store.artifacts import Store
from generator.store.webcache import WebCache


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def fill(store, site, *sources):
    cache = WebCache(store)
    for source in sources:
        cache.get(source, "txt2", source.encode)
    cache.close(site)


def kept(store, source):
    """The path of a file that is there."""
    found = WebCache(store).cached(source, "txt2")
    assert found is not None
    return found[1]


def test_a_file_is_read_again_only_after_it_has_changed(store, monkeypatch):
    fill(store, "here", "a")
    read = []

    def name(payload):
        read.append(payload)
        return "other"

    monkeypatch.setattr(webcache, "_name", name)
    path = kept(store, "a")
    assert not read
    os.utime(path, ns=(0, 0))
    assert WebCache(store).cached("a", "txt2") is None
    assert read == [b"a"]


def test_another_suffix_is_another_file(store):
    fill(store, "here", "a")
    assert WebCache(store).cached("a", "png") is None


def test_what_is_unused_is_what_no_site_used_when_last_rendered(store):
    root = store.root / webcache.FOLDER
    fill(store, "here", "a", "b")
    fill(store, "there", "b", "c")
    assert list(webcache.unused(root, ["here", "there"])) == []
    fill(store, "here", "b")
    assert [path.read_bytes() for path in webcache.unused(root, ["here", "there"])] == [b"a"]
    gone = list(webcache.unused(root, ["here"]))  # the site `there` is no more
    assert sorted(path.read_bytes() for path in gone if path.suffix == ".txt2") == [b"a", b"c"]
    assert root / "there.txt" in gone
    assert list(webcache.unused(store.root / "nowhere", [])) == []


def test_what_was_read_again_is_remembered(store, monkeypatch):
    fill(store, "here", "a")
    path = kept(store, "a")
    os.utime(path, ns=(0, 0))
    cache = WebCache(store)
    assert cache.cached("a", "txt2")
    cache.close("here")
    monkeypatch.setattr(webcache, "_name", lambda _: pytest.fail("read again"))
    assert WebCache(store).cached("a", "txt2")


def test_an_altered_file_is_removed(store):
    fill(store, "here", "a")
    path = kept(store, "a")
    path.write_bytes(b"altered")
    assert WebCache(store).cached("a", "txt2") is None
    assert not path.exists()


def test_what_cannot_be_made_leaves_nothing(store):
    assert WebCache(store).get("a", "txt2", lambda: None) is None
    assert webcache.derived(store.root / webcache.FOLDER) == []


def test_a_master_that_was_found_whole_is_not_read_again(store, tmp_path):
    master = tmp_path / "master"
    master.write_bytes(b"whole")
    cache = WebCache(store)
    assert not cache.sound(master, "a" * 64)
    cache.remember(master, "a" * 64)
    cache.close("here")
    assert WebCache(store).sound(master, "a" * 64)
    assert not WebCache(store).sound(master, "b" * 64)
    os.utime(master, ns=(0, 0))
    assert not WebCache(store).sound(master, "a" * 64)

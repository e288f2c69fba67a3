import os

import pytest

from generator import housekeeping, manifest
from generator.canonical import key
from generator.errors import InputError
from generator.manifest import LayerKeys
from generator.store import Store
from generator.webcache import WebCache
from tests.test_manifest import made

KEYS = [key({"kind": "visualization", "n": n}) for n in range(4)]


@pytest.fixture
def root(tmp_path):
    store = Store(tmp_path / "store")
    for n, name in enumerate(KEYS):
        store.put(name, {"kind": "visualization", "n": n}, b"x" * 10, "png", {}, {})
    return store.root


def refer(root, keys):
    layer = LayerKeys("block1_conv1", 4, (), "d", None, None, {"channel": dict(enumerate(keys))})
    manifest.save(made(layers=(layer,)), root / "manifests" / "site.json")


def test_status(root):
    assert housekeeping.status(root)[0].split() == ["visualization", "4", "artifacts", "0.0", "MB"]


def test_collect_says_first_and_removes_only_what_is_unused(root):
    refer(root, KEYS[:3])
    told = []
    housekeeping.collect(root, told.append, really=False)
    assert "1 artifacts" in told[0]
    assert set(Store(root)) == set(KEYS)
    housekeeping.collect(root, told.append, really=True)
    assert set(Store(root)) == set(KEYS[:3])


def test_nothing_is_removed_when_a_manifest_cannot_be_read(root):
    refer(root, KEYS[:3])
    (root / "manifests" / "other.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        housekeeping.collect(root, lambda _: None, really=True)
    assert set(Store(root)) == set(KEYS)


def test_verify_names_and_takes_out(root):
    victim = root / "objects" / KEYS[1][:2] / f"{KEYS[1][2:]}.png"
    victim.write_bytes(b"y" * 10)
    told = []
    assert housekeeping.verify(root, told.append) == 1
    assert KEYS[1] in told[0]
    assert set(Store(root)) == {*KEYS} - {KEYS[1]}
    assert housekeeping.verify(root, told.append) == 0


def test_leftovers_are_told_and_removed(root):
    refer(root, KEYS)
    left = root / "objects" / "ab" / (".half.tmp")
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"")
    told = []
    assert housekeeping.verify(root, told.append) == 0
    assert str(left) in told[0]
    housekeeping.collect(root, told.append, really=True)
    assert left.exists()  # so young that a running build may be at it
    os.utime(left, (0, 0))
    housekeeping.collect(root, told.append, really=True)
    assert not left.exists()
    assert set(Store(root)) == set(KEYS)


def test_derived_pictures_of_no_site_go(root):
    refer(root, KEYS)
    cache = WebCache(Store(root))
    _, kept = cache.get("shown", "avif", lambda: b"shown")
    cache.close("site")
    _, gone = WebCache(Store(root)).get("no longer", "avif", lambda: b"no longer")
    told = []
    housekeeping.collect(root, told.append, really=True)
    assert kept.exists()
    assert not gone.exists()
    assert any("1 derived pictures" in line for line in told)

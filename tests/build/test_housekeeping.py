import os

import pytest

from generator.build import housekeeping, locks
from generator.build.locks import Locks
from generator.errors import BuildError, InputError
from generator.responses import shards
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.canonical import key
from generator.store.manifest import LayerKeys
from generator.store.webcache import WebCache
from tests.store.test_manifest import made

KEYS = [key({"kind": "visualization", "n": n}) for n in range(4)]


@pytest.fixture
def root(tmp_path):
    store = Store(tmp_path / "store")
    for n, name in enumerate(KEYS):
        store._commit(name, {"kind": "visualization", "n": n}, b"x" * 10, "png", {}, {})
    return store.root


def refer(root, keys):
    layer = LayerKeys("block1_conv1", 4, (), "d", None, None, {"channel": dict(enumerate(keys))})
    manifest.save(made(layers=(layer,)), root / "manifests" / "site.json")


def test_status(root):
    assert housekeeping.status(root)[0].split() == ["visualization", "4", "artifacts", "0.0", "MB"]


def test_collect_says_first_and_removes_only_what_is_unused(root):
    refer(root, KEYS[:3])
    told: list[str] = []
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
    told: list[str] = []
    assert housekeeping.verify(root, told.append) == 1
    assert KEYS[1] in told[0]
    assert set(Store(root)) == {*KEYS} - {KEYS[1]}
    assert housekeeping.verify(root, told.append) == 0


def test_leftovers_are_told_and_removed(root):
    refer(root, KEYS)
    left = root / "objects" / "ab" / (".half.tmp")
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"")
    told: list[str] = []
    assert housekeeping.verify(root, told.append) == 0
    assert str(left) in told[0]
    housekeeping.collect(root, told.append, really=True)
    assert not left.exists()
    assert set(Store(root)) == set(KEYS)


def test_derived_pictures_of_no_site_go(root):
    refer(root, KEYS)
    cache = WebCache(Store(root))
    kept = cache.get("shown", "avif", lambda: b"shown")
    cache.close("site")
    gone = WebCache(Store(root)).get("no longer", "avif", lambda: b"no longer")
    told: list[str] = []
    housekeeping.collect(root, told.append, really=True)
    assert kept is not None
    assert kept[1].exists()
    assert gone is not None
    assert not gone[1].exists()
    assert any("1 derived pictures" in line for line in told)


def test_nothing_is_removed_while_a_build_is_running(root):
    refer(root, KEYS[:3])
    left = root / "objects" / KEYS[0][:2] / ("c" * 62 + ".png")  # a payload whose JSON is about to be written
    left.write_bytes(b"x")
    with Locks(root) as build:
        build.join()
        housekeeping.collect(root, lambda _: None, really=False)
        with pytest.raises(BuildError, match="running"):
            housekeeping.collect(root, lambda _: None, really=True)
        assert set(Store(root)) == set(KEYS)
        assert left.exists()
    housekeeping.collect(root, lambda _: None, really=True)
    assert set(Store(root)) == set(KEYS[:3])
    assert not left.exists()


def test_without_locks_what_is_young_stays(root, monkeypatch):
    refer(root, KEYS)
    monkeypatch.setattr(locks, "fcntl", None)
    left = root / "objects" / KEYS[0][:2] / ("c" * 62 + ".png")
    left.write_bytes(b"x")
    housekeeping.collect(root, lambda _: None, really=True)
    assert left.exists()
    os.utime(left, (0, 0))
    housekeeping.collect(root, lambda _: None, really=True)
    assert not left.exists()


def test_the_pass_of_a_site_is_kept_and_that_of_none_is_not(root):
    pictures = {"channel": dict(enumerate(KEYS))}
    layer = LayerKeys("block2_conv1", 4, (0,), "d", "e" * 64, None, pictures, footprints="f" * 64)
    manifest.save(made(layers=(layer,)), root / "manifests" / "site.json")
    wanted = shards.folder([("block2_conv1", "e" * 64)])
    second = root / "checkpoints" / shards.folder([("block2_conv1", "f" * 64)]) / "0-64.npy"
    second.parent.mkdir(parents=True)
    second.write_bytes(b"half of a second pass")
    for name in (f"{wanted}.npz", f"{wanted}/block2_conv1/0-64.npz", f"{'0' * 64}.npz", "old/block1_conv1/0-64.npz"):
        path = root / "checkpoints" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"half a pass")
    housekeeping.collect(root, lambda _: None, really=True)
    left = {path.name for path in (root / "checkpoints").rglob("*.npz")}
    assert left == {f"{wanted}.npz", "0-64.npz"}
    assert not list((root / "checkpoints" / "old").rglob("*.npz"))
    assert second.exists()

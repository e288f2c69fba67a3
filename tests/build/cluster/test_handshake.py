"""What a worker holds against what its driver says."""

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator.build.cluster import handshake, photograph_list, worker
from generator.build.context import Context
from generator.build.tasks import Conclude
from generator.corpus.folder import from_folder
from generator.corpus.mixture import mix
from generator.corpus.sources import procedural
from generator.errors import InputError
from generator.network.weights import Weights
from generator.store import versions
from generator.store.artifacts import Store
from generator.store.file_cache import FileCache
from tests.conftest import random_pairs


def weights_file(path, seed=0):
    arrays: dict[str, Any] = {}
    for name, (kernel, bias) in random_pairs((4, 4), seed).items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    np.savez(path, **arrays)
    return path


@pytest.fixture
def driver(tmp_path):
    (tmp_path / "photographs" / "cats").mkdir(parents=True)
    for n in range(4):
        colour = Image.new("RGB", (240, 230), (n * 60, 10, 200))
        colour.save(tmp_path / "photographs" / "cats" / f"{n}.png")
    memo = FileCache(tmp_path / "memo.json")
    weights = Weights.open(weights_file(tmp_path / "w.npz"), memo)
    return Context(weights, from_folder(tmp_path / "photographs", memo), Store(tmp_path / "store"))


@pytest.fixture
def agreed(driver):
    return handshake.draw_up(driver)


def test_a_worker_makes_the_drivers_context(driver, agreed):
    found = handshake.context(pickle.loads(pickle.dumps(agreed)))  # noqa: S301 (our own)
    assert found.corpus is not None
    assert found.weights.digests == driver.weights.digests
    assert (found.corpus.digest, found.corpus.naming) == (driver.corpus.digest, driver.corpus.naming)
    assert np.array_equal(found.corpus.signatures, driver.corpus.signatures)
    for photograph in driver.corpus.photographs:
        assert np.array_equal(found.corpus.read(photograph), driver.corpus.read(photograph))
    assert found.store.root == driver.store.root.absolute()


@pytest.mark.parametrize("setting", ["auto", "float32", "bfloat16"])
def test_a_worker_is_told_the_precision_and_decides_for_its_own_machine(driver, setting):
    own = handshake.context(handshake.draw_up(dataclasses.replace(driver, setting=setting)))
    assert own.setting == setting


def test_a_handshake_is_small(agreed):
    assert len(pickle.dumps(agreed)) < 2000


def test_drawn_photographs_and_none(driver, tmp_path):
    for corpus in (procedural(), None):
        found = handshake.context(handshake.draw_up(dataclasses.replace(driver, corpus=corpus)))
        assert (found.corpus and found.corpus.naming) == (corpus and corpus.naming)


def test_after_the_run_nothing_is_left_to_see(driver, agreed):
    handshake.withdraw(agreed)
    with pytest.raises(InputError, match="does not see"):
        handshake.context(agreed)
    assert not list(driver.store.root.rglob("token-*"))


def other(agreed, name, value):
    return tuple((key, value if key == name else own) for key, own in agreed.versions)


@pytest.mark.parametrize("name", [name for name, _ in handshake.versions()])
def test_each_version_matters(agreed, name):
    with pytest.raises(InputError, match=f"has {name} .* where the driver has 0.0"):
        handshake.context(dataclasses.replace(agreed, versions=other(agreed, name, "0.0")))


def test_packages_and_all_algorithms_have_a_version_in_the_handshake():
    algorithms = {f"algorithm {name}" for name in versions.table()}
    assert {name for name, _ in handshake.versions()} == {"python", *handshake.PACKAGES} | algorithms


def test_a_version_that_only_one_of_the_two_knows_matters(agreed):
    newer, older = (*agreed.versions, ("algorithm dreams", "1")), agreed.versions[:-1]
    for known in (newer, older):
        with pytest.raises(InputError, match=r"has algorithm \w+ (None where|\d+ where the driver has None)"):
            handshake.context(dataclasses.replace(agreed, versions=known))


def test_a_store_of_the_workers_own(agreed, tmp_path, monkeypatch):
    monkeypatch.setenv("FILTER_ATLAS_STORE", str(tmp_path / "mine"))
    said = worker.fault(agreed)
    assert said is not None
    assert "does not see the driver's store" in said


def test_the_same_store_by_another_way(agreed, driver, tmp_path, monkeypatch):
    (tmp_path / "mount").symlink_to(driver.store.root)
    monkeypatch.setenv("FILTER_ATLAS_STORE", str(tmp_path / "mount"))
    assert handshake.context(agreed).store.root == tmp_path / "mount"


def test_other_weights_of_the_same_name(agreed, tmp_path, monkeypatch):
    monkeypatch.setenv("FILTER_ATLAS_WEIGHTS", str(weights_file(tmp_path / "other.npz", seed=1)))
    with pytest.raises(InputError, match=r"has other weights in .*other\.npz"):
        handshake.context(agreed)


def test_no_weights_there(agreed, tmp_path, monkeypatch):
    monkeypatch.setenv("FILTER_ATLAS_WEIGHTS", str(tmp_path / "none.npz"))
    with pytest.raises(InputError, match=r"none\.npz"):
        handshake.context(agreed)


def test_photographs_that_are_not_there(agreed, tmp_path, monkeypatch):
    monkeypatch.setenv("FILTER_ATLAS_IMAGES", str(tmp_path))
    with pytest.raises(InputError, match="cannot read the photographs"):
        handshake.context(agreed)


@pytest.fixture
def several(driver, tmp_path):
    """The same from two folders and a few drawings."""
    (tmp_path / "more" / "dogs").mkdir(parents=True)
    for n in range(3):
        Image.new("RGB", (240, 230), (10, n * 60, 200)).save(tmp_path / "more" / "dogs" / f"{n}.png")
    more = from_folder(tmp_path / "more", FileCache(tmp_path / "memo.json"))
    return dataclasses.replace(driver, corpus=mix([driver.corpus, procedural(3), more]))


def test_a_worker_sees_the_photographs_of_every_source(several):
    found = handshake.context(pickle.loads(pickle.dumps(handshake.draw_up(several))))  # noqa: S301 (our own)
    assert found.corpus is not None
    assert (found.corpus.digest, found.corpus.naming) == (several.corpus.digest, several.corpus.naming)
    for photograph in several.corpus.photographs:
        assert np.array_equal(found.corpus.read(photograph), several.corpus.read(photograph))


def test_several_folders_by_other_ways(several, tmp_path, monkeypatch):
    agreed = handshake.draw_up(several)
    for name in ("photographs", "more"):
        (tmp_path / f"mount-{name}").symlink_to(tmp_path / name)
    monkeypatch.setenv("FILTER_ATLAS_IMAGES", f"{tmp_path}/mount-photographs:{tmp_path}/mount-more")
    assert worker.fault(agreed) is None
    corpus = handshake.context(agreed).corpus
    assert corpus is not None
    folders = [source.folder for source in corpus.sources]
    assert folders == [tmp_path / "mount-photographs", None, tmp_path / "mount-more"]
    monkeypatch.setenv("FILTER_ATLAS_IMAGES", str(tmp_path / "more"))
    with pytest.raises(InputError, match="has 1 folders in FILTER_ATLAS_IMAGES where the driver has 2"):
        handshake.context(agreed)


def test_a_list_of_other_photographs(agreed, driver):
    listed = driver.store.root / "memo" / f"photographs-{agreed.photograph_list}.npz"
    fewer = dataclasses.replace(driver.corpus, photographs=driver.corpus.photographs[1:])
    listed.write_bytes(photograph_list.to_npz(fewer))
    with pytest.raises(InputError, match="has other photographs"):
        handshake.context(agreed)
    listed.write_bytes(b"nothing")
    with pytest.raises(InputError, match="cannot read the list"):
        handshake.context(agreed)


def test_a_worker_that_came_late_and_is_not_fit_does_nothing(agreed, tmp_path, monkeypatch):
    monkeypatch.setenv("FILTER_ATLAS_STORE", str(tmp_path / "mine"))
    worker._context.cache_clear()
    with pytest.raises(InputError, match=r"the worker on .* \(process \d+\) does not see"):
        worker.perform(Conclude("block1_conv1", "e" * 64, "a" * 64, None), agreed)


def test_a_worker_reads_the_same_branch_as_the_same_input(tmp_path):
    arrays: dict[str, Any] = {}
    for seed, side in enumerate(("left", "right")):
        for name, (kernel, bias) in random_pairs((4, 4), seed).items():
            arrays |= {f"{side}/{name}_kernel": kernel, f"{side}/{name}_bias": bias}
    np.savez(tmp_path / "two.npz", **arrays)
    weights = Weights.open(tmp_path / "two.npz", FileCache(tmp_path / "memo.json"), "right", "unit")
    agreed = handshake.draw_up(Context(weights, None, Store(tmp_path / "store")))
    found = handshake.context(agreed).weights
    assert found.digests == weights.digests
    assert np.array_equal(found.kernel("block1_conv1"), weights.kernel("block1_conv1"))
    with pytest.raises(InputError, match="other weights"):
        handshake.context(dataclasses.replace(agreed, preprocessing="caffe"))

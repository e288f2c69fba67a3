"""TensorFlow Datasets, by a stand-in of the few things that are used of it: the real package is optional."""

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from generator.corpus import sources as corpus_sources
from generator.corpus import tfds_folder
from generator.errors import InputError
from generator.store.file_cache import FileCache


def jpeg(seed):
    file = io.BytesIO()
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    Image.fromarray(coarse).resize((80, 60)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def package(monkeypatch):
    class DatasetNotFoundError(Exception):
        pass

    def load(name, *, split, with_info, decoders, shuffle_files):
        if name != "beasts":
            raise DatasetNotFoundError(name)
        assert decoders == {"image": "as it is"}
        assert not shuffle_files
        data = [{"image": jpeg(n), "label": n % 2} for n in range(4 if split == "train" else 2)]
        names = SimpleNamespace(names=["cat", "../lynx"])
        return data, SimpleNamespace(
            features={"image": None, "label": names}, splits={split: SimpleNamespace(num_examples=len(data))}
        )

    registered = SimpleNamespace(DatasetNotFoundError=DatasetNotFoundError)
    fake = SimpleNamespace(
        load=load,
        as_numpy=lambda data: data,
        decode=SimpleNamespace(SkipDecoding=lambda: "as it is"),
        core=SimpleNamespace(registered=registered),
    )
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", fake)


@pytest.fixture
def find(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return lambda spec: corpus_sources.find(spec, FileCache(tmp_path / "memo.json"))


def test_a_split_becomes_a_labelled_corpus_once(package, find, monkeypatch, tmp_path):
    corpus = find("tfds:beasts")
    assert corpus.origin == "tfds:beasts"
    assert sorted(p.label for p in corpus.photographs) == ["-lynx", "-lynx", "cat", "cat"]
    assert len(find("tfds:beasts:test").photographs) == 2
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)  # no longer needed
    assert find("tfds:beasts").digest == corpus.digest


def test_each_split_has_a_folder_of_its_own(package, find, tmp_path):
    """Also those whose names differ only in what a folder's name cannot hold."""
    assert len(find("tfds:beasts:test[:10%]").photographs) == 2
    assert len(find("tfds:beasts:test[10%:]").photographs) == 2
    assert len(list((tmp_path / "keras").rglob("tfds-beasts-test*"))) == 2
    specs = [
        ("a", "test[:10%]"),
        ("a", "test[10%:]"),
        ("a/b", "train"),
        ("a-b", "train"),
        ("a", "b-train"),
        ("a", "train"),
    ]
    assert len({tfds_folder._folder(*spec) for spec in specs}) == len(specs)
    assert tfds_folder._folder("beasts", "train") == "tfds-beasts-train"


@pytest.mark.parametrize("names", [["a/b", "a-b"], ["x" * 200 + "1", "x" * 200 + "2"], [".cat", "cat"]])
def test_labels_that_would_share_a_folder_are_refused(names, package, find, monkeypatch):
    tfds = sys.modules["tensorflow_datasets"]
    load = tfds.load

    def other(*words, **flags):
        data, info = load(*words, **flags)
        return data, SimpleNamespace(
            features={"image": None, "label": SimpleNamespace(names=names)}, splits=info.splits
        )

    monkeypatch.setattr(tfds, "load", other)
    with pytest.raises(InputError, match="tfds:beasts has labels that would share the folder"):
        find("tfds:beasts")


def test_what_is_missing_is_said(package, find, monkeypatch):
    with pytest.raises(InputError, match="tfds:plants is not a data set of labelled images"):
        find("tfds:plants")
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(InputError, match="needs the package tensorflow-datasets"):
        find("tfds:beasts:test")

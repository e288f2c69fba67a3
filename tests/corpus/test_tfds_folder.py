"""TensorFlow Datasets, by a stand-in of the few things that are used of it: the real package is optional."""

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from generator.corpus import sources as corpus_sources
from generator.errors import InputError
from generator.memo import Memo


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
    return lambda spec: corpus_sources.find(spec, Memo(tmp_path / "memo.json"))


def test_a_split_becomes_a_labelled_corpus_once(package, find, monkeypatch, tmp_path):
    corpus = find("tfds:beasts")
    assert corpus.origin == "tfds:beasts"
    assert sorted(p.label for p in corpus.photographs) == ["-lynx", "-lynx", "cat", "cat"]
    assert len(find("tfds:beasts:test").photographs) == 2
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)  # no longer needed
    assert find("tfds:beasts").digest == corpus.digest


def test_what_is_missing_is_said(package, find, monkeypatch):
    with pytest.raises(InputError, match="tfds:plants is not a data set of labelled images"):
        find("tfds:plants")
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(InputError, match="needs the package tensorflow-datasets"):
        find("tfds:beasts:test")

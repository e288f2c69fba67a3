"""Albums: which whole photographs a layer's pages show, and that nothing of them gets lost."""

import dataclasses
import types
from typing import cast

import numpy as np

from generator.build import housekeeping
from generator.responses import albums
from generator.responses.statistics import Responses
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.canonical import key
from tests.made import make

PHOTO = np.array([[4, 0, -1], [0, 2, 9], [-1, -1, -1]])  # of three filters
MEANS = np.array([[0, 7], [9, 0], [-1, -1]])


def put(store, name, payload):
    store._commit(name, {"name": name}, payload, "album", {}, {})


def named(index):
    return key({"photograph": index})


def test_an_album_lists_what_the_chosen_filters_show(tmp_path):
    store, own = Store(tmp_path), "a" * 64
    responses = cast("Responses", types.SimpleNamespace(photo=PHOTO, mean_photo=MEANS))  # all of them that it reads
    put(store, own, albums.to_json(responses, named))
    assert albums.read(own, [0, 2], store) == {0: named(0), 4: named(4), 7: named(7)}
    assert list(albums.read(own, [0, 1, 2], store)) == [0, 2, 4, 7, 9]
    assert albums.read(own, [2], store) == {}


def test_no_album_shows_nothing(tmp_path):
    assert albums.read(None, [0], Store(tmp_path)) == {}
    assert albums.read("a" * 64, [0], Store(tmp_path)) == {}


def test_what_albums_list_is_kept_until_no_site_shows_it(tmp_path):
    path = make(tmp_path, (3, 3))
    store, wanted = Store(tmp_path / "store"), manifest.load(path)
    photographs = albums.everything(wanted, store) - wanted.keys()
    assert photographs
    entries = [store.entry(own) for own in photographs]
    assert all(entry is not None and entry.inputs["kind"] == "photograph" for entry in entries)
    shown = set(store)
    housekeeping.collect(store.root, lambda _: None, really=True)
    assert photographs <= set(store)
    assert shown - set(store) <= {own for own in shown if own not in albums.everything(wanted, store)}
    manifest.save(dataclasses.replace(wanted, layers=()), path)  # the gallery shows them still
    housekeeping.collect(store.root, lambda _: None, really=True)
    assert set(store) == photographs | {wanted.gallery}
    manifest.save(dataclasses.replace(wanted, layers=(), gallery=None), path)
    housekeeping.collect(store.root, lambda _: None, really=True)
    assert list(store) == []

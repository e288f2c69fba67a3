"""The gallery: the first photographs of a corpus, with names, labels and keys."""

from generator.corpus import Photograph
from generator.responses import galleries
from generator.store.artifacts import Store

PHOTOGRAPHS = tuple(Photograph(f"é/{n}.jpg", "é", f"{n:064x}", bytes(256)) for n in range(4))


def test_as_many_are_listed_as_have_keys(tmp_path):
    store = Store(tmp_path)
    payload = galleries.to_json(PHOTOGRAPHS, ["a", "b", "c"])
    key = store.put({"kind": "gallery"}, payload, "gallery", {}, {})
    hung = galleries.read(key, store)
    assert [own.key for own in hung] == ["a", "b", "c"]
    assert [(own.name, own.label) for own in hung] == [("é/0.jpg", "é"), ("é/1.jpg", "é"), ("é/2.jpg", "é")]


def test_none_lists_nothing(tmp_path):
    assert galleries.read(None, Store(tmp_path)) == ()
    assert galleries.read("a" * 64, Store(tmp_path)) == ()

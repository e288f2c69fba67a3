"""Several sources are one corpus: all photographs, no clash of names, each source credited."""

from dataclasses import replace

import pytest

from generator.corpus import caltech101, mixture, tfds_folder
from generator.corpus import sources as corpus_sources
from generator.corpus.folder import from_folder
from generator.errors import BuildError, InputError
from generator.store.file_cache import FileCache
from tests.corpus.test_corpus import picture


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Two folders of photographs of the same names, and what downloads would have left in Keras' folder."""
    cache = tmp_path / "keras" / "datasets"
    for n, name in enumerate(
        ["one/cat/1.png", "one/dog/2.png", "two/cat/1.png", "two/notes.txt"]
        + [
            f"keras/datasets/{name}"
            for name in (
                "caltech101/ant/1.png",
                f"{tfds_folder._folder('pets', 'train')}/pug/1",
                f"{tfds_folder._folder('pets', 'a+b')}/pug/2",
            )
        ]
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"no picture" if name.endswith("txt") else picture(n))
    monkeypatch.setenv("KERAS_HOME", str(cache.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def find(desk):
    return lambda spec, **more: corpus_sources.find(spec, FileCache(desk / "memo.json"), **more)


def test_the_photographs_of_all_are_there_under_names_that_cannot_clash(find):
    corpus = find("one+two")
    assert {(p.name, p.label) for p in corpus.photographs} == {
        ("one/cat/1.png", "cat"),
        ("one/dog/2.png", "dog"),
        ("two/cat/1.png", "cat"),
    }
    assert [left.name for left in corpus.skipped] == ["two/notes.txt"]
    assert corpus.origin == "one + two"
    assert [(source.name, corpus.count(source)) for source in corpus.sources] == [("one", 2), ("two", 1)]
    pixels = {corpus.photographs[index].name: found for index, found in corpus.stream()}
    alone = find("two")
    assert (pixels["two/cat/1.png"] == next(found for _, found in alone.stream())).all()


def test_one_folder_alone_is_what_it_was(find, desk):
    alone, found = from_folder(desk / "one", FileCache(desk / "memo.json")), find("one")
    assert (found.digest, found.naming) == (alone.digest, alone.naming)
    assert {p.name for p in found.photographs} == {"cat/1.png", "dog/2.png"}


def test_known_sources_and_folders_go_together(find):
    corpus = find("caltech101+tfds:pets + one")
    assert {p.name.partition("/")[0] for p in corpus.photographs} == {"Caltech-101", "tfds-pets", "one"}
    licences = {source.name: source.licence for source in corpus.sources}
    assert licences["Caltech-101"].startswith("CC BY 4.0")
    assert "data set" in licences["tfds:pets"]
    assert "whoever took them" in licences["one"]


def test_the_digest_is_that_of_the_photographs_wherever_they_lie(find, desk):
    (desk / "both").mkdir()
    for name in ("one", "two"):
        (desk / name).rename(desk / "both" / name)
    together = find("both").digest
    assert find("both/one+both/two").digest == together
    assert find("both/two+both/one").digest == together


def test_a_photograph_in_two_sources_counts_once_and_is_named(find, desk):
    (desk / "two/again.png").write_bytes((desk / "one/cat/1.png").read_bytes())
    (desk / "two/cat/twice.png").write_bytes((desk / "two/cat/1.png").read_bytes())
    reasons = {left.name: left.reason for left in find("one+two").skipped}
    assert reasons["two/again.png"] == "the same content as one/cat/1.png"
    assert reasons["two/cat/twice.png"] == "the same content as two/cat/1.png"


def test_sources_of_one_name_are_told_apart(find, desk):
    (desk / "other").mkdir()
    (desk / "two").rename(desk / "other/one")
    corpus = find("one+other/one")
    assert {p.name.partition("/")[0] for p in corpus.photographs} == {"one", "one-2"}


def test_a_plus_within_a_path_or_a_split_is_no_separator(find, desk):
    (desk / "two").rename(desk / "c++")
    assert find("c++").origin == "c++"
    assert find("c++").sources[0].prefix == ""
    assert find("one+c++").origin == "one + c++"
    assert find("c+++one").origin == "c++ + one"
    assert find("tfds:pets:a+b").origin == "tfds:pets:a+b"
    assert find("tfds:pets:a+b+one").origin == "tfds:pets:a+b + one"
    (desk / "one").rename(desk / "caltech101+c++")
    assert find("caltech101+c++").origin == "caltech101+c++"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("one+", "a source is missing beside a +"),
        ("+one", "a source is missing beside a +"),
        ("one++two", "a source is missing beside a +"),
        ("one+one", "one is named twice"),
        ("one+none", "none stands for no photographs"),
        ("one+nowhere", "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_is_said(find, spec, words):
    with pytest.raises(InputError, match=words.replace("+", r"\+")):
        find(spec)


def test_drawn_pictures_may_be_among_them_and_are_read_again_by_name(find, desk, monkeypatch):
    monkeypatch.setattr(caltech101, "folder", refuse)
    drawn = corpus_sources.procedural
    monkeypatch.setattr(corpus_sources, "procedural", lambda count=4, **more: drawn(count, **more))
    corpus = find("auto+one")
    places = [(source.prefix, source.folder) for source in corpus.sources]
    again = corpus_sources.reopened(corpus.photographs, places, corpus.size)
    assert again.naming == corpus.naming
    for (index, one), (_, other) in zip(corpus.stream(), again.stream(), strict=True):
        assert (one == other).all(), corpus.photographs[index].name


def refuse(*_):
    raise BuildError("no network")


def test_what_labels_are_is_said_of_each_source(find, desk):
    (desk / "two/cat/1.png").rename(desk / "two/cat.1.png")
    for n, name in enumerate(["cat.2", "dog.1", "dog.2"]):
        (desk / f"two/{name}.png").write_bytes(picture(50 + n))
    corpus = find("one+two")
    assert corpus.labelled == "the folder that it lies in (in one); the beginning of its file's name (in two)"
    (note,) = corpus.notes
    assert note.startswith("In two: A photograph's label is the beginning of its file's name")
    assert find("one+two", label="folder").notes == ()


def test_mixing_keeps_what_each_source_is(find):
    corpora = [find("one"), find("two")]
    mixed = mixture.mix(corpora)
    assert [replace(source, prefix="") for source in mixed.sources] == [corpus.sources[0] for corpus in corpora]

"""A corpus is its content: found at any depth, streamed in one order, each file left out with a reason."""

import io
import os
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator import corpus
from generator.corpus import Photograph
from generator.corpus import folder as corpus_folder
from generator.corpus import sources as corpus_sources
from generator.corpus.folder import from_folder
from generator.errors import BuildError, InputError
from generator.store.file_cache import FileCache


def picture(seed, width=80, height=60):
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "photos"
    for n, name in enumerate(["cats/a.png", "cats/b.png", "dogs/small/c.png", "d.png"]):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(picture(n))
    return root


@pytest.fixture
def memo(tmp_path):
    return FileCache(tmp_path / "memo.json")


def test_photographs_are_found_at_any_depth_with_their_folder_as_label(folder, memo):
    corpus = from_folder(folder, memo)
    assert {(p.name, p.label) for p in corpus.photographs} == {
        ("cats/a.png", "cats"),
        ("cats/b.png", "cats"),
        ("dogs/small/c.png", "small"),
        ("d.png", "photos"),
    }
    assert corpus.skipped == ()


def test_what_is_left_out_is_named_with_the_reason(folder, memo):
    (folder / "notes.txt").write_text("hello")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 100)
    (folder / "cats" / "icon.png").write_bytes(picture(9, 20, 20))
    (folder / "z-again.png").write_bytes(picture(0))
    (folder / ".hidden.png").write_bytes(picture(10))
    os.mkfifo(folder / "pipe.png")
    corpus = from_folder(folder, memo)
    assert len(corpus.photographs) == 4
    reasons = {left.name: left.reason for left in corpus.skipped}
    assert list(reasons) == ["broken.jpg", "cats/icon.png", "notes.txt", "pipe.png", "z-again.png"]
    assert "not a picture" in reasons["notes.txt"]
    assert "20 x 20" in reasons["cats/icon.png"]
    assert reasons["pipe.png"] == "not a file"
    assert reasons["z-again.png"] == "the same content as cats/a.png"
    (folder / "more.txt").write_text("hello again")
    (folder / "cats" / "thin.png").write_bytes(picture(9, 20, 2))
    (folder / "z-thrice.png").write_bytes(picture(1))
    kinds = from_folder(folder, memo).left_out()
    assert {kind: len(names) for kind, names in kinds.items()} == {
        "not a picture in a known format": 3,
        "less than 32 on a side (pixels)": 2,
        "not a file": 1,
        "the same content": 2,
    }


def test_names_times_and_folders_do_not_change_the_digest_or_the_order(folder, memo, tmp_path):
    before = from_folder(folder, memo)
    (folder / "cats" / "a.png").rename(folder / "d2.png")
    (folder / "dogs").rename(folder / "wolves")
    os.utime(folder / "d.png", (1, 1))
    after = from_folder(folder, memo)
    assert after.digest == before.digest
    assert after.naming != before.naming
    assert [p.digest for p in after.photographs] == [p.digest for p in before.photographs]
    (folder / "d.png").write_bytes(picture(77))
    assert from_folder(folder, memo).digest != before.digest
    assert from_folder(folder, memo, size=256).digest != from_folder(folder, memo).digest


def test_a_second_look_reads_nothing(folder, tmp_path, monkeypatch):
    (folder / "notes.txt").write_text("hello")
    first = from_folder(folder, FileCache(tmp_path / "memo.json"))
    monkeypatch.setattr(corpus_folder, "_survey", lambda file: pytest.fail(f"{file} was read again"))
    again = from_folder(folder, FileCache(tmp_path / "memo.json"))
    assert again.digest == first.digest
    assert again.skipped == first.skipped


def test_links_to_folders_are_followed_once(folder, memo, tmp_path):
    (folder / "cats" / "loop").symlink_to(folder, target_is_directory=True)
    (tmp_path / "birds").mkdir()
    (tmp_path / "birds" / "e.png").write_bytes(picture(20))
    (folder / "animals").symlink_to(tmp_path / "birds", target_is_directory=True)
    corpus = from_folder(folder, memo)
    assert ("animals/e.png", "animals") in {(p.name, p.label) for p in corpus.photographs}
    assert [left[:2] for left in corpus.skipped] == [("cats/loop", "a link to a folder that is looked at anyway")]
    assert len(list(corpus.stream())) == 5


def test_a_layout_that_needs_it_gets_another_level_and_a_note(folder, memo):
    for animal in ("cats", "dogs"):
        (folder.parent / "set" / "train" / animal / "images").mkdir(parents=True)
        for n in range(2):
            file = folder.parent / "set" / "train" / animal / "images" / f"{n}.png"
            file.write_bytes(picture(n + 30 + len(animal) * (animal == "cats")))
    corpus = from_folder(folder.parent / "set", memo)
    assert {p.label for p in corpus.photographs} == {"cats", "dogs"}
    assert len(corpus.notes) == 1
    assert {p.label for p in from_folder(folder.parent / "set", memo, label="folder").photographs} == {"images"}


def test_a_folder_without_a_name_of_its_own_has_one(folder, memo, monkeypatch):
    monkeypatch.chdir(folder)
    assert from_folder(Path(), memo).origin == "photos"
    assert from_folder(Path("cats/.."), memo).origin == "photos"


def test_the_stream_gives_every_photograph_once_in_order(folder, memo):
    corpus = from_folder(folder, memo, size=64)
    seen = list(corpus.stream())
    assert [index for index, _ in seen] == [0, 1, 2, 3]
    assert all(pixels.shape == (64, 64, 3) and pixels.dtype == np.uint8 for _, pixels in seen)
    chosen = list(corpus.stream([2, 0, 2]))
    assert [index for index, _ in chosen] == [2, 0, 2]
    assert np.array_equal(chosen[1][1], seen[0][1])


def test_a_stream_can_be_left_early(folder, memo):
    stream = from_folder(folder, memo).stream([0, 1, 2, 3] * 50)
    next(stream)
    assert isinstance(stream, Generator)
    stream.close()


def test_a_photograph_that_changes_or_goes_is_an_error_in_words(folder, memo):
    corpus = from_folder(folder, memo)
    for p in corpus.photographs:
        (folder / p.name).write_bytes(picture(99))
    with pytest.raises(BuildError, match=r"has changed since the start of this run"):
        list(corpus.stream())
    for p in corpus.photographs:
        (folder / p.name).unlink()
    with pytest.raises(BuildError, match="can no longer be read"):
        list(corpus.stream())


def test_no_folder_and_no_photograph_are_errors_in_words(tmp_path, memo):
    with pytest.raises(InputError, match="there is no folder"):
        from_folder(tmp_path / "nowhere", memo)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "x.txt").write_text("x")
    with pytest.raises(InputError, match=r"no photograph in .*x\.txt: not a picture"):
        from_folder(tmp_path / "empty", memo)
    for n in range(4):
        (tmp_path / "empty" / f"{n}.txt").write_text("x")
    (tmp_path / "empty" / "film.mov").write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ")
    with pytest.raises(InputError, match=r"6 files left out; 0\.txt: not a .* format; film\.mov: a video\)$"):
        from_folder(tmp_path / "empty", memo)


def test_drawn_pictures_are_a_corpus_too():
    corpus = corpus_sources.procedural(count=6, seed=4)
    assert len(corpus.photographs) == 6
    digests = [p.digest for p in corpus.photographs]
    assert digests == sorted(digests)
    (first, pixels), *_ = corpus.stream()
    assert first == 0
    assert pixels.shape == (224, 224, 3)
    assert corpus.digest != corpus_sources.procedural(count=6, seed=5).digest


def test_what_was_read_last_is_kept_within_a_bound(monkeypatch):
    monkeypatch.setattr(corpus, "KEPT", 2 * 3 * 8 * 8)
    read = []

    def reading(photograph):
        read.append(photograph.name)
        return np.zeros((8, 8, 3), np.uint8)

    keeping = corpus.cached(reading, 8)
    for name in ("a", "b", "a", "c", "b"):
        keeping(Photograph(name, "", "", b""))
    assert read == ["a", "b", "c", "b"]

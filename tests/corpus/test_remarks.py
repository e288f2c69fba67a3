"""What is odd about a corpus is said; of a usual one there is nothing to say."""

import numpy as np
import pytest
from PIL import Image

from generator.corpus import sources as corpus_sources
from generator.corpus.folder import from_folder
from generator.corpus.remarks import remarks
from generator.store.file_cache import FileCache

NUMBERS = np.random.default_rng(3)


def noise():
    return NUMBERS.integers(0, 255, (9, 9, 3), np.uint8)


def even():
    return np.full((9, 9, 3), NUMBERS.integers(0, 255), np.uint8)


SCENE = noise()


def corpus(tmp_path, count, draw, folders=("a", "b")):
    for n in range(count):
        (tmp_path / "photos" / folders[n % len(folders)]).mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(draw()).resize((240, 240), Image.Resampling.NEAREST)
        picture.save(tmp_path / "photos" / folders[n % len(folders)] / f"{n}.png", compress_level=n % 10)
    return from_folder(tmp_path / "photos", FileCache(tmp_path / "memo.json"))


@pytest.mark.parametrize(
    ("count", "draw", "folders", "words"),
    [
        (9, noise, "ab", []),
        (8, noise, "ab", ["only 8 photographs"]),
        (1, noise, "a", ["only 1 photograph.", "has the label a"]),
        (9, even, "ab", ["one even colour"]),
        (9, lambda: SCENE, "ab", ["look the same"]),
        (9, noise, "a", ["has the label a"]),
    ],
)
def test_what_follows_is_said(tmp_path, count, draw, folders, words):
    said = remarks(corpus(tmp_path, count, draw, folders))
    assert len(said) == len(words)
    assert all(each in sentence for each, sentence in zip(words, said, strict=True))


def test_drawn_pictures_are_a_usual_corpus():
    assert remarks(corpus_sources.procedural(count=60)) == ()

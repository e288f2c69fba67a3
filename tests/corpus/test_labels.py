"""The part of a path that tells photographs apart is their label, whatever layout somebody has."""

import pytest

from generator.corpus import labels
from generator.corpus import sources as corpus_sources
from generator.corpus.labels import choose
from generator.errors import InputError
from generator.store.file_cache import FileCache


def chosen(names, root="photos", level="auto"):
    return list(choose(names, root, level).labels)


USUAL = [
    (["cats/a.png", "cats/b.png", "dogs/small/c.png", "d.png"], ["cats", "cats", "small", "photos"]),
    (["train/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg"], ["cat", "dog", "cat"]),
    (["train/1.jpg", "boat/2.jpg", "car/3.jpg"], ["train", "boat", "car"]),  # a vehicle, not a split
    (["vehicles/train/1.jpg", "vehicles/car/2.jpg", "animals/cat/3.jpg"], ["train", "car", "cat"]),
    (["train/7/a.png", "train/8/b.png", "test/7/c.png"], ["7", "8", "7"]),  # digits are what they show
    (["2021/01/a.jpg", "2021/02/b.jpg", "2022/01/c.jpg"], ["01", "02", "01"]),
    (["cats/tabby_1.jpg", "cats/tabby_2.jpg", "dogs/pug_1.jpg", "dogs/pug_2.jpg"], ["cats", "cats", "dogs", "dogs"]),
    (["train/a.jpg", "test/b.jpg"], ["train", "test"]),  # nothing better is to be had
    (["sunset.jpg", "kitchen.jpg", "cat1.jpg"], ["photos"] * 3),
    (["IMG_1.jpg", "IMG_2.jpg", "DSC_3.jpg", "DSC_4.jpg"], ["photos"] * 4),
    (["IMG-20210501-WA1.jpg", "IMG-20210501-WA2.jpg", "IMG-20210502-WA1.jpg", "IMG-20210502-WA2.jpg"], ["photos"] * 4),
    (["a 20210501 1.jpg", "a 20210501 2.jpg", "b 20210501 1.jpg", "b 20210501 2.jpg"], ["photos"] * 4),
    (["3f2a_1.jpg", "9c01_2.jpg", "77de_3.jpg", "ab12_4.jpg"], ["photos"] * 4),
]
OTHER = [
    (["train/n01/images/a.JPEG", "train/n02/images/b.JPEG"], ["n01", "n02"]),
    (["tiny/train/n01/images/a.JPEG", "tiny/train/n02/images/b.JPEG"], ["n01", "n02"]),
    (["train/n01/images/a.JPEG", "train/n02/images/b.JPEG", "val/images/c.JPEG"], ["n01", "n02", "images"]),
    (["cat/train/x.jpg", "dog/train/y.jpg", "cat/test/z.jpg"], ["cat", "dog", "cat"]),
    (["cat/images_256x256/x.jpg", "dog/val2017/y.jpg"], ["cat", "dog"]),
    (["n01/whatever/a.jpg", "n02/whatever/b.jpg"], ["n01", "n02"]),
    (["n01/deep/er/a.jpg", "n02/deep/er/b.jpg"], ["n01", "n02"]),
    (["cat/1/a.jpg", "cat/2/b.jpg", "dog/1/c.jpg"], ["cat", "cat", "dog"]),
    (["cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"], ["cat", "cat", "dog", "dog"]),
    (["train/cat.0.jpg", "train/cat.1.jpg", "train/dog.0.jpg", "test1/dog.1.jpg"], ["cat", "cat", "dog", "dog"]),
    (["images/great_pyrenees_1.jpg", "images/great_pyrenees_2.jpg", "images/Bombay_1.jpg", "images/Bombay_2.jpg"],
     ["great_pyrenees", "great_pyrenees", "Bombay", "Bombay"]),
    (["cat (1).jpg", "cat (2).jpg", "dog (1).jpg", "dog (2).jpg"], ["cat", "cat", "dog", "dog"]),
]  # fmt: skip


@pytest.mark.parametrize(("names", "wanted"), USUAL)
def test_usual_layouts_keep_the_folder_and_say_nothing(names, wanted):
    assert chosen(names) == wanted
    assert labels.notes(names, choose(names, "photos")) == ()


@pytest.mark.parametrize(("names", "wanted"), OTHER)
def test_other_layouts_get_the_level_that_tells_apart_and_say_which(names, wanted):
    assert chosen(names) == wanted
    (note,) = labels.notes(names, choose(names, "photos"))
    assert wanted[0] in note
    assert names[0] in note


@pytest.mark.parametrize(
    ("level", "wanted"),
    [
        ("folder", ["images", "pug", "photos"]),
        ("1", ["cat", "dog", "photos"]),
        ("2", ["images", "pug", "photos"]),
        ("-1", ["images", "pug", "photos"]),
        ("-2", ["cat", "dog", "photos"]),
        ("file", ["tom", "pug", "rex"]),
    ],
)
def test_a_level_can_be_asked_for(level, wanted):
    assert chosen(["cat/images/tom_1.jpg", "dog/pug/IMG_2.jpg", "rex.3.jpg"], level=level) == wanted


@pytest.mark.parametrize("level", ["auto", "folder", "file", "1", "9", "-1", "-9"])
def test_levels_that_may_be_asked_for(level):
    labels.check(level)


@pytest.mark.parametrize("level", ["", "0", "10", "-0", "--1", "class", "1.5", "Folder"])
def test_another_level_is_refused_before_any_photograph_is_looked_at(level, tmp_path):
    for spec in ("procedural", str(tmp_path / "nowhere")):
        with pytest.raises(InputError, match=rf"patches.label is '{level}'; it has to be auto, folder, file"):
            corpus_sources.find(spec, FileCache(tmp_path / "memo.json"), label=level)


def test_a_level_that_no_photograph_has_is_an_error_in_words():
    for level in ("3", "-3"):
        with pytest.raises(InputError, match=rf"patches.label is {level}, but no photograph is more than 2 folders"):
            chosen(["a/b/x.jpg", "y.jpg"], level=level)


def test_labels_are_composed_text_however_the_folders_are_written():
    assert chosen(["cafe\u0301/a.jpg", "caf\u00e9/b.jpg", "z/c.jpg"]) == ["caf\u00e9", "caf\u00e9", "z"]

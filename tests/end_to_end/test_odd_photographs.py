"""Corpora that nobody plans for, each to a whole site: few photographs, even ones, the same one, several folders."""

import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.documents import document
from tests.end_to_end.conftest import lay_out
from tests.sitecheck import problems

NUMBERS = np.random.default_rng(8)
SCENE = NUMBERS.integers(0, 255, (9, 9, 3), np.uint8)


def noise(_):
    return NUMBERS.integers(0, 255, (9, 9, 3), np.uint8)


def black(_):
    return np.zeros((9, 9, 3), np.uint8)


def grey(number):
    return np.full((9, 9, 3), 20 * number + 30, np.uint8)


def one_scene(_):
    return SCENE


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return lay_out(tmp_path_factory.mktemp("odd"), (4, 4))


def fill(bench, count, draw, folders=("things",)):
    """Other photographs for the same store: the synthesised images need not be made again."""
    shutil.rmtree(bench.root / "photographs")
    for n in range(count):
        folder = bench.root / "photographs" / folders[n % len(folders)]
        folder.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(draw(n)).resize((240, 240), Image.Resampling.BICUBIC)
        picture.save(folder / f"{n}.png", compress_level=n % 10)


def text(bench, page):
    """What a page says, its spaces made one."""
    words = re.sub(r"<[^>]*>", "", (bench.site / page).read_text(encoding="utf-8"))
    return " ".join(words.split())


def finite(value):
    """Whether all numbers below a JSON value are, and all correlations possible."""
    if isinstance(value, dict):
        assert -1 <= value.get("correlation", 0) <= 1
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or np.isfinite(value)


@pytest.mark.parametrize(
    ("count", "draw", "words"),
    [
        (1, noise, ["There is only 1 photograph.", "has the label things"]),
        (8, noise, ["There are only 8 photographs.", "has the label things"]),
        (9, noise, ["has the label things"]),
        (9, black, ["one even colour", "has the label things"]),
        (9, grey, ["one even colour", "has the label things"]),
        (9, one_scene, ["look the same", "has the label things"]),
    ],
)
def test_a_whole_site_with_numbers_and_what_follows_said(bench, count, draw, words, capsys):
    fill(bench, count, draw)
    assert bench.run("atlas") == 0
    assert problems(bench.site) == []
    said = capsys.readouterr().err
    home = text(bench, "index.html")
    assert all(each in home and each in said for each in words)
    for layer in ("block1_conv1", "block1_conv2"):
        found = document(bench.site, layer)
        assert finite(found)
        with np.load(bench.site / f"data/{layer}.npz") as arrays:
            assert all(np.isfinite(array).all() for array in arrays.values() if array.dtype.kind == "f")
        for this in found["filters"]:
            page = text(bench, f"{this['filter']}.html")
            patches = len(this["patches"])
            assert patches <= count
            assert not re.search(r"\bnan\b|\binf\b|All 1 of|its 0 strongest", page)
            assert ("No photograph excites this filter." in page) == (patches == 0)
            if this["evidence"]["leaders"]:
                assert "the same label" in page
            if 0 < patches < 9:  # a strip of few tiles is not drawn as wide as nine
                assert f'class="nine of{patches}"' in (bench.site / f"{this['filter']}.html").read_text()


def test_several_folders_with_the_source_of_each_on_the_site(bench):
    fill(bench, 10, noise, folders=("one/cat", "one/dog", "two/cat"))
    assert bench.run("atlas", "--images", f"{bench.root}/photographs/one+{bench.root}/photographs/two") == 0
    card = json.loads((bench.site / "data/manifest.json").read_text())["photographs"]
    assert card["name"] == "one + two"
    assert [(source["name"], source["count"]) for source in card["sources"]] == [("one", 7), ("two", 3)]
    assert card["notes"] == []
    assert card["labels"] == 2
    footer = text(bench, "index.html")
    assert "one (7; those of whoever took them), two (3; those of whoever took them)" in footer
    records = document(bench.site, "block1_conv1")["filters"]
    names = {patch["photograph"].split("/")[0] for this in records for patch in this["patches"]}
    assert names == {"one", "two"}


def test_a_setting_chooses_the_label(bench, capsys):
    fill(bench, 9, noise, folders=("a/x", "b/x", "a/y"))
    settings = (bench.root / "atlas.toml").read_text()
    (bench.root / "atlas.toml").write_text(f'{settings}[patches]\nlabel = "1"\n')
    assert bench.run("info") == 0
    assert "labels    2: the folder 1 level below photographs" in capsys.readouterr().out
    (bench.root / "atlas.toml").write_text(f'{settings}[patches]\nlabel = "4"\n')
    assert bench.run("info") == 2
    assert "patches.label is 4, but no photograph is more than 2 folders deep" in capsys.readouterr().err
    (bench.root / "atlas.toml").write_text(settings)

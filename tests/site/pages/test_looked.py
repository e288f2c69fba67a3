"""The filters that were looked at by eye, on their own pages and on the page that tells of them."""

import dataclasses
import re
from collections import Counter

import pytest

from generator.site import loading, theme
from generator.site.pages import looked, reference
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made

PAGE = theme.prose()["look.md"].read_text("utf-8")
SHORT = """**One story.** block1_conv1: lines (<span id="block1_conv1-0">0</span>, <span id="block1_conv1-9">9</span>)

**Not.** block1_conv2/<span id="block1_conv2-1">1</span>"""


@pytest.fixture(scope="module")
def atlases(tmp_path_factory):
    """One of the true VGG16's first four filters of two layers, and the same of other weights."""
    root = tmp_path_factory.mktemp("looked")
    path = made.make(root, (4, 4))
    atlas = loading.load(manifest.load(path), Store(root / "store"))
    return tuple(
        dataclasses.replace(atlas, network=dataclasses.replace(atlas.network, verified=own)) for own in (True, False)
    )


def test_the_verdicts_are_as_many_as_the_table_of_the_page_says(atlases):
    """Ten filters of each layer, and no number twice."""
    found = looked.verdicts(PAGE, atlases[0])
    assert len(found) == 130 == PAGE.count("<span id=")
    rows = re.findall(r"^\| (block\d_conv\d) \| (\d+) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    assert len(rows) == 13
    for layer, *counts in rows:
        own = Counter(said for name, said in found.items() if name.startswith(f"{layer}/"))
        assert [own[said] for said in looked.SAID.values()] == [int(count) for count in counts], layer


def test_a_verdict_holds_until_the_next(atlases):
    one, no = looked.SAID["One story"], looked.SAID["Not"]
    assert looked.verdicts(SHORT, atlases[0]) == {"block1_conv1/0": one, "block1_conv1/9": one, "block1_conv2/1": no}


def test_numbers_lead_to_the_filters_that_the_atlas_has(atlases):
    filled = reference.fill(SHORT, atlases[0])
    assert re.findall(r'<a id="(\S+)" href="(\S+)">', filled) == [
        ("block1_conv1-0", "block1_conv1/0.html"),
        ("block1_conv2-1", "block1_conv2/1.html"),
    ]
    assert '<span id="block1_conv1-9">9</span>' in filled


def test_other_weights_are_not_what_was_looked_at(atlases):
    assert looked.verdicts(PAGE, atlases[1]) == {}
    assert reference.fill(SHORT, atlases[1]) == SHORT == reference.fill(SHORT)

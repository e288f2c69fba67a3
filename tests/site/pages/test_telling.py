import dataclasses
import math

import pytest

from generator.responses.evidence.labels import Excess
from generator.site import loading
from generator.site.pages import telling
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made

NAMES = ("cat",) * 5 + ("dog",) * 4


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    """Every other filter has five patches of one label; those of the others are all different."""
    root = tmp_path_factory.mktemp("telling")

    def labels(_layer, index, place):
        return f"thing{place}" if index % 2 else NAMES[(place + index) % 9]

    path = made.make(root, (26, 1, 3), labels=labels)
    return loading.load(manifest.load(path), Store(root / "store"))


def with_(this, **changes):
    """The filter with another lift of its label, path of its neuron picture, or texture."""
    lift, path, slope = (changes.get(name) for name in ("lift", "path", "slope"))
    if lift:
        own = dataclasses.replace(this.evidence, labels=(Excess("cat", 9, 1.0, lift),))
        this = dataclasses.replace(this, evidence=own)
    measures = dict(this.measures)
    if path:
        measures["neuron"] = dataclasses.replace(measures["neuron"], path=path)
    if slope is not None:
        measures["channel"] = dataclasses.replace(measures["channel"], slope=slope, seam=0.0)
    return dataclasses.replace(this, measures=measures)


def test_patches_of_one_label_and_a_natural_path_are_telling(atlas):
    this = with_(atlas.sections[2].filters[0], lift=8.0, path=0.8)
    assert telling.score(this) == pytest.approx(5 / 9 * math.log(8.0) * 0.8)
    assert telling.score(with_(this, path=1.7)) == pytest.approx(5 / 9 * math.log(8.0))
    assert telling.score(with_(this, slope=0.0)) == pytest.approx(telling.EVEN * telling.score(this))
    alone = with_(atlas.sections[2].filters[1], path=0.5)  # no two patches of one label
    assert telling.score(alone) == pytest.approx(telling.UNLABELLED / 2)
    assert telling.score(dataclasses.replace(this, neuron=None)) == 0
    assert telling.score(dataclasses.replace(this, patches=dataclasses.replace(this.patches, patches=()))) == 0


def test_the_patch_that_is_shown_has_the_label(atlas):
    this = atlas.sections[0].filters[6]
    assert [patch.label for patch in this.patches.patches][:4] == ["dog"] * 3 + ["cat"]
    assert telling.patch(this) == 3
    assert telling.patch(atlas.sections[0].filters[1]) == 0


def test_a_block_begins_with_a_dozen_if_the_patches_of_so_many_agree(atlas):
    first, second = atlas.blocks[0].sections
    lifted = tuple(this if this.index % 2 else with_(this, lift=20.0 + this.index) for this in first.filters)
    block = dataclasses.replace(atlas.blocks[0], sections=(dataclasses.replace(first, filters=lifted), second))
    few = telling.of_block(block)
    assert [this.index for this in few] == [*range(24, 0, -2)]
    assert telling.of_block(atlas.blocks[1]) == []


def test_the_home_page_has_one_of_each_block(atlas, tmp_path):
    assert [this.layer.block for this in telling.of_atlas(atlas)] == [1, 2]
    alone = loading.load(manifest.load(made.make(tmp_path, (3,))), Store(tmp_path / "store"))
    assert telling.of_atlas(alone) == []

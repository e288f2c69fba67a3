# ruff: noqa: RUF001 - pages have typographic signs

import dataclasses
from typing import get_args

import pytest

from generator.measures.record import Flag, Measures
from generator.network.geometry import LAYERS
from generator.site.pages import scorecard
from generator.site.records import Filter

TEXTURE = Measures(
    activation=12.5, ratio=3.0, rank=0, robustness=0.8, unneeded=0.01, slope=-1.5, saturated=0.02, seam=0.004
)
NEURON = Measures(activation=40.0, rank=2, robustness=0.6, unneeded=0.0, slope=-1.0, saturated=0.4)
FLAGGED = {
    "dead": {"activation": 0.0},
    "below natural": {"ratio": 0.5},
    "fragile": {"robustness": 0.3},
    "off the natural path": {"path": 0.3},
}


def this(**changes):
    measures = {"channel": TEXTURE, "neuron": dataclasses.replace(NEURON, **changes)}
    return Filter(LAYERS[2], 3, None, None, None, measures=measures)


def test_every_measure_has_a_row_with_its_meaning():
    rows = {name: (texture, neuron) for name, texture, neuron, _ in scorecard.rows(this())}
    assert rows["Ratio"] == ("3.00 ×", "–")
    assert rows["Selectivity"] == ("first", "after 2 others")
    assert rows["Seam"] == ("0.4%", "–")
    assert len(rows) == 8
    assert all(meaning.endswith(".") for *_, meaning in scorecard.rows(this()))


def test_a_measure_that_neither_picture_has_is_left_out():
    both = {"channel": NEURON, "neuron": NEURON}
    names = [name for name, *_ in scorecard.rows(dataclasses.replace(this(), measures=both))]
    assert "Seam" not in names
    assert "Ratio" not in names


def test_every_flag_has_its_words():
    assert set(FLAGGED) == set(scorecard.FLAGS) == set(get_args(Flag))


@pytest.mark.parametrize("flag", FLAGGED)
def test_flags_are_said(flag):
    (said,) = scorecard.flags(this(**FLAGGED[flag]))
    assert said.startswith(f"Neuron picture {flag}: ")


def test_an_even_texture_is_said_to_be_one():
    even = dataclasses.replace(TEXTURE, slope=0.0, seam=0.0)
    (said,) = scorecard.flags(dataclasses.replace(this(), measures={"channel": even, "neuron": TEXTURE}))
    assert said.startswith("Texture of one even colour: ")
    assert scorecard.flags(this()) == []


def test_nothing_measured():
    bare = Filter(LAYERS[0], 0, None, None, None)
    assert scorecard.rows(bare) == []
    assert scorecard.flags(bare) == []


def path(name, block=2, **changes):
    """The row of the natural path of a filter in a block, both pictures changed alike."""
    layer = next(layer for layer in LAYERS if layer.block == block)
    both = {objective: dataclasses.replace(NEURON, **changes) for objective in ("channel", "neuron")}
    if name:
        both[name] = dataclasses.replace(both[name], path=0.756)
    rows = scorecard.rows(Filter(layer, 0, None, None, None, measures=both))
    return next((row for row in rows if row[0] == "Natural path"), None)


def test_the_natural_path_is_a_share_and_where_there_is_none_the_page_says_why():
    assert path("neuron", contrast=1.0)[1:3] == ("–", "76%")
    assert "fewer than two photographs" in path("neuron", contrast=1.0)[3]
    assert "fewer than two photographs" in path(None, contrast=1.0)[3]
    assert path(None, 1, contrast=1.0)[1:3] == ("–", "–")
    assert "none below the first" in path(None, 1, contrast=1.0)[3]
    assert "fewer" not in path(None, contrast=1.0, path=0.8)[3]
    assert path(None) is None  # measured before it was looked at


def test_contrast_is_said_against_photographs():
    rows = {name: cells for name, *cells, _ in scorecard.rows(this(contrast=2.345))}
    assert rows["Contrast"] == ["–", "2.35 ×"]

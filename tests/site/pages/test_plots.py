"""Plots as SVG paths."""

from dataclasses import replace

import pytest

from generator.responses.evidence import Bar, Evidence
from generator.site.pages import plots

EVIDENCE = Evidence(
    photographs=10,
    active=7,
    maximum=16.0,
    mean=1.0,
    deviation=1.0,
    quantiles=((0.1, 1.0), (0.5, 4.0), (0.9, 16.0)),
    histogram=(Bar(1.0, 2.0, 1), Bar(2.0, 4.0, 4), Bar(4.0, 8.0, 0), Bar(8.0, 16.0, 2)),
    labels=(),
    leaders=0,
    neighbours=(),
    means=(),
)


def test_the_outline_has_a_bar_for_each_step():
    assert plots.density(EVIDENCE) == "M0 100V75h1V0h1V100h1V50h1V100z"


def test_neighbouring_bars_of_one_height_are_one_line():
    bars = (Bar(1.0, 2.0, 3), Bar(2.0, 4.0, 3), Bar(4.0, 8.0, 0), Bar(8.0, 16.0, 9))
    assert plots.density(replace(EVIDENCE, histogram=bars)) == "M0 100V67h2V100h1V0h1V100z"


def test_quantiles_stand_where_their_activation_is_on_the_logarithmic_scale():
    assert plots.places(EVIDENCE) == pytest.approx([0, 2, 4])


def test_a_filter_that_nothing_excites_has_no_plot():
    dead = replace(EVIDENCE, active=0, quantiles=(), histogram=())
    assert plots.density(dead) == ""
    assert plots.places(dead) == []


def test_kernel_colours_are_grey_at_zero():
    assert plots.colours([[[0.0, 0.5, -0.5], [0.0, 0.0, 0.0]]]) == [["#80ff00", "#808080"]]
    assert plots.colours([[[0.0, 0.0, 0.0]]]) == [["#808080"]]

import dataclasses
import json
import os
from dataclasses import replace
from xml.dom import minidom

import numpy as np
import pytest

from generator.ascent.optimize import climb_for
from generator.ascent.recipes import recipe_for
from generator.bench import climbs, keras_vis, makers, parts, pictures, report, verdict
from generator.bench.cells import Cell, Made
from generator.bench.overhead import Pass
from generator.bench.rows import Row
from generator.config import AscentSettings, Channel, Config, Neuron
from generator.corpus import Corpus, Photograph
from generator.errors import InputError
from generator.network.forward import Network
from generator.network.geometry import vgg16
from generator.network.weights import Weights
from tests.conftest import random_pairs

NAMES = ["classic", "no budget", "fourier", "lucid", "MACO", "photographs"]
FEW = (2,) * 5
CONFIG = Config(ascent=AscentSettings(channel=Channel(steps=FEW), neuron=Neuron(steps=FEW)))
WEIGHTS = Weights.from_arrays(random_pairs((4, 4)), "random weights")


def noise():
    photographs = tuple(Photograph(f"{i}.png", "noise", f"{i:064x}", bytes([i] * 256)) for i in range(4))
    pixels = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    return Corpus("noise", photographs, (), 224, lambda photograph: np.roll(pixels, int(photograph.name[0])))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A benchmark of a network of one layer that there are weights for and one that there are none for."""
    out = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "completed", lambda weights: Weights.from_arrays(random_pairs((4, 4)), weights.origin))
        told: list[str] = []
        weights = Weights.from_arrays(random_pairs((4,)), "random weights")
        sheets = report.run(weights, CONFIG, out, told.append, corpus=noise(), sample=2)
    return out, told, sheets


def test_the_benchmark_writes_its_numbers(run):
    found = json.loads((run[0] / "bench.json").read_text())
    assert [(r["layer"], r["objective"], r["recipe"], r["real"]) for r in found["rows"]] == [
        (layer, objective, recipe, layer == "block1_conv1")
        for layer in ("block1_conv1", "block1_conv2")
        for objective in ("channel", "neuron")
        for recipe in (NAMES if layer == "block1_conv1" else NAMES[:3])
    ]
    real = [r for r in found["rows"] if r["real"]]
    assert all(r["against_classic"] in (None, 1) for r in real if r["recipe"] == "classic")
    assert all(r["against_natural"] == pytest.approx(1, rel=1e-3) for r in real if r["recipe"] == "photographs")
    assert all((r["cpu"] > 0) == (r["recipe"] != "photographs") for r in found["rows"])
    assert all(r["contrast"] > 0 for r in real if r["objective"] == "neuron")  # a texture may be one even colour
    assert all(r["activation"] is None for r in found["rows"] if not r["real"])
    assert found["filters"] == {"block1_conv1": [0, 3]}
    assert set(found["step over bare"]) == {"block1_conv1", "block1_conv2"}
    hours = found["projected hours"]
    assert 0 < hours["quick"] <= hours["standard"] < hours["fine"]
    assert 0.1 < found["peak memory, GiB"] < 100
    assert found["pass"]["full"] > 0
    assert all(r["first"] is not None for r in real if r["recipe"] != "photographs")
    assert set(found["milliseconds a picture and step by batch"]["block1_conv2"]) == {"4", "8", "16", "32"}


def test_the_benchmark_tells_which_figures_are_reached(run):
    out, told, _ = run
    figures = json.loads((out / "bench.json").read_text())["figures"]
    assert {figure["reached"] for figure in figures} <= {True, False, None}
    said = [text.split()[0] for text in told if text and text.split()[0] in ("reached", "SHORT", "stated")]
    assert len(said) == len(figures) >= 9
    assert any("random weights: the cost alone" in text for text in told)


def test_the_benchmark_shows_all_recipes_for_both_objectives(run):
    out, _, sheets = run
    plot = minidom.parseString((out / "bench.svg").read_text())  # noqa: S318, we wrote it
    assert plot.getElementsByTagName("circle").length == 2 * 5  # a point each, and the legend; photographs cost nothing
    assert set(sheets) == {"block1_conv1-channel", "block1_conv1-neuron"}
    for name, sheet in sheets.items():
        assert sheet.rows == tuple(NAMES)
        side, gap = pictures.SIDE, pictures.GAP
        assert sheet.image.size == (2 * (side + gap) - gap, 6 * (side + gap) - gap)
        assert (out / f"{name}.png").exists()


def test_both_precisions_and_evidence_are_measured(tmp_path):
    """In one run: each over what it is to be cheaper than."""
    config = replace(CONFIG, layers="block1_conv1")
    told: list[str] = []
    report.run(WEIGHTS, config, tmp_path, told.append, corpus=noise(), sample=2, bfloat16=True)
    found = json.loads((tmp_path / "bench.json").read_text())
    fast = [row for row in found["rows"] if row["recipe"] == "bfloat16"]
    assert [(row["objective"], row["steps"]) for row in fast] == [("channel", 2), ("neuron", 16)]
    assert found["step over bare in bfloat16"]["block1_conv1"] > 0
    (spent,) = found["evidence, CPU seconds a filter"].values()
    assert spent["measures"] > 0
    assert spent["projections"] >= 0
    figures = {figure["what"]: figure for figure in found["figures"]}
    by_objective = {(row["objective"], row["recipe"]): row for row in found["rows"]}
    both = [sum(by_objective[o, name]["cpu"] for o in ("channel", "neuron")) for name in ("bfloat16", "fourier")]
    assert figures["CPU time of both pictures, bfloat16 over float32"]["value"] == pytest.approx(both[0] / both[1])
    ratios = {row["objective"]: row["against_float32"] for row in fast}
    assert (
        figures["textures: activation, bfloat16 over float32"]["value"]
        == ratios["channel"]
        == pytest.approx(1, abs=0.1)
    )
    assert all(row["against_float32"] is None for row in found["rows"] if row["recipe"] != "bfloat16")
    share = figures["the same, of all filters of these layers"]
    assert share["value"] == pytest.approx(sum(spent.values()) / both[1])
    assert share["most"] == 0.15


@pytest.fixture
def quick(monkeypatch):
    """Pictures that cost nothing, and are looked at by nobody: for what a run does with them."""

    def made(filters, *_):
        return Made([np.full((20, 20, 3), 10 + f, np.uint8) for f in filters], 60.0, 30.0, 256)

    def measured(_network, _layer, _objective, _torus, filters, own, *_):
        numbers = tuple({"activation": 1.0 + f} for f in filters)
        return Cell(tuple(filters), own.pictures, own.cpu, own.wall, own.steps, numbers)

    monkeypatch.setattr(report, "completed", lambda weights: weights)
    monkeypatch.setattr(report, "_parts", lambda *_: None)
    monkeypatch.setattr(makers, "ours", lambda _network, _layer, _recipe, filters: made(filters))
    monkeypatch.setattr(makers, "rival", lambda _network, _layer, _objective, _way, filters, _seconds: made(filters))
    monkeypatch.setattr(makers, "published_maco", lambda _network, _layer, _objective, filters: made(filters))
    monkeypatch.setattr(climbs, "measured", measured)


@pytest.mark.usefixtures("quick")
def test_a_second_run_goes_on(tmp_path, monkeypatch):
    """A run that is stopped in the middle has lost only what it was at; the next one makes nothing twice."""
    real = makers.ours
    made: list[tuple[str, str, str, float]] = []
    stop: int | None = 4

    def ours(network, layer, recipe, filters):
        if len(made) == stop:
            raise KeyboardInterrupt
        made.append((layer.name, recipe.objective, recipe.name, recipe.spectrum.budget))
        return real(network, layer, recipe, filters)

    monkeypatch.setattr(makers, "ours", ours)
    config = replace(CONFIG, layers="block1_conv1")
    with pytest.raises(KeyboardInterrupt):
        report.run(WEIGHTS, config, tmp_path, lambda _: None, sample=2)
    stop = None
    report.run(WEIGHTS, config, tmp_path, lambda _: None, sample=2)
    assert len(made) == 6
    first = json.loads((tmp_path / "bench.json").read_text())["rows"]
    report.run(WEIGHTS, config, tmp_path, lambda _: None, sample=2)
    assert len(made) == 6
    assert json.loads((tmp_path / "bench.json").read_text())["rows"] == first
    report.run(WEIGHTS, replace(config, filters="1"), tmp_path, lambda _: None)
    assert len(made) == 12  # of other filters nothing was known


@pytest.mark.usefixtures("quick")
def test_layers_and_filters_can_be_named(tmp_path):
    told: list[str] = []
    config = replace(CONFIG, layers="block1_conv2", filters="1-2")
    report.run(WEIGHTS, config, tmp_path, told.append)
    found = json.loads((tmp_path / "bench.json").read_text())
    assert found["filters"] == {"block1_conv2": [1, 2]}
    assert {(r["layer"], r["recipe"]) for r in found["rows"]} == {("block1_conv2", name) for name in NAMES[:-1]}
    assert all(r["path"] is r["against_natural"] is r["first"] is None for r in found["rows"])  # no photographs
    assert "projected hours" not in found
    assert any("results for the whole network are left out" in text for text in told)
    with pytest.raises(InputError, match="none of the layers"):
        report.run(WEIGHTS, replace(config, filters="77-78"), tmp_path, told.append)


@pytest.mark.parametrize(
    ("named", "sample", "filters"),
    [
        ("all", None, [*range(0, 256, 255 // 47)][:1]),
        ("all", 2, [0, 255]),
        ("all", 600, [*range(256)]),
        ("25", None, [*range(25)]),
        ("100-124", None, [*range(100, 125)]),
        ("100-124", 3, [100, 112, 124]),
        ("900-910", None, []),
    ],
)
def test_filters_are_those_named_or_spread_evenly(named, sample, filters):
    layer = vgg16()[4]
    found = list(report.chosen(layer, named, sample))
    if (named, sample) == ("all", None):
        assert (len(found), found[0], found[-1]) == (48, 0, 255)
        assert set(np.diff(found)) <= {5, 6}
    else:
        assert found == filters


@pytest.mark.usefixtures("quick")
def test_published_lengths_are_for_a_few_filters_that_the_sheet_shows(tmp_path, monkeypatch):
    """Rows of fewer filters keep the columns of the others."""
    monkeypatch.setattr(keras_vis, "available", lambda: False)
    told: list[str] = []
    sheets = report.run(WEIGHTS, replace(CONFIG, layers="block1_conv1"), tmp_path, told.append, published=1)
    assert any("tf-keras-vis is not installed" in text for text in told)
    rows = json.loads((tmp_path / "bench.json").read_text())["rows"]
    assert [(r["filters"], r["cpu"], r["steps"]) for r in rows if r["recipe"] == "MACO, full"] == [(1, 60, 256)] * 2
    sheet = sheets["block1_conv1-channel"]
    assert sheet.rows == (*NAMES[:-1], "MACO, full")
    step = pictures.SIDE + pictures.GAP
    pixels = np.asarray(sheet.image)[5 * step :]
    assert (pixels[: pictures.SIDE, : pictures.SIDE] == 10).all()
    assert (pixels[: pictures.SIDE, step:] == 255).all()


def test_a_sheet_has_a_filter_a_column():
    grey = {f: np.full((3, 3, 3), f, np.uint8) for f in range(20)}
    columns = pictures.shown(range(20), 5)
    assert columns == [0, 4, 8, 12, 16]
    sheet = np.asarray(pictures.sheet({"a": grey, "b": {8: grey[8]}}, columns).image)
    step = pictures.SIDE + pictures.GAP
    assert [sheet[0, i * step, 0] for i in range(5)] == columns
    assert [sheet[step, i * step, 0] for i in range(5)] == [255, 255, 8, 255, 255]
    assert pictures.shown([7], 8) == [7]


def test_a_plot_of_nothing_is_a_plot():
    assert pictures.plot([]).startswith("<svg")


def test_a_plot_says_where_classic_is_silent():
    """Without photographs the plot is against classic, which has points only where classic is not silent."""
    row = Row("block1_conv1", "channel", "classic", True, 4, 1, 1, against_classic=1.0, classic_silent=0)
    quiet = replace(row, layer="block5_conv1", against_classic=None, classic_silent=3)
    plot = report._plot([row, replace(row, recipe="fourier"), quiet, replace(quiet, recipe="fourier")])
    assert plot.count("<circle") == 2 + 2
    assert "no points: classic is silent in 3 of 4 of block5_conv1" in plot
    known = [replace(each, against_natural=0.5) for each in (row, quiet)]
    plot = report._plot(known)
    assert plot.count("<circle") == 2 + 1
    assert "the best photograph's = 1" in plot
    assert "no points" not in plot


def test_projections_scale_with_steps_and_area():
    rows = [Row("block3_conv1", "channel", "fourier", True, 16, 1, 1)]
    hours = report.projected(rows, AscentSettings(), "standard")
    assert hours == pytest.approx(256 / 3600)
    assert report.projected(rows, AscentSettings(), "quick") == pytest.approx(25 / 3600)


@pytest.mark.parametrize(
    ("value", "least", "most", "reached"),
    [
        (3.0, 3.0, None, True),
        (2.9, 3.0, None, False),
        (0.5, None, 0.4, False),
        (0.4, None, 0.4, True),
        (-2.0, -2.6, -1.8, True),
        (-1.3, -2.6, -1.8, False),
        (-2.7, -2.6, -1.8, False),
        (0.5, None, None, None),
    ],
)
def test_a_figure_is_reached_between_its_marks(value, least, most, reached):
    assert verdict.Figure("a", "", value, least, most).reached is reached


def test_the_marks_are_those_of_the_layers_block():
    row = Row(
        "block5_conv1", "neuron", "fourier", True, 25, 1.2, 1, 15, 900.0, 6.0, 1.0, 0.9, 0.5, 1.2, 0.0, -2.2, 0.05
    )
    row = replace(row, robustness=0.9, first=0.96, against_classic=None, classic_silent=20)
    rows = [replace(row, objective=o, recipe=r, cpu=c) for o in ("channel", "neuron") for r, c in COSTS.items()]
    found = {(f.where, f.what): f for f in verdict.of_rows(rows)}
    told = {what: figure.reached for (_, what), figure in found.items()}
    assert told["neuron pictures: natural path, share of a photograph's"]
    assert told["neuron pictures: slope of the spectrum"]
    assert told["textures: unneeded variance"] is False  # 5 % is too much of a texture, and not of a neuron picture
    assert told["neuron pictures: unneeded variance"]
    assert told["textures: classic silent in 20 of 25"] is None
    assert found["block5_conv1", "CPU time of both pictures over no budget's"].value == pytest.approx(1.2)
    assert told["CPU time of both pictures over no budget's"]
    third = list(verdict.of_rows([replace(each, layer="block3_conv2") for each in rows]))
    assert {f.what: f.reached for f in third}["CPU time of both pictures over no budget's"] is False
    first = list(verdict.of_rows([replace(each, layer="block1_conv1") for each in rows]))
    assert not any("path" in f.what for f in first)


def test_every_mark_is_of_a_field_that_a_row_has():
    fields = {field.name for field in dataclasses.fields(Row)}
    every = [verdict.TEXTURES, verdict.NEURONS, verdict.DEEP_NEURONS, *verdict.SHALLOW.values()]
    assert {name for marks in every for name in marks} <= fields & set(verdict.WORDS)


COSTS = {"no budget": 1.0, "fourier": 1.2}


def test_quick_counts_ascent_and_pass(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    *_, quick = verdict.of_pass(Pass(0.2, 0.21, 0.02, 0.01, 1.0), 1000, 0.1)
    assert quick.value == pytest.approx(6 + 0.24 * 1000 / 2 / 60)


def test_settling_steps_count_by_their_share():
    """Issue: they were weighed by the share of the steps over which the rate falls."""
    recipe = recipe_for(vgg16()[4], "channel", AscentSettings())
    own = recipe.but(steps=40, settle=0.25, decay=0.5, idle=0.02)
    assert parts.mean_settling(own) == pytest.approx(0.25)
    assert parts.mean_settling(replace(own, decay=0.9)) == pytest.approx(0.25)
    assert parts.mean_settling(own.but(idle=0.0)) == 0


def test_a_step_over_a_bare_one_is_the_mean_of_a_climbs_steps(narrow, monkeypatch):
    """A bare step of 2 s, a step of 3 s, one that settles of 5 s; a quarter of them settle."""
    layer = narrow.layer("block1_conv1")
    recipe = recipe_for(layer, "channel", AscentSettings()).but(steps=4, settle=0.25, decay=0.75, batch=2)
    ran: list[object] = []

    def by_turns(_repeats, *work):
        ran.extend(each() for each in work)
        return [2.0, 3.0, 5.0]

    monkeypatch.setattr(parts, "_by_turns", by_turns)
    assert parts.step_over_bare(Network(narrow), layer, recipe) == pytest.approx((0.75 * 3 + 0.25 * 5) / 2)
    assert len(ran) == 3


def test_a_bare_step_is_a_score_and_its_gradient(narrow):
    images = np.random.default_rng(0).uniform(0, 255, (2, 16, 16, 3)).astype(np.float32)
    bare = parts.bare_step(narrow, "block1_conv2")
    score, gradient = bare(images)
    assert gradient.shape == images.shape
    way = gradient.numpy() / np.sqrt((gradient.numpy() ** 2).sum((1, 2, 3), keepdims=True))
    moved, _ = bare(images + 5 * way)
    np.testing.assert_allclose(moved - score, 5 * (gradient.numpy() * way).sum((1, 2, 3)), rtol=0.2)


def test_batches_of_every_size_are_timed(narrow, monkeypatch):
    monkeypatch.setattr(parts, "BATCHES", (1, 2))
    layer = narrow.layer("block1_conv1")
    found = parts.batch_sizes(Network(narrow), layer, recipe_for(layer, "channel", AscentSettings()))
    assert set(found) == {1, 2}
    assert min(found.values()) > 0


def test_memory_is_that_of_what_is_watched():
    memory = parts.Memory()
    with memory.watch():
        np.ones(40 << 20).sum()  # 320 MiB
    assert 0.3 < memory.peak < 100


def test_short_climbs_tell_what_a_long_one_costs(narrow, monkeypatch):
    """A start of 1 s, 0.5 s a step, two restarts of ten steps: 2 (1 + 10 x 0.5)."""
    layer = narrow.layer("block1_conv1")
    recipe = recipe_for(layer, "neuron", AscentSettings())
    monkeypatch.setattr(makers, "ours", lambda *given: Made([], 1 + 0.5 * given[2].steps, 2 + given[2].steps, 0))
    cpu, wall = makers.extrapolated(Network(narrow), layer, recipe)
    assert cpu == pytest.approx(recipe.attempts.restarts * (1 + 0.5 * recipe.steps))
    assert wall == pytest.approx(recipe.attempts.restarts * (2 + recipe.steps))
    climb_for.cache_clear()

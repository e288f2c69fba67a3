import json
from dataclasses import replace
from xml.dom import minidom

import numpy as np
import pytest

from generator.ascent.optimize import climb_for
from generator.bench import climbs, curve, keras_vis, parts, pictures, report, verdict
from generator.bench.climbs import Row
from generator.bench.overhead import Pass
from generator.config import AscentSettings, Channel, Config, Neuron
from generator.corpus import Corpus, Photograph
from generator.network import Network
from generator.recipes import recipe_for
from generator.weights import Weights
from tests.conftest import random_pairs


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A benchmark of a network of one layer that there are weights for and one that there are none for."""
    out = tmp_path_factory.mktemp("bench")
    few = (2,) * 5
    config = Config(ascent=AscentSettings(channel=Channel(steps=few), neuron=Neuron(steps=few)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "completed", lambda weights: Weights.from_arrays(random_pairs((4, 4)), weights.origin))
        patch.setattr(keras_vis, "available", lambda: False)
        told = []
        photographs = tuple(Photograph(f"{i}.png", "noise", f"{i:064x}", bytes(256)) for i in range(4))
        noise = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
        corpus = Corpus("noise", photographs, (), 224, lambda photograph: np.roll(noise, int(photograph.name[0])))
        weights = Weights.from_arrays(random_pairs((4,)), "random weights")
        sheets = report.run(weights, config, out, told.append, corpus=corpus, sample=2)
    return out, told, sheets


def test_the_benchmark_writes_its_numbers(run):
    found = json.loads((run[0] / "bench.json").read_text())
    assert [(r["layer"], r["objective"], r["recipe"], r["real"]) for r in found["rows"]] == [
        (layer, objective, recipe, layer == "block1_conv1")
        for layer in ("block1_conv1", "block1_conv2")
        for objective in ("channel", "neuron")
        for recipe in ("classic", "fourier")
    ]
    assert all(r["against_classic"] in (0, 1) for r in found["rows"] if r["recipe"] == "classic" and r["real"])
    assert all(r["cpu"] > 0 for r in found["rows"])
    assert all(r["activation"] is None for r in found["rows"] if not r["real"])
    assert set(found["step over bare"]) == {"block1_conv1", "block1_conv2"}
    hours = found["projected hours"]
    assert 0 < hours["quick"] <= hours["standard"] < hours["fine"]
    assert 0.1 < found["peak memory, GiB"] < 100
    assert found["pass"]["full"] > 0
    assert all(r["first"] is not None for r in found["rows"] if r["real"])
    assert set(found["milliseconds a picture and step by batch"]["block1_conv2"]) == {"4", "8", "16", "32"}


def test_the_benchmark_tells_which_figures_are_reached(run):
    out, told, _ = run
    figures = json.loads((out / "bench.json").read_text())["figures"]
    assert {figure["reached"] for figure in figures} <= {True, False, None}
    said = [text.split()[0] for text in told if text and text.split()[0] in ("reached", "SHORT", "stated")]
    assert len(said) == len(figures) >= 9
    assert any("random weights: the cost alone" in text for text in told)


def test_the_benchmark_shows_both_recipes(run):
    out, _, sheets = run
    plot = minidom.parseString((out / "bench.svg").read_text())  # noqa: S318, we wrote it
    assert plot.getElementsByTagName("circle").length == 4
    assert set(sheets) == {"block1_conv1"}
    assert sheets["block1_conv1"].size == (2 * pictures.SIDE + pictures.GAP,) * 2
    assert (out / "block1_conv1-neuron.png").exists()


def test_a_plot_of_nothing_is_a_plot():
    assert pictures.plot([]).startswith("<svg")


def test_projections_scale_with_steps_and_area():
    rows = [Row("block3_conv1", "channel", "fourier", True, 16, 1, 1)]
    hours = report.projected(rows, AscentSettings(), "standard")
    assert hours == pytest.approx(256 / 3600)
    assert report.projected(rows, AscentSettings(), "quick") == pytest.approx(25 / 3600)


def test_a_figure_is_reached_on_its_side_of_the_mark():
    assert verdict.Figure("a", "", 3.0, 3.0).reached
    assert not verdict.Figure("a", "", 2.9, 3.0).reached
    assert not verdict.Figure("a", "", 0.5, 0.4, least=False).reached
    assert verdict.Figure("a", "", 0.5, None).reached is None


def test_quick_counts_ascent_and_pass(monkeypatch):
    monkeypatch.setattr(verdict.os, "cpu_count", lambda: 2)
    *_, quick = verdict.of_pass(Pass(0.2, 0.21, 0.02, 0.01, 1.0), 1000, 0.1)
    assert quick.value == pytest.approx(6 + 0.24 * 1000 / 2 / 60)


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
    monkeypatch.setattr(climbs, "_climb", lambda *given: ([], 1 + 0.5 * given[2].steps, 2 + given[2].steps))
    cpu, wall = climbs._extrapolated(Network(narrow), layer, recipe)
    assert cpu == pytest.approx(recipe.restarts * (1 + 0.5 * recipe.steps))
    assert wall == pytest.approx(recipe.restarts * (2 + recipe.steps))
    climb_for.cache_clear()


def test_a_curve_changes_one_thing_at_a_time(narrow):
    layer = narrow.layer("block1_conv1")
    own = recipe_for(layer, "channel", AscentSettings())
    found = curve.variants(own)
    assert found["as it is"] == own
    assert found["twice the steps"] == replace(own, steps=2 * own.steps)
    assert found["nothing idle taken out"].idle == 0
    assert len(set(found.values())) == len(found)
    larger = found["a larger canvas, as many pixels in all"]
    assert larger.canvas > own.canvas
    assert larger.steps * larger.canvas**2 == pytest.approx(own.steps * own.canvas**2, rel=0.1)
    assert curve.variants(recipe_for(layer, "neuron", AscentSettings()))["eight tries"].starts == 8

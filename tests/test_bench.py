import json
from xml.dom import minidom

import numpy as np
import pytest
from PIL import Image

from generator import bench, bench_pictures
from generator.config import AscentSettings, Config
from generator.weights import Weights
from tests.conftest import random_pairs


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A benchmark of a network of two layers, none added."""
    out = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "LAYERS", bench.LAYERS[:2])
        weights = Weights.from_arrays(random_pairs((4, 4)), "random weights")
        patch.setattr(bench, "FILTERS", 2)
        bench.run(weights, Config(), out)
    return out


def test_the_benchmark_writes_its_numbers(written):
    found = json.loads((written / "bench.json").read_text())
    assert [(r["layer"], r["objective"], r["recipe"]) for r in found["rows"]] == [
        (layer, objective, recipe)
        for layer in ("block1_conv1", "block1_conv2")
        for objective in ("channel", "neuron")
        for recipe in ("classic", "fourier")
    ]
    assert all(r["against_classic"] in (0, 1) for r in found["rows"] if r["recipe"] == "classic")
    assert all(r["real"] and r["cpu"] > 0 for r in found["rows"])
    assert set(found["step over bare"]) == {"block1_conv1", "block1_conv2"}
    assert (
        0 < found["projected hours"]["quick"] <= found["projected hours"]["standard"] < found["projected hours"]["fine"]
    )


def test_the_benchmark_shows_both_recipes(written):
    plot = minidom.parseString((written / "bench.svg").read_text())  # noqa: S318, we wrote it
    assert plot.getElementsByTagName("circle").length >= 4
    with Image.open(written / "block1_conv2-channel.png") as sheet:
        assert sheet.size == (2 * bench_pictures.SIDE + bench_pictures.GAP,) * 2


def test_a_plot_of_nothing_is_a_plot():
    assert bench_pictures.plot([]).startswith("<svg")


def test_missing_layers_get_random_weights_of_vgg16s_shapes(narrow):
    first = Weights.from_arrays(random_pairs((64, 64, 128)), "three layers")
    whole = bench._complete(first)
    assert [layer.filters for layer in whole.layers] == [layer.filters for layer in bench.LAYERS]
    np.testing.assert_array_equal(whole.kernel("block2_conv1"), first.kernel("block2_conv1"))
    assert whole.kernel("block5_conv3").std() == pytest.approx((2 / (9 * 512)) ** 0.5, rel=0.01)


def test_projections_scale_with_steps_and_area():
    rows = [bench.Row("block3_conv1", "channel", "fourier", True, 1, 1, 1, 1, 1, 0, 0, None, None)]
    hours = bench.projected(rows, AscentSettings(), "standard")
    assert hours == pytest.approx(256 / 3600)
    assert bench.projected(rows, AscentSettings(), "quick") == pytest.approx(25 / 3600)

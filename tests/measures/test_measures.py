import functools
from dataclasses import replace

import numpy as np
import pytest

from generator.ascent import contrast
from generator.ascent.optimize import ascend
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.measures import measures, scoring
from generator.measures.measures import NaturalStatistics, measure
from generator.network.forward import Network
from generator.responses import natural_path
from generator.responses.footprints import NaturalPaths
from generator.store import canonical

LAYER = "block2_conv1"


def statistics(weights, highest=10.0):
    filters = weights.layer(LAYER).filters
    return NaturalStatistics(np.full(filters, highest), np.full(filters, 0.1), np.full(filters, 1.0))


@pytest.fixture(scope="module")
def climbed(narrow):
    """Both objectives' pictures of all six filters, after a short climb."""
    found = {}
    for objective in ("channel", "neuron"):
        recipe = recipe_for(narrow.layer(LAYER), objective, AscentSettings()).but(steps=10, restarts=1)
        jobs = [(f, canonical.key({"filter": f})) for f in range(6)]
        found[objective] = ascend(Network(narrow), LAYER, recipe, jobs)
    return found


@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_measures_agree_with_the_facts_and_stay_in_range(narrow, climbed, objective):
    pictures = climbed[objective]
    found = measure(Network(narrow), LAYER, objective, range(6), [p.pixels for p in pictures], statistics(narrow))
    for numbers, picture in zip(found, pictures, strict=True):
        assert numbers.activation == pytest.approx(picture.facts["activation"], rel=1e-5)
        assert numbers.saturated == picture.facts["saturated"]
        assert numbers.ratio == pytest.approx(numbers.activation / 10)
        assert 0 <= numbers.rank <= 5
        assert 0 <= numbers.unneeded <= 1
        assert 0 <= numbers.robustness < 2
        assert (numbers.seam is not None) == (objective == "channel")


def test_no_number_depends_on_the_other_pictures(narrow, climbed):
    pictures = [p.pixels for p in climbed["channel"]]
    network, natural = Network(narrow), statistics(narrow)
    together = measure(network, LAYER, "channel", range(6), pictures, natural)
    backwards = measure(network, LAYER, "channel", range(6)[::-1], pictures[::-1], natural)[::-1]
    alone = measure(network, LAYER, "channel", [4], pictures[4:5], natural)
    assert together == backwards
    assert together[4] == alone[0]


def test_a_picture_ranks_its_own_filter_first_when_the_others_are_used_to_more(narrow, climbed):
    natural = statistics(narrow)
    calm = NaturalStatistics(natural.highest, np.where(np.arange(6) == 2, 0.0, 1e6), natural.deviation)
    busy = NaturalStatistics(natural.highest, np.where(np.arange(6) == 2, 1e6, 0.0), natural.deviation)
    picture = [climbed["channel"][2].pixels]
    assert measure(Network(narrow), LAYER, "channel", [2], picture, calm)[0].rank == 0
    assert measure(Network(narrow), LAYER, "channel", [2], picture, busy)[0].rank == 5


def paths(narrow, filters=6, natural=0.5, pictures=9):
    """Paths of six filters of block2_conv1, all alike, through block1_conv2."""
    means = np.arange(1, 1 + narrow.layer("block1_conv2").filters, dtype=np.float32)
    return NaturalPaths(
        np.full(filters, pictures, np.int32),
        (np.tile(means, (filters, 1)),),
        np.full((filters, 1), natural, np.float32),
    )


@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_the_path_is_a_share_of_what_natural_pictures_reach(narrow, climbed, objective):
    network, natural = Network(narrow), statistics(narrow)
    pictures = [picture.pixels for picture in climbed[objective]]
    own = [
        np.maximum(network.maps(p[None], "block1_conv2", torus=objective == "channel").numpy()[0], 0).mean((0, 1))
        for p in pictures
    ]
    found = measure(network, LAYER, objective, range(6), pictures, natural, paths=paths(narrow))
    for numbers, means in zip(found, own, strict=True):
        expected = natural_path.correlation(means, np.arange(len(means)))
        assert numbers.path == pytest.approx(float(expected) / 0.5, abs=1e-6)
        assert numbers.path_natural == 0.5
        assert numbers.loudness == pytest.approx(means.mean() / np.arange(1, 1 + len(means)).mean(), rel=1e-4)
    his = NaturalPaths(np.full(6, 9), (np.stack(own).astype(np.float32),), np.ones((6, 1)))
    assert [n.path for n in measure(network, LAYER, objective, range(6), pictures, natural, paths=his)] == [1.0] * 6


def test_nothing_is_a_share_of_next_to_nothing(narrow, climbed):
    picture, network = [climbed["neuron"][1].pixels], Network(narrow)
    look = functools.partial(measure, network, LAYER, "neuron", [1], picture, statistics(narrow))
    assert look(paths=None)[0].path is None
    for known, natural in ((paths(narrow, natural=each), each) for each in (0.0625, -0.5)):
        assert (look(paths=known)[0].path, look(paths=known)[0].path_natural) == (None, natural)
    alone = look(paths=paths(narrow, pictures=1))[0]
    assert (alone.path, alone.path_natural, alone.loudness) == (None, None, None)


def test_contrast_is_that_of_the_saved_picture(narrow, climbed):
    pictures = [picture.pixels for picture in climbed["channel"]]
    found = measure(Network(narrow), LAYER, "channel", range(6), pictures, statistics(narrow))
    assert [numbers.contrast for numbers in found] == [contrast.loudest(picture) for picture in pictures]


def test_what_is_added_for_nobody_is_unneeded(oxford):
    """A fine red-blue grid, which block3_conv1 hardly sees, over a texture: its variance is found."""
    layer, network = "block2_conv2", Network(oxford)
    recipe = recipe_for(oxford.layer(layer), "channel", AscentSettings())
    picture = ascend(network, layer, recipe, [(5, canonical.key({"filter": 5}))])[0].pixels
    calm = (64 + picture.astype(int) // 2).astype(np.uint8)
    grid = calm.astype(int)
    grid[::2, ::2, 0] += 40
    grid[::2, ::2, 2] -= 40
    natural = NaturalStatistics(np.ones(128), np.zeros(128), np.ones(128))
    clean, dirty = measure(network, layer, "channel", [5, 5], [calm, grid.astype(np.uint8)], natural)
    assert dirty.unneeded > clean.unneeded + 0.02


def test_a_texture_that_stops_at_its_edge_has_a_seam(narrow):
    rows = np.arange(32)
    light = 128 + 60 * np.cos(2 * np.pi * rows / 8)
    endless = np.repeat(np.broadcast_to(light[:, None, None], (32, 32, 1)), 3, axis=2).astype(np.uint8)
    broken = endless.copy()
    broken[:3] = broken[-3:] = 255 - broken[:3]
    broken[:, :2] = broken[:, -2:] = 0
    network, natural = Network(narrow), statistics(narrow)
    smooth = measure(network, LAYER, "channel", range(6), [endless] * 6, natural)
    torn = measure(network, LAYER, "channel", range(6), [broken] * 6, natural)
    lively = [own.activation > 0 for own in torn]
    assert any(lively)
    seams = np.array([[own.seam for own in some] for some in (smooth, torn)])[:, lively]
    assert (seams[0] < seams[1]).all()


def test_a_silent_filter_has_neither_ratio_nor_robustness(narrow):
    network, natural = Network(narrow), statistics(narrow, highest=0.0)
    maps = [network.maps(np.full((1, 10, 10, 3), v, np.uint8), LAYER).numpy()[0, 0, 0] for v in (0, 128, 255)]
    value, f = next((v, int(np.argmin(m))) for v, m in zip((0, 128, 255), maps, strict=True) if m.min() < 0)
    numbers = measure(network, LAYER, "neuron", [f], [np.full((10, 10, 3), value, np.uint8)], natural)[0]
    assert numbers.ratio is None
    assert numbers.robustness == numbers.unneeded == 0
    assert numbers.flags == ("dead",)


def test_pictures_of_one_size_are_measured_by_one_trace(narrow):
    network = Network(narrow)
    for count in (1, 5, 3):
        pictures = list(np.random.default_rng(count).integers(0, 256, (count, 16, 16, 3), np.uint8))
        measure(network, LAYER, "channel", [0] * count, pictures, statistics(narrow))
    target = scoring.target_for(network, LAYER, "channel", True, measures.BATCH)
    first = scoring.first_for(network, LAYER, "channel", True, measures.ALL_FILTERS)
    assert target._maps.experimental_get_tracing_count() == first._traced.experimental_get_tracing_count() == 1


def test_fewer_at_once_give_the_same_numbers(narrow):
    """To six digits, which is what is kept; a seam, the difference of two nearly equal numbers, to fewer."""
    network, filters = Network(narrow), [0, 1, 2, 3, 0]
    pictures = list(np.random.default_rng(3).integers(0, 256, (5, 16, 16, 3), np.uint8))
    whole, *others = (
        measure(network, LAYER, "channel", filters, pictures, statistics(narrow), batch=batch) for batch in (16, 4, 1)
    )
    for found in others:
        for one, other in zip(whole, found, strict=True):
            assert other.seam == pytest.approx(one.seam, abs=1e-6)
            assert replace(other.rounded(), seam=0.0) == replace(one.rounded(), seam=0.0)

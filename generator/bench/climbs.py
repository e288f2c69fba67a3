"""The benchmark's climbs: the recipes over the same filters of a layer, what they cost and what they reach."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generator import canonical, measures
from generator.ascent import Visualization, ascend
from generator.ascent.optimize import climb_for
from generator.bench import keras_vis as bench_keras_vis
from generator.config import AscentSettings
from generator.geometry import Layer
from generator.measures import NaturalStatistics
from generator.network import Network
from generator.recipes import OBJECTIVES, Recipe, recipe_for
from generator.responses import Responses

RECIPES = ("classic", "fourier")
OTHERS = 2  # filters of a layer for which tf-keras-vis is run: it takes them one at a time, with 200 steps each
AS_HIGH = 1 - 1e-3  # of the best natural activation: 8 bits cannot tell less
SHORT = 4  # pictures that climb together where random weights tell the cost of the classic recipe

Floats = NDArray[np.float64]
Pictures = list[NDArray[np.uint8]]


@dataclass(frozen=True)
class Row:
    """One layer, objective and recipe. Medians over the filters; None where there is nothing to compare with."""

    layer: str
    objective: str
    recipe: str
    real: bool  # weights of the network, or random ones: then the cost alone means something
    filters: int  # how many were climbed for
    cpu: float  # seconds a filter, all cores together
    wall: float  # seconds a filter
    activation: float | None = None
    against_classic: float | None = None  # activation as a multiple of the classic recipe's, same filter
    above_classic: float | None = None  # share of the filters where it is higher
    saturated: float | None = None  # share of values at 0 or 255
    unneeded: float | None = None  # share of the variance that the filter does not ask for
    slope: float | None = None  # of the spectrum
    robustness: float | None = None  # share of the activation kept under small changes
    against_natural: float | None = None  # as a multiple of the best natural one
    at_natural: float | None = None  # share of the live filters that reach the best natural one
    first: float | None = None  # share of the pictures that excite no other filter of the layer more


@dataclass(frozen=True)
class Compared:
    """A layer's rows, and the pictures behind them by objective and recipe."""

    rows: tuple[Row, ...]
    pictures: dict[str, dict[str, Pictures]]


def compare(
    network: Network, layer: Layer, settings: AscentSettings, sample: int, natural: Responses | None
) -> Compared:
    """All recipes over the same filters, spread evenly over the layer, for both objectives."""
    chosen = sorted({int(f) for f in np.linspace(0, layer.filters - 1, sample)})
    rows, shown = [], {}
    for objective in OBJECTIVES:
        recipes = [recipe_for(layer, objective, replace(settings, recipe=name)) for name in RECIPES]
        found = {recipe.name: _climb(network, layer, recipe, chosen) for recipe in recipes}
        classic = _activations(found["classic"][0])
        for recipe in recipes:
            pictures, cpu, wall = found[recipe.name]
            row = Row(layer.name, objective, recipe.name, True, len(chosen), cpu, wall)
            pixels, reached = [p.pixels for p in pictures], _activations(pictures)
            rows.append(_scored(row, network, recipe.torus, chosen, pixels, reached, classic, natural))
        shown[objective] = {name: [p.pixels for p in pictures] for name, (pictures, *_) in found.items()}
        if objective == "channel" and bench_keras_vis.available():
            rows.append(_others(network, layer, chosen[:OTHERS], classic[:OTHERS], natural))
    return Compared(tuple(rows), shown)


def costs(network: Network, layer: Layer, settings: AscentSettings) -> tuple[Row, ...]:
    """What each recipe costs in a layer of random weights, from two short climbs of one batch."""
    rows = []
    for objective in OBJECTIVES:
        for name in RECIPES:
            recipe = recipe_for(layer, objective, replace(settings, recipe=name))
            cpu, wall = _extrapolated(network, layer, recipe)
            rows.append(Row(layer.name, objective, name, False, recipe.batch, cpu, wall))
    return tuple(rows)


def _others(network: Network, layer: Layer, filters: Sequence[int], classic: Floats, natural: Responses | None) -> Row:
    """tf-keras-vis, whose pictures are judged by the same network as ours, without its padding."""
    cpu, wall = time.process_time(), time.perf_counter()
    pictures = bench_keras_vis.maximize(network.weights, layer.name, filters)
    cpu, wall = ((now - then) / len(filters) for now, then in ((time.process_time(), cpu), (time.perf_counter(), wall)))
    target = measures.target_for(network, layer.name, "channel", False)
    reached, _ = target([picture.astype(np.float32) for picture in pictures], filters)
    row = Row(layer.name, "channel", "tf-keras-vis", True, len(filters), cpu, wall)
    return _scored(row, network, False, filters, pictures, reached, classic, natural)


def _climb(
    network: Network, layer: Layer, recipe: Recipe, filters: Sequence[int]
) -> tuple[list[Visualization], float, float]:
    """Pictures of these filters, and the CPU and wall seconds that each took, tracing apart."""
    climb_for(network, layer.name, recipe).trace()
    jobs = [(f, canonical.key({"bench": layer.name, "filter": f})) for f in filters]
    cpu, wall = time.process_time(), time.perf_counter()
    found = ascend(network, layer.name, recipe, jobs)
    return found, (time.process_time() - cpu) / len(jobs), (time.perf_counter() - wall) / len(jobs)


def _extrapolated(network: Network, layer: Layer, recipe: Recipe) -> tuple[float, float]:
    """CPU and wall seconds a filter: those of a climb of two steps, and of each further one what it adds to four."""
    batch = SHORT if recipe.name == "classic" else recipe.batch
    filters = [f % layer.filters for f in range(batch)]
    short, long = (replace(recipe, steps=steps, batch=batch, restarts=1, retries=0) for steps in (2, 4))
    once, twice = (_climb(network, layer, each, filters)[1:] for each in (short, long))
    cpu, wall = (
        recipe.restarts * (little + (recipe.steps - 2) * max(much - little, 0.0) / 2)
        for little, much in zip(once, twice, strict=True)
    )
    return cpu, wall


def _scored(
    row: Row,
    network: Network,
    torus: bool,
    filters: Sequence[int],
    pictures: Pictures,
    reached: Floats,
    classic: Floats,
    natural: Responses | None,
) -> Row:
    """The row, with what its pictures measure."""
    statistics = _statistics(natural, len(network.weights.bias(row.layer)), row.objective)
    numbers = measures.measure(network, row.layer, row.objective, filters, pictures, statistics, torus)
    ratios = [n["ratio"] for n in numbers if "ratio" in n]
    return replace(
        row,
        activation=float(np.median(reached)),
        against_classic=float(np.median(reached / np.maximum(classic, 1e-3))),
        above_classic=float(np.mean(reached > classic)),
        saturated=float(np.median([n["saturated"] for n in numbers])),
        unneeded=float(np.median([n["unneeded"] for n in numbers])),
        slope=float(np.median([n["slope"] for n in numbers])),
        robustness=float(np.median([n["robustness"] for n in numbers])),
        against_natural=float(np.median(ratios)) if ratios else None,
        at_natural=float(np.mean([ratio >= AS_HIGH for ratio in ratios])) if ratios else None,
        first=float(np.mean([n["rank"] == 0 for n in numbers])) if natural is not None else None,
    )


def _activations(pictures: Sequence[Visualization]) -> Floats:
    return np.array([picture.facts["activation"] for picture in pictures])


def _statistics(natural: Responses | None, filters: int, objective: str) -> NaturalStatistics:
    if natural is None:
        zeros = np.zeros(filters)
        return NaturalStatistics(zeros, zeros, zeros + 1)
    highest = natural.mean_value[:, 0] if objective == "channel" else natural.maximum
    return NaturalStatistics(highest, natural.mean, natural.deviation)

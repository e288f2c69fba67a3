"""The benchmark: both recipes over the same filters of each layer, and a step against what it cannot do without.

One process and one run, so that all is measured under the same load. CPU seconds are those of all cores together.
Layers that there are no weights for get random ones of the same shape: they tell the cost, not the quality.
"""

import functools
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import tensorflow as tf

from generator import bench_pictures, canonical, measures
from generator.ascent import Visualization, ascend
from generator.ascent.image import render, start
from generator.ascent.optimize import climb_for
from generator.bench_pass import completed
from generator.config import PROFILES, AscentSettings, Config, load
from generator.corpus import Corpus
from generator.geometry import LAYERS, Layer
from generator.measures import NaturalStatistics
from generator.network import Network
from generator.patches import respond
from generator.recipes import OBJECTIVES, Recipe, recipe_for
from generator.responses import Responses
from generator.weights import Weights

FILTERS = 16  # of each layer, spread evenly: one batch
RECIPES = ("classic", "fourier")


@dataclass(frozen=True)
class Row:
    """One layer, objective and recipe. Medians over the filters."""

    layer: str
    objective: str
    recipe: str
    real: bool  # weights of the network, or random ones
    cpu: float  # seconds a filter, all cores together
    wall: float  # seconds a filter
    activation: float
    against_classic: float  # activation as a multiple of the classic recipe's, same filter
    above_classic: float  # share of the filters where it is higher
    saturated: float  # share of values at 0 or 255
    unneeded: float  # share of the variance that the filter does not ask for
    against_natural: float | None  # as a multiple of the best natural one
    first: float | None  # share of the pictures that excite no other filter of the layer more


def run(weights: Weights, config: Config, out: Path, corpus: Corpus | None = None) -> None:
    """Measure, print a table, and write `bench.json`, `bench.svg` and a sheet a layer to the folder `out`.

    With a corpus, also the ratio to natural activations, the selectivity, and the pass over the photographs.
    """
    real = {layer.name for layer in weights.layers}
    whole = completed(weights)
    network = Network(whole)
    natural = respond(network, corpus, weights.layers) if corpus else {}
    out.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    steps: dict[str, float] = {}
    print(_HEAD)
    for layer in whole.layers:
        for objective in OBJECTIVES:
            pictures: list[list[Visualization]] = []
            for recipe_name in RECIPES:
                recipe = recipe_for(layer, objective, replace(config.ascent, recipe=recipe_name))
                found, cpu, wall = _climb(network, layer, recipe)
                pictures.append(found)
                rows.append(
                    _row(network, layer, recipe, pictures, natural.get(layer.name), cpu, wall, layer.name in real)
                )
                print(_line(rows[-1]), flush=True)
            if layer.name in real:
                bench_pictures.sheet(out / f"{layer.name}-{objective}.png", [[p.pixels for p in ps] for ps in pictures])
        steps[layer.name] = overhead(network, layer, recipe_for(layer, "channel", config.ascent))
        print(f"{layer.name:14}a step costs {steps[layer.name]:.2f} of the bare forward and gradient step", flush=True)
    hours = {name: projected(rows, config.ascent, name) for name in PROFILES}
    hours["classic, channel alone"] = sum(r.wall * _count(r.layer) for r in rows if _is(r, "classic", "channel")) / 3600
    for name, value in hours.items():
        print(f"projected, {name}: {value:.2f} h for the pictures of a whole VGG16")
    result = {"rows": [asdict(row) for row in rows], "step over bare": steps, "projected hours": hours}
    (out / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    points = [(r.recipe, r.cpu, r.against_classic) for r in rows if r.real and r.objective == "channel"]
    (out / "bench.svg").write_text(bench_pictures.plot(points), encoding="utf-8")


def overhead(network: Network, layer: Layer, recipe: Recipe, repeats: int = 3) -> float:
    """A step of the climb over a bare forward and input-gradient step: same layers, batch and canvas, no torus.

    The bare step computes all filters of the layer and zero-pads, as a plain network does. Least CPU time of some.
    """
    filters = tf.zeros([recipe.batch], tf.int32)
    state = tf.constant(start(recipe, ["0" * 64] * recipe.batch))
    picture = render(recipe, state)
    climb = climb_for(network, layer.name, recipe)
    climb.trace()
    record, now = tf.fill([recipe.batch], 0.0), tf.constant([0.1, 0.0, 0.0])
    bare = tf.function(functools.partial(_bare, network.weights, layer.name), autograph=False)
    times: dict[str, list[float]] = {"bare": [], "step": []}
    bare(picture)
    for _ in range(repeats):  # by turns, so that another load on the machine meets both
        before = time.process_time()
        bare(picture)
        between = time.process_time()
        climb.step(state, state, state, record, filters, tf.constant((1, 2)), now)
        times["bare"].append(between - before)
        times["step"].append(time.process_time() - between)
    return min(times["step"]) / max(min(times["bare"]), 1e-6)


def projected(rows: Iterable[Row], settings: AscentSettings, profile: str) -> float:
    """Hours for all pictures of a profile, both objectives: the measured seconds, scaled by steps and area."""
    wanted = load(None, {"profile": profile})
    seconds = 0.0
    for row in rows:
        if row.recipe != "fourier":
            continue
        layer = next(layer for layer in LAYERS if layer.name == row.layer)
        now, then = (recipe_for(layer, row.objective, s) for s in (settings, wanted.ascent))
        scale = then.steps * then.canvas**2 / (now.steps * now.canvas**2)
        filters = layer.filters if wanted.filters == "all" else min(int(wanted.filters), layer.filters)
        seconds += row.wall * scale * filters
    return seconds / 3600


def _climb(network: Network, layer: Layer, recipe: Recipe) -> tuple[list[Visualization], float, float]:
    """Pictures of this layer's chosen filters, and the CPU and wall seconds that each took, tracing apart."""
    climb_for(network, layer.name, recipe).trace()
    jobs = [(f, canonical.key({"bench": layer.name, "filter": f})) for f in _chosen(layer)]
    cpu, wall = time.process_time(), time.perf_counter()
    found = ascend(network, layer.name, recipe, jobs)
    return found, (time.process_time() - cpu) / len(jobs), (time.perf_counter() - wall) / len(jobs)


def _row(
    network: Network,
    layer: Layer,
    recipe: Recipe,
    pictures: list[list[Visualization]],  # of classic, then of fourier if it is its turn
    natural: Responses | None,
    cpu: float,
    wall: float,
    real: bool,
) -> Row:
    chosen, own = _chosen(layer), pictures[-1]
    activations, classic = (np.array([p.facts["activation"] for p in some]) for some in (own, pictures[0]))
    numbers: list[dict[str, float]] = []
    if real:
        statistics = _statistics(natural, layer, recipe.objective)
        numbers = measures.measure(
            network, layer.name, recipe.objective, chosen, [p.pixels for p in own], statistics, recipe.torus
        )
    known = natural is not None and real
    ratios = [n["ratio"] for n in numbers if "ratio" in n]
    return Row(
        layer.name,
        recipe.objective,
        recipe.name,
        real,
        cpu,
        wall,
        float(np.median(activations)),
        float(np.median(activations / np.maximum(classic, 1e-3))),
        float(np.mean(activations > classic)),
        float(np.median([p.facts["saturated"] for p in own])),
        float(np.median([n["unneeded"] for n in numbers])) if numbers else 0.0,
        float(np.median(ratios)) if known and ratios else None,
        float(np.mean([n["rank"] == 0 for n in numbers])) if known else None,
    )


def _statistics(natural: Responses | None, layer: Layer, objective: str) -> NaturalStatistics:
    if natural is None:
        zeros = np.zeros(layer.filters)
        return NaturalStatistics(zeros, zeros, zeros + 1)
    highest = natural.mean_value[:, 0] if objective == "channel" else natural.maximum
    return NaturalStatistics(highest, natural.mean, natural.deviation)


def _bare(weights: Weights, layer: str, images: tf.Tensor) -> tf.Tensor:
    """The gradient of the mean of a layer's first map by the pictures, in a plain zero-padded network."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        x = images
        for at in weights.layers:
            if at.first and at.block > 1:
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.bias_add(tf.nn.conv2d(x, weights.kernel(at.name), 1, "SAME"), weights.bias(at.name))
            if at.name == layer:
                break
            x = tf.nn.relu(x)
        total = tf.reduce_mean(x[..., 0])
    return tape.gradient(total, images)


def _chosen(layer: Layer) -> list[int]:
    return sorted({int(f) for f in np.linspace(0, layer.filters - 1, FILTERS)})


def _count(name: str) -> int:
    return next(layer.filters for layer in LAYERS if layer.name == name)


def _is(row: Row, recipe: str, objective: str) -> bool:
    return row.recipe == recipe and row.objective == objective


_HEAD = (
    "layer         objective recipe   CPU s  activation  x classic  above  at 0/255  unneeded  x natural  ranks first"
)


def _line(row: Row) -> str:
    natural = f"{row.against_natural:9.2f}" if row.against_natural is not None else "        -"
    first = f"{row.first:12.0%}" if row.first is not None else "           -"
    quality = f"{row.against_classic:10.2f} {row.above_classic:6.0%} {row.saturated:9.1%} {row.unneeded:9.1%}"
    return f"{row.layer:14}{row.objective:9} {row.recipe:8}{row.cpu:6.3f} {row.activation:11.1f} " + (
        f"{quality} {natural} {first}" if row.real else "  (random weights: the cost alone)"
    )

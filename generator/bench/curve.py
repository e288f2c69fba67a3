"""What more activation costs: a layer's pictures by the recipe as it is, and with one thing changed at a time.

    python -m generator.bench.curve --weights FILE [--layer block3_conv1] [--sample 16]

Textures against the classic recipe's of the same filters; neuron pictures against those of the recipe as it is.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator import canonical, measures
from generator.ascent import ascend
from generator.ascent.optimize import climb_for
from generator.bench.rows import LEAST
from generator.config import AscentSettings
from generator.measures import NaturalStatistics
from generator.network import Network
from generator.paths import home_path
from generator.recipes import OBJECTIVES, Recipe, recipe_for
from generator.store import Store
from generator.weights import Weights


def variants(recipe: Recipe) -> dict[str, Recipe]:
    """The recipe with one thing changed, by what it is."""
    changes: dict[str, dict[str, Any]] = {
        "as it is": {},
        "half the steps": {"steps": recipe.steps // 2},
        "twice the steps": {"steps": 2 * recipe.steps},
        "half the fading": {"forget": recipe.forget / 2},
        "twice the rate": {"rate": 2 * recipe.rate},
    }
    if recipe.objective == "channel":
        changes |= {
            "nothing idle taken out": {"idle": 0.0},
            "twice the steps, nothing taken out": {"steps": 2 * recipe.steps, "idle": 0.0},
            "the last picture, not the best": {"best": False},
            "a larger canvas, as many pixels in all": _larger(recipe),
        }
    else:
        changes |= {
            "twice the climbs": {"restarts": 2 * recipe.restarts},
            "no tries": {"starts": 1},
            "eight tries": {"starts": 8},
        }
    return {name: replace(recipe, **change) for name, change in changes.items()}


def _larger(recipe: Recipe) -> dict[str, Any]:
    side = (recipe.canvas // 16 + 1) * 16  # any block's poolings close on it
    return {"canvas": side, "steps": max(1, round(recipe.steps * (recipe.canvas / side) ** 2))}


def curve(network: Network, layer: str, objective: str, sample: int) -> Iterator[str]:
    """A line a variant."""
    filters = sorted({int(f) for f in np.linspace(0, network.weights.layer(layer).filters - 1, sample)})
    nothing = np.zeros(network.weights.layer(layer).filters)
    statistics = NaturalStatistics(nothing, nothing, nothing + 1)
    jobs = [(f, canonical.key({"bench": layer, "filter": f})) for f in filters]
    own = variants(recipe_for(network.weights.layer(layer), objective, AscentSettings()))
    if objective == "channel":
        own = {"classic": recipe_for(network.weights.layer(layer), objective, AscentSettings(recipe="classic"))} | own
    first = None
    yield f"{layer}, {objective}, {len(filters)} filters".ljust(48) + "      activation  CPU s  unneeded  0/255"
    for name, recipe in own.items():
        climb_for(network, layer, recipe).trace()
        start = time.process_time()
        found = ascend(network, layer, recipe, jobs)
        cpu = (time.process_time() - start) / len(jobs)
        reached = np.array([picture.facts["activation"] for picture in found])
        first = reached if first is None else first
        pictures = [picture.pixels for picture in found]
        numbers = measures.measure(network, layer, objective, filters, pictures, statistics, recipe.torus)
        unneeded, saturated = (float(np.median([n[what] for n in numbers])) for what in ("unneeded", "saturated"))
        yield f"  {name:46}{_over(reached, first):>16}{cpu:7.3f}{unneeded:10.1%}{saturated:7.1%}"


def _over(reached: NDArray[np.float64], first: NDArray[np.float64]) -> str:
    """The median multiple of the first row's activations, or of how many filters that row's pictures are silent."""
    silent = first <= LEAST
    ratio = float(np.median(np.divide(reached, first, out=np.full(first.shape, np.inf), where=~silent)))
    return f"{ratio:.2f}" if np.isfinite(ratio) else f"silent in {silent.sum()} of {first.size}"


def main(arguments: list[str]) -> None:
    """Print the curves of the layer that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m generator.bench.curve", description=__doc__)
    parser.add_argument("--weights", type=home_path, required=True, help="a file")
    parser.add_argument("--layer", default="block3_conv1")
    parser.add_argument("--sample", type=int, default=16, help="filters; batches are of 16")
    parser.add_argument("--store", type=home_path, default=Path("store"), help="where digests of files are remembered")
    given = parser.parse_args(arguments)
    network = Network(Weights.open(given.weights, Store(given.store).memo("weights")))
    for objective in OBJECTIVES:
        for line in curve(network, given.layer, objective, given.sample):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Tries variants of a recipe: a layer's pictures by the recipe as it is, and with one change at a time.

    python -m generator.bench.trials --weights FILE [--images FOLDER] [--layer block4_conv2] [--filters 0-15]
        [--objective neuron] [--only WORDS] [--sheet FILE.png]

The figures are those of `make bench`. Without photographs, activations are compared with the unchanged recipe.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from generator import config as configs
from generator.ascent.optimize import Climb
from generator.ascent.recipes import OBJECTIVES, Recipe, recipe_for
from generator.bench import makers, pictures
from generator.bench.cells import Cells
from generator.bench.climbs import Job, Side
from generator.bench.natural import responses_of
from generator.bench.other_climbs import Cosine, InnerLeak, SmoothPools, SquaredCosine
from generator.bench.report import chosen
from generator.bench.rows import HEADS, entries, row_of
from generator.build import pipeline
from generator.errors import BuildError, InputError
from generator.network.forward import Network
from generator.selection import select_layers
from generator.system.paths import at_home, home_path

AS_IT_IS = "as it is"
FALLING = 0.5  # of the steps: the leak falls to 0 in the first half


@dataclass(frozen=True)
class Trial:
    """A recipe and the kind of its climb; None for the usual kind."""

    recipe: Recipe
    kind: type[Climb] | None = None


def trials(recipe: Recipe) -> dict[str, Trial]:
    """The recipe with one change each, by the name of the change."""
    steps: dict[str, dict[str, Any]] = {f"{n} steps": {"steps": n} for n in (8, 16, 32, 64, 128) if n != recipe.steps}
    changes: dict[str, dict[str, Any]] = steps | {
        "momentum 0": {"momentum": 0.0},
        "momentum 0.8": {"momentum": 0.8},
        "twice the rate": {"rate": 2 * recipe.rate},
        "half the rate": {"rate": recipe.rate / 2},
        "twice the fading": {"forget": 2 * recipe.forget},
        "nothing idle taken out": {"idle": 0.0},
        "idle parts below 1 %": {"idle": 0.01},
        "idle parts below 2 %": {"idle": 0.02},
        "idle parts below 3 %": {"idle": 0.03},
        "idle parts, last 30 % of the steps": {"settle": 0.3},
        "the last picture, not the best": {"best": False},
        "exponent 0.6": {"exponent": 0.6},
        "exponent 1.4": {"exponent": 1.4},
        "no shifts, no turns": {"jitter": 0, "turn": 0.0, "zoom": 0.0},
        "shifts of 4 pixels alone": {"jitter": 4, "turn": 0.0, "zoom": 0.0},
        "shifts of 8 pixels alone": {"jitter": 8, "turn": 0.0, "zoom": 0.0},
        "... and turns of 4 degrees": {"jitter": 4, "turn": 4.0, "zoom": 0.0},
        "... and 4 % larger or smaller": {"jitter": 4, "turn": 0.0, "zoom": 0.04},
        "... and both": {"jitter": 4, "turn": 4.0, "zoom": 0.04},
        "... and both twice": {"jitter": 4, "turn": 8.0, "zoom": 0.08},
    }
    if recipe.spectrum.budget:
        changes |= {f"budget {b}": {"budget": b, "budget_colour": b} for b in (1.0, 1.3, 1.6, 2.8)}
        changes |= {"no budget": {"budget": 0.0, "budget_colour": 0.0}}
    found = {AS_IT_IS: Trial(recipe)} | {name: Trial(recipe.but(**change)) for name, change in changes.items()}
    return _own(found, recipe) | _other_kinds(recipe)


def _own(found: dict[str, Trial], recipe: Recipe) -> dict[str, Trial]:
    """Add the trials of the recipe's objective; remove those that change nothing."""
    if recipe.objective == "channel":
        for side in (48, 64, 96, 112, 144, 208):
            steps = max(1, round(recipe.steps * (recipe.canvas / side) ** 2))
            found[f"{side} pixels, {steps} steps"] = Trial(recipe.but(canvas=side, steps=steps))
    else:
        found["the best of two climbs"] = Trial(recipe.but(restarts=2 * recipe.attempts.restarts))
        found["the best of eight tries"] = Trial(recipe.but(starts=8))
    return {name: trial for name, trial in found.items() if name == AS_IT_IS or trial.recipe != recipe}


def _other_kinds(recipe: Recipe) -> dict[str, Trial]:
    """Climbs that follow another value, or use another backward pass."""
    found: dict[str, Trial] = {}
    if recipe.objective == "neuron":
        found |= {"times the cosine": Trial(recipe, Cosine), "... squared": Trial(recipe, SquaredCosine)}
        for leak in (0.1, 0.3):
            found[f"inner leak of {leak}, falling"] = Trial(recipe.but(leak=leak, leak_until=FALLING), InnerLeak)
        for share in (0.3, 1.0):
            name = f"poolings share {share:.0%} of the gradient, falling"
            found[name] = Trial(recipe.but(leak=share, leak_until=FALLING), SmoothPools)
    return found


def run(job: Job, objective: str, only: Sequence[str] = ("",)) -> Mapping[str, dict[int, Any]]:
    """Print a line for each trial whose name has one of these words; returns the pictures by trial and filter."""
    side, made, first = Side(job, objective), {}, None
    own = trials(recipe_for(job.layer, objective, job.settings))
    click.echo(f"{job.layer.name}, {objective}, filters {', '.join(map(str, job.filters))}")
    click.echo(f"  {'what':44}  CPU s   x as it is{HEADS}")
    for name, trial in own.items():
        if name != AS_IT_IS and not any(words in name for words in only):
            continue
        cell = side.cell(
            name,
            trial.recipe.flat() | {"kind": trial.kind.__name__ if trial.kind else None},
            trial.recipe.torus,
            job.filters,
            lambda filters, t=trial: makers.ours(job.network, job.layer, t.recipe, filters, t.kind),  # type: ignore[misc]
        )
        first = first or cell
        row = row_of(job.layer.name, objective, name, cell, first)
        times = "-" if row.against_classic is None else f"{row.against_classic:.2f}"
        click.echo(f"  {name:44}{row.cpu:7.3f}{times:>13}{entries(row)}")
        made[name] = dict(zip(cell.filters, cell.pictures, strict=True))
    return made


def main(arguments: list[str]) -> None:
    """Print the trials of a layer."""
    parser = argparse.ArgumentParser(prog="python -m generator.bench.trials", description=__doc__)
    parser.add_argument("--weights", type=at_home, default="auto", help="as for make atlas")
    parser.add_argument("--images", type=at_home, default="none", help="as for make atlas (%(default)s)")
    parser.add_argument("--store", type=home_path, default=Path("store"), help="a store that may hold the responses")
    parser.add_argument("--layer", default="block4_conv2", help="(%(default)s)")
    parser.add_argument("--filters", default="0-7", help="as for make atlas (%(default)s)")
    parser.add_argument("--objective", choices=OBJECTIVES, help="only one of both")
    parser.add_argument("--only", default="", help="only trials whose name has one of these words, e.g. steps,cosine")
    parser.add_argument("--sheet", type=home_path, help="also a picture of all that is made (.png)")
    given = parser.parse_args(arguments)
    try:
        flags = {"weights": given.weights, "images": given.images, "store": str(given.store), "layers": given.layer}
        build = pipeline.prepare(configs.load(None, flags | {"filters": given.filters}), click.echo)
        (layer,) = select_layers(given.layer, build.weights.layers, build.weights.network)
        filters = chosen(layer, given.filters, None)
    except (InputError, BuildError, ValueError) as error:
        parser.error(str(error))
    network = Network(build.weights)
    known = responses_of(network, build.corpus, [layer], build.responses(), click.echo)
    cells = Cells(Path(given.store) / "bench")
    job = Job(network, layer, build.config.ascent, filters, build.corpus, known.get(layer.name), cells)
    made: dict[str, dict[int, Any]] = {}
    for objective in OBJECTIVES if given.objective is None else (given.objective,):
        found = run(job, objective, given.only.split(","))
        made |= {f"{objective}: {name}": own for name, own in found.items()}
    if given.sheet:
        pictures.sheet(made, pictures.shown(filters)).image.save(given.sheet)


if __name__ == "__main__":
    main(sys.argv[1:])

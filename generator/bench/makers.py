"""Makes and times the benchmark's pictures: by this project's recipes, and by others at the same cost."""

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from generator.ascent import optimize
from generator.ascent.optimize import ascend, climb_for
from generator.ascent.recipes import Recipe
from generator.bench import keras_vis, maco
from generator.bench.cells import Made, Pictures
from generator.bench.rivals import Climb, RivalRecipe
from generator.network.forward import Network
from generator.network.geometry import Layer
from generator.store import canonical

TOGETHER = 16  # pictures per batch for recipes of other projects
LOOKED = 224  # pixels: the network's input in published recipes
SHORT = 4  # pictures per batch when the cost of the classic recipe is measured with random weights
FIRST = 2  # steps that are timed first
FITS = 0.1  # relative error up to which a number of steps is accepted
SOON = 5.0  # CPU seconds; longer climbs are not repeated
CLIMBS = 4  # attempts; the last one is always accepted


def ours(
    network: Network, layer: Layer, recipe: Recipe, filters: Sequence[int], kind: type[optimize.Climb] | None = None
) -> Made:
    """Pictures of these filters by one of this project's recipes, or another kind of climb; tracing is not timed."""
    recipe = replace(recipe, batch=evenly(len(filters), recipe.batch))
    climb = kind(network, layer.name, recipe) if kind else climb_for(network, layer.name, recipe)
    climb.trace()
    jobs = [(f, canonical.key({"bench": layer.name, "filter": f})) for f in filters]
    pictures, cpu, wall = _timed(lambda: [found.pixels for found in ascend(network, layer.name, recipe, jobs, climb)])
    return Made(pictures, cpu, wall, recipe.steps_in_all)


def rival(
    network: Network, layer: Layer, objective: str, recipe: RivalRecipe, filters: Sequence[int], seconds: float
) -> Made:
    """Pictures by another recipe, with as many steps as fit into `seconds` of CPU time per filter, at least one.

    The number of steps is estimated from a few steps of a first batch. Short times are measured inexactly, so a short
    climb is repeated until its time fits.
    """
    batch = evenly(len(filters), TOGETHER)
    climb = Climb(network, layer.name, objective, recipe, batch)
    climb(filters[:1], 1)  # to trace before timing
    steps = _fitting(FIRST, _timed(lambda: climb(filters[:batch], FIRST))[1], seconds)
    for _ in range(CLIMBS):
        pictures, cpu, wall = _timed(functools.partial(climb, filters, steps))
        fitting = _fitting(steps, cpu, seconds)
        if abs(fitting - steps) <= FITS * steps or cpu * len(filters) > SOON:
            break
        steps = fitting
    return Made(pictures, cpu, wall, steps)


def _fitting(steps: int, cpu: float, seconds: float) -> int:
    """The number of steps that fit into `seconds`, if `steps` of them take `cpu` seconds."""
    return max(1, round(steps * seconds / max(cpu, 1e-6)))


def published_maco(
    network: Network, layer: Layer, objective: str, filters: Sequence[int], recipe: RivalRecipe | None = None
) -> Made:
    """Pictures by MACO at its published length, one filter after the other, in the size of the network's input."""
    side = LOOKED if objective == "channel" else layer.field
    climb = Climb(network, layer.name, objective, recipe or maco.published(side), 1)
    pictures, cpu, wall = _timed(lambda: climb(filters, maco.STEPS))
    return Made([maco.judged(picture, side) for picture in pictures], cpu, wall, maco.STEPS)


def published_keras_vis(network: Network, layer: Layer, filters: Sequence[int]) -> Made:
    """Textures by tf-keras-vis at its default settings, one filter after the other."""
    pictures, cpu, wall = _timed(lambda: keras_vis.maximize(network.weights, layer, filters))
    return Made(pictures, cpu, wall, keras_vis.STEPS)


def extrapolated(network: Network, layer: Layer, recipe: Recipe) -> tuple[float, float]:
    """CPU and wall seconds per filter, extrapolated linearly from climbs of two and of four steps."""
    batch = SHORT if recipe.name == "classic" else recipe.batch
    filters = [f % layer.filters for f in range(batch)]
    short, long = (recipe.but(steps=steps, batch=batch, restarts=1, retries=0) for steps in (2, 4))
    once, twice = (ours(network, layer, each, filters) for each in (short, long))
    pairs = ((once.cpu, twice.cpu), (once.wall, twice.wall))
    cpu, wall = (
        recipe.attempts.restarts * (little + (recipe.steps - 2) * max(much - little, 0.0) / 2) for little, much in pairs
    )
    return cpu, wall


def evenly(number: int, most: int) -> int:
    """The size of equal batches of at most `most`, because padding of a last batch would cost time."""
    batches = -(-number // most)
    return -(-number // batches)


def _timed(make: Callable[[], Pictures]) -> tuple[Pictures, float, float]:
    """The pictures, and the CPU and wall seconds per picture."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = make()
    number = len(found)
    return found, (time.process_time() - cpu) / number, (time.perf_counter() - wall) / number

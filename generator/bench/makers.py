"""How the benchmark's pictures are made, and timed: this project's recipes, and other people's at the same cost."""

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.ascent import optimize
from generator.ascent.optimize import ascend, climb_for
from generator.ascent.recipes import Recipe
from generator.bench import keras_vis, maco
from generator.bench.cells import Made
from generator.bench.rivals import Climb, Way
from generator.network.forward import Network
from generator.network.geometry import Layer
from generator.store import canonical

TOGETHER = 16  # pictures of other people's recipes that climb together
LOOKED = 224  # pixels: what published recipes show to the network
SHORT = 4  # pictures that climb together where random weights tell the cost of the classic recipe
FIRST = 2  # steps that tell what one takes
FITS = 0.1  # a number of steps is right if it is no further off, as a share
SOON = 5.0  # CPU seconds
CLIMBS = 4  # of which the last is kept however it fits

Pictures = list[NDArray[np.uint8]]


def ours(
    network: Network, layer: Layer, recipe: Recipe, filters: Sequence[int], kind: type[optimize.Climb] | None = None
) -> Made:
    """Pictures of these filters by one of this project's recipes, or another kind of climb; tracing not counted."""
    recipe = replace(recipe, batch=evenly(len(filters), recipe.batch))
    climb = kind(network, layer.name, recipe) if kind else climb_for(network, layer.name, recipe)
    climb.trace()
    jobs = [(f, canonical.key({"bench": layer.name, "filter": f})) for f in filters]
    pictures, cpu, wall = _timed(lambda: [found.pixels for found in ascend(network, layer.name, recipe, jobs, climb)])
    return Made(pictures, cpu, wall, recipe.steps_in_all)


def rival(network: Network, layer: Layer, objective: str, way: Way, filters: Sequence[int], seconds: float) -> Made:
    """Pictures by another recipe, with as many steps as fit into so many CPU seconds a filter, at least one.

    How many they are is known from a few steps of a first batch. Where all is over soon, clocks are coarse and a climb
    costs little, so it is done again until its time fits.
    """
    batch = evenly(len(filters), TOGETHER)
    climb = Climb(network, layer.name, objective, way, batch)
    climb(filters[:1], 1)  # tracing apart
    steps = _fitting(FIRST, _timed(lambda: climb(filters[:batch], FIRST))[1], seconds)
    for _ in range(CLIMBS):
        pictures, cpu, wall = _timed(functools.partial(climb, filters, steps))
        fitting = _fitting(steps, cpu, seconds)
        if abs(fitting - steps) <= FITS * steps or cpu * len(filters) > SOON:
            break
        steps = fitting
    return Made(pictures, cpu, wall, steps)


def _fitting(steps: int, cpu: float, seconds: float) -> int:
    """How many steps fit into so many seconds, if so many take `cpu` seconds."""
    return max(1, round(steps * seconds / max(cpu, 1e-6)))


def published_maco(
    network: Network, layer: Layer, objective: str, filters: Sequence[int], way: Way | None = None
) -> Made:
    """Pictures by MACO at its published length, one filter after the other, as the network sees them."""
    side = LOOKED if objective == "channel" else layer.field
    climb = Climb(network, layer.name, objective, way or maco.published(side), 1)
    pictures, cpu, wall = _timed(lambda: climb(filters, maco.STEPS))
    return Made([maco.judged(picture, side) for picture in pictures], cpu, wall, maco.STEPS)


def published_keras_vis(network: Network, layer: Layer, filters: Sequence[int]) -> Made:
    """Textures by tf-keras-vis at its default settings, one filter after the other."""
    pictures, cpu, wall = _timed(lambda: keras_vis.maximize(network.weights, layer, filters))
    return Made(pictures, cpu, wall, keras_vis.STEPS)


def extrapolated(network: Network, layer: Layer, recipe: Recipe) -> tuple[float, float]:
    """CPU and wall seconds a filter: those of a climb of two steps, and of each further one what it adds to four."""
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
    """The size of equal batches of at most `most`: a batch that is filled up in vain would count as time."""
    batches = -(-number // most)
    return -(-number // batches)


def _timed(make: Callable[[], Pictures]) -> tuple[Pictures, float, float]:
    """What is made, and the CPU and wall seconds that each of it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = make()
    number = len(found)
    return found, (time.process_time() - cpu) / number, (time.perf_counter() - wall) / number

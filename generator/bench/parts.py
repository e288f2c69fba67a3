"""The benchmark's parts: each against what it cannot do without.

By turns in one run, so that the machine's load is the same for both. CPU seconds are those of all cores together.
"""

import functools
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import tensorflow as tf

from generator.ascent import image, stable_sums
from generator.ascent.optimize import climb_for, settling
from generator.ascent.recipes import OBJECTIVES, Recipe, recipe_for
from generator.config import AscentSettings
from generator.network.forward import Network, pooled, preprocess
from generator.network.geometry import Layer
from generator.network.precision import FLOAT32
from generator.network.weights import Weights

SCRIPT = 128, 20  # pixels and steps of the script of 2016, which takes one filter at a time
BATCHES = (4, 8, 16, 32)


def step_over_bare(network: Network, layer: Layer, recipe: Recipe, repeats: int = 2) -> float:
    """A step of the climb over a bare forward and input-gradient step: same layers, batch, canvas and precision.

    The bare one is on no torus. The climb's last steps, which also look for idle components, count by their share.
    Least CPU time of some.
    """
    climb = climb_for(network, layer.name, recipe)
    given = _on_the_way(recipe)
    picture, bare = climb.image.render(given[0]), bare_step(network.weights, layer.name, network.precision)
    times = _by_turns(
        repeats,
        lambda: bare(picture),
        lambda: climb.step(*given),
        lambda: climb.settle(*given),
    )
    share = mean_settling(recipe)
    return ((1 - share) * times[1] + share * times[2]) / max(times[0], 1e-6)


def mean_settling(recipe: Recipe) -> float:
    """The share of a climb's steps that look for idle components."""
    return sum(settling(recipe, at) for at in range(recipe.steps)) / recipe.steps if recipe.pruning.idle else 0.0


def _on_the_way(recipe: Recipe) -> tuple[tf.Tensor, ...]:
    """What a step of a climb is given, in the order of its arguments."""
    state = tf.constant(image.of(recipe).start(["0" * 64] * recipe.batch))
    record, filters = tf.fill([recipe.batch], 0.0), tf.zeros([recipe.batch], tf.int32)
    shift, move, now = tf.constant((1, 2)), tf.fill([4], 0.5), tf.constant([0.1, 0.0, 0.0])
    return state, state, state, record, filters, shift, move, now


def script_seconds(weights: Weights, layer: str) -> float:
    """Wall seconds that the script of 2016 takes for one filter: its steps, without what is around them."""
    side, steps = SCRIPT
    picture, bare = tf.zeros((1, side, side, 3)), bare_step(weights, layer)
    bare(picture)
    return steps * min(_wall(lambda: bare(picture)) for _ in range(3))


def bare_step(
    weights: Weights, layer: str, precision: str = FLOAT32
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A traced function: the mean of a layer's first map, after its ReLU, and its gradient by the pictures.

    In a plain zero-padded network that computes all filters of the layer.
    """

    def step(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            score = stable_sums.mean(tf.cast(_plain(weights, layer, images, precision)[..., 0], tf.float32))
        return score, tape.gradient(score, images)

    return tf.function(step, autograph=False)  # type: ignore[no-any-return]


def _plain(weights: Weights, layer: str, images: tf.Tensor, precision: str) -> tf.Tensor:
    """Maps after the ReLU of all filters of a layer, padded with zeros: (batch, h, w, filters)."""
    x = tf.cast(preprocess(images), precision)
    for at in weights.layers:
        x = pooled(x, at)
        kernel, bias = (tf.cast(own, precision) for own in (weights.kernel(at.name), weights.bias(at.name)))
        x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias))
        if at.name == layer:
            break
    return x


def batch_sizes(network: Network, layer: Layer, recipe: Recipe) -> dict[int, float]:
    """CPU milliseconds a picture and step, for batches of several sizes."""
    steps = []
    for batch in BATCHES:
        own = replace(recipe, batch=batch)
        steps.append(functools.partial(climb_for(network, layer.name, own).step, *_on_the_way(own)))
    times = _by_turns(3, *steps)
    return {batch: 1e3 * seconds / batch for batch, seconds in zip(BATCHES, times, strict=True)}


def _by_turns(repeats: int, *work: Callable[[], object]) -> list[float]:
    """The least CPU time of each piece of work, done by turns; a first round, which may trace, is not counted."""
    for each in work:
        each()
    rounds = [[cpu(each) for each in work] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds that it takes, all cores together."""
    before = time.process_time()
    work()
    return time.process_time() - before


def _wall(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def default_climbs(network: Network, layer: Layer, settings: AscentSettings) -> None:
    """A step and an end of each climb that the settings ask for: as much memory as a whole one takes."""
    for objective in OBJECTIVES:
        climb_for(network, layer.name, recipe_for(layer, objective, settings)).trace()


class Memory:
    """The most memory that this process held within stretches of its work, GiB."""

    def __init__(self) -> None:
        self.peak = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """A stretch that counts. Where the kernel cannot forget an earlier peak, that one counts as well."""
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # Linux: the peak so far is forgotten
        try:
            yield
        finally:
            self.peak = max(self.peak, _highest())


def _highest() -> float:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

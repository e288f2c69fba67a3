"""The costs of parts, each relative to the least computation that it needs.

Both are timed alternately in one run, so that the load of the machine is the same. CPU seconds are those of all cores.
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
    """The time of a climb's step, relative to a bare step: a forward pass and the gradient by the input.

    Both have the same layers, batch, canvas and precision; the bare one has no torus. A climb's last steps, which also
    search for idle components, are weighted by their share. The least CPU times are used.
    """
    climb = climb_for(network, layer.name, recipe)
    given = _arguments(recipe)
    picture, bare = climb.image.render(given[0]), bare_step(network.weights, layer.name, network.precision)
    times = _by_turns(repeats, lambda: bare(picture), lambda: climb.step(*given), lambda: climb.settle(*given))
    share = mean_settling(recipe)
    return ((1 - share) * times[1] + share * times[2]) / max(times[0], 1e-6)


def mean_settling(recipe: Recipe) -> float:
    """The share of a climb's steps that search for idle components."""
    return sum(settling(recipe, at) for at in range(recipe.steps)) / recipe.steps if recipe.pruning.idle else 0.0


def _arguments(recipe: Recipe) -> tuple[tf.Tensor, ...]:
    """The arguments of a climb's step, in order."""
    state = tf.constant(image.of(recipe).start(["0" * 64] * recipe.batch))
    record, filters = tf.fill([recipe.batch], 0.0), tf.zeros([recipe.batch], tf.int32)
    shift, move, now = tf.constant((1, 2)), tf.fill([4], 0.5), tf.constant([0.1, 0.0, 0.0])
    return state, state, state, record, filters, shift, move, now


def script_seconds(weights: Weights, layer: str) -> float:
    """Wall seconds that the steps of the script of 2016 take for one filter."""
    side, steps = SCRIPT
    picture, bare = tf.zeros((1, side, side, 3)), bare_step(weights, layer)
    bare(picture)
    return steps * min(_wall(lambda: bare(picture)) for _ in range(3))


def bare_step(
    weights: Weights, layer: str, precision: str = FLOAT32
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A traced function that returns the mean of a layer's first map, after its ReLU, and its gradient by the pictures.

    It uses a plain zero-padded network that computes all filters of the layer.
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
    """CPU milliseconds per picture and step, for several batch sizes."""
    steps = []
    for batch in BATCHES:
        own = replace(recipe, batch=batch)
        steps.append(functools.partial(climb_for(network, layer.name, own).step, *_arguments(own)))
    times = _by_turns(3, *steps)
    return {batch: 1e3 * seconds / batch for batch, seconds in zip(BATCHES, times, strict=True)}


def _by_turns(repeats: int, *work: Callable[[], object]) -> list[float]:
    """The least CPU time of each function, called alternately. A first round, which may trace, is not timed."""
    for each in work:
        each()
    rounds = [[cpu(each) for each in work] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a call, of all cores together."""
    before = time.process_time()
    work()
    return time.process_time() - before


def _wall(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def default_climbs(network: Network, layer: Layer, settings: AscentSettings) -> None:
    """Run a step and the end of each climb of the settings: they need as much memory as a whole climb."""
    for objective in OBJECTIVES:
        climb_for(network, layer.name, recipe_for(layer, objective, settings)).trace()


class Memory:
    """The peak memory of this process in the watched parts of its work, GiB."""

    def __init__(self) -> None:
        self.peak = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch the body of this context. If the kernel cannot reset an earlier peak, that one is included."""
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # Linux: resets the peak
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

"""The climb: gradient ascent on the parameters of a batch of pictures, each independent of the others.

The gradient of each picture is divided by its RMS, and momentum steadies its direction. Adam would take equal steps in
all frequencies and colours, so what does not matter to the filter would become rainbow noise. Here, it stays grey.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent import frequency_bands, image, objectives, prune, solid_colour, stable_sums, transforms
from generator.ascent.recipes import Recipe
from generator.batches import chunks, filled
from generator.network.forward import Network

Job = tuple[int, str]  # a filter, and the key of its picture
DIVERSITY = 0.5  # share of the activation that identical facets lose
FAR_MORE = 1.5  # a solid colour is the better picture above so many times a climb's activation
LONGER = 2  # times the steps, in retries for pictures that are still silent


@dataclass(frozen=True)
class Visualization:
    """A synthesised picture and facts about it."""

    pixels: NDArray[np.uint8]  # (canvas, canvas, 3), RGB; a strip for facets
    facts: dict[str, Any]


def ascend(
    network: Network, layer: str, recipe: Recipe, jobs: Sequence[Job], climb: "Climb | None" = None
) -> list[Visualization]:
    """A picture for each job, in order. It depends only on the weights, the recipe, its filter and its key.

    A texture is a solid colour if the filter responds far more to that than to the result of the climb.

    Facts: `activation` of the picture as saved (channel: mean after the ReLU; neuron: before its ReLU), the `attempt`
    that made it, and the share of `saturated` values, 0 or 255. `climb`: another kind of climb, for comparisons.
    """
    own = climb or climb_for(network, layer, recipe)
    return [picture for some in chunks(jobs, recipe.batch) for picture in _climb_batch(own, some)]


def _climb_batch(climb: "Climb", jobs: Sequence[Job]) -> list[Visualization]:
    """The pictures of one batch, padded to its fixed shape with one of its jobs. Only silent pictures get retries."""
    recipe = climb.recipe
    best: list[Visualization | None] = [None] * len(jobs)
    for attempt in range(recipe.attempts.restarts + recipe.attempts.retries):
        late = attempt >= recipe.attempts.restarts
        open_ = [i for i, found in enumerate(best) if not (late and found and found.facts["activation"] > 0)]
        if not open_:
            break
        padded = filled([jobs[i] for i in open_], recipe.batch)
        pictures, scores = climb(padded, attempt, longer=LONGER if late else 1)
        for i, pixels, score in zip(open_, pictures, scores, strict=False):
            found = best[i]
            if found is None or score > found.facts["activation"]:
                facts = {"activation": float(score), "attempt": attempt, "saturated": frequency_bands.saturated(pixels)}
                best[i] = Visualization(pixels, facts)
    climbed = [found for found in best if found is not None]
    if recipe.name == "fourier" and recipe.objective == "channel":
        return [_or_solid(climb.network, climb.layer, f, found) for (f, _), found in zip(jobs, climbed, strict=True)]
    return climbed


def _or_solid(network: Network, layer: str, filter_: int, found: Visualization) -> Visualization:
    """The picture, or a solid colour if that excites the filter far more."""
    colour, activation = solid_colour.best(network, layer, filter_)
    if activation <= FAR_MORE * found.facts["activation"]:
        return found
    pixels = np.broadcast_to(colour, found.pixels.shape).copy()
    return Visualization(
        pixels, found.facts | {"activation": activation, "saturated": frequency_bands.saturated(pixels)}
    )


@functools.lru_cache(maxsize=64)  # layers times two objectives (VGG19: 32): a breadth-first plan returns to each
def climb_for(network: Network, layer: str, recipe: Recipe) -> "Climb":
    """The climb of a layer and recipe, traced once for all its batches."""
    return Climb(network, layer, recipe)


class Climbers(NamedTuple):
    """A batch during its climb."""

    state: tf.Tensor
    velocity: tf.Tensor
    best: tf.Tensor  # the state with the highest score so far
    record: tf.Tensor  # (batch,) that score


class Climb:
    """The climb of one batch, from the start to saved pictures, with its traced functions."""

    def __init__(
        self, network: Network, layer: str, recipe: Recipe, apart: Callable[[tf.Tensor], tf.Tensor] | None = None
    ) -> None:
        """`apart`: for facets, the similarity of each picture to others, (batch,), from the layer's inputs."""
        self.network, self.layer, self.recipe, self.apart = network, layer, recipe, apart
        self.image, self.objective = image.of(recipe), objectives.VARIANTS[recipe.objective]
        # `partial`: TensorFlow counts the traces of each function, and would warn at the fifth layer.
        self.step = tf.function(functools.partial(self._step, False), autograph=False)
        settle = tf.function(functools.partial(self._step, True), autograph=False)
        self.settle = settle if recipe.pruning.idle else self.step  # else, one is enough: tracing takes a second
        self.finish = tf.function(functools.partial(self._finish), autograph=False)
        self.features = tf.function(functools.partial(network.inputs, layer=layer, torus=recipe.torus), autograph=False)

    def __call__(
        self, jobs: Sequence[Job], attempt: int = 0, longer: int = 1
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Pictures (batch, canvas, canvas, 3) and their activations (batch,) for exactly `recipe.batch` jobs.

        `longer` multiplies the recipe's steps.
        """
        recipe = replace(self.recipe, steps=longer * self.recipe.steps)
        filters = tf.constant([filter_ for filter_, _ in jobs], tf.int32)
        state = self._begin([key for _, key in jobs], filters, attempt)
        pictures, scores = self.finish(*self._rise(recipe, state, filters, recipe.steps), filters)
        return pictures.numpy(), scores.numpy()

    def _begin(self, keys: Sequence[str], filters: tf.Tensor, attempt: int) -> tf.Tensor:
        """The states at which climbs start: for each picture, noise or the result of the best try."""
        own, found = self.recipe.attempts, []
        for start in range(attempt * own.starts, (attempt + 1) * own.starts):
            state = tf.constant(self.image.start(keys, start))
            if own.starts == 1:
                return state
            end, _ = self._rise(self.recipe, state, filters, own.tried)
            found.append((end.numpy(), self.finish(end, end, filters)[1].numpy()))
        first = np.argmax([scores for _, scores in found], axis=0)
        return tf.constant(np.stack([found[at][0][i] for i, at in enumerate(first)]))

    def _rise(self, recipe: Recipe, state: tf.Tensor, filters: tf.Tensor, until: int) -> tuple[tf.Tensor, tf.Tensor]:
        """The state after the recipe's first `until` steps, and the best state on the way.

        If pruning has cost a picture too much activation, both are its best state before pruning. To repeat the last
        steps without pruning would cost a quarter more, because nearly every batch has such a picture.
        """
        none = tf.fill([state.shape[0]], -np.inf)
        first = next((at for at in range(until) if recipe.pruning.idle and settling(recipe, at)), until)
        whole = self._steps(recipe, (state, tf.zeros_like(state), state, none), filters, range(first))
        if first == until:
            return whole.state, whole.best
        entered = self._steps(recipe, whole, filters, range(first, first + 1), settle=True)
        settled = entered._replace(record=none)  # states before pruning are no candidates for the best
        settled = self._steps(recipe, settled, filters, range(first + 1, until), settle=True)
        if until - first < 2:  # no pruned state has been scored yet
            return settled.state, settled.best
        keep = stable_sums.each(settled.record < recipe.pruning.spared * entered.record, state)
        return tf.where(keep, entered.best, settled.state), tf.where(keep, entered.best, settled.best)

    def _steps(
        self, recipe: Recipe, climb: tuple[tf.Tensor, ...], filters: tf.Tensor, which: range, *, settle: bool = False
    ) -> "Climbers":
        """A batch after these steps of the recipe."""
        step = self.settle if settle else self.step
        for at in which:
            shift = transforms.origin(at, recipe.canvas) if at < recipe.moves.roll * recipe.steps else (0, 0)
            now = tf.constant([rate(recipe, at), leak(recipe, at), exponent(recipe, at)], tf.float32)
            climb = step(*climb, filters, tf.constant(shift), tf.constant(transforms.move(at)), now)
        return Climbers(*climb)

    def trace(self) -> None:
        """Trace the functions in advance, so that a climb can be timed without tracing."""
        recipe = self.recipe
        state = tf.constant(self.image.start(["0" * 64] * recipe.batch))
        filters, record = tf.zeros([recipe.batch], tf.int32), tf.fill([recipe.batch], -np.inf)
        now = tf.zeros([3])
        for step in (self.step, self.settle):
            step(state, tf.zeros_like(state), state, record, filters, tf.constant((0, 0)), tf.zeros([4]), now)
        self.finish(state, state, filters)

    def _step(
        self,
        last: bool,  # whether this is one of the last steps
        state: tf.Tensor,
        velocity: tf.Tensor,
        best: tf.Tensor,
        record: tf.Tensor,  # (batch,) the score of `best`
        filters: tf.Tensor,  # (batch,)
        shift: tf.Tensor,  # (2,)
        move: tf.Tensor,  # (4,)
        now: tf.Tensor,  # (3,) this step's rate, leak and exponent
    ) -> tuple[tf.Tensor, ...]:
        recipe = self.recipe
        with tf.GradientTape() as tape:
            tape.watch(state)
            picture = self.image.render(state)
            seen = transforms.roll(picture, shift) if recipe.moves.roll else picture
            seen = transforms.moved(seen, recipe.moves, recipe.torus, move)
            read = self._read(seen, now)
            maps = self.network.own(read, self.layer, filters)
            slope = self._slope(read, maps, now)
        score = self.objective.score(maps)
        better = score > record
        best, record = tf.where(stable_sums.each(better, state), state, best), tf.where(better, score, record)
        gradient, by_pixel = tape.gradient(slope, [state, picture])
        by_pixel = tf.ensure_shape(by_pixel, picture.shape)  # for a batch of 1, TensorFlow may lose the shape
        uphill = self.image.uphill(gradient, now[2])
        velocity = recipe.momentum * velocity + (1 - recipe.momentum) * uphill
        state = (1 - recipe.forget) * state + now[0] * velocity
        if last and recipe.pruning.idle:
            state -= prune.idle(state, picture, by_pixel, recipe.pruning.idle * score)
        return self.image.project(state), velocity, best, record

    def _read(self, seen: tf.Tensor, now: tf.Tensor) -> tf.Tensor:  # noqa: ARG002 (for other kinds of climb)
        """The layer's inputs for these pictures."""
        return self.network.inputs(seen, self.layer, self.recipe.torus, precision=self.network.precision)

    def _slope(self, read: tf.Tensor, maps: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        """The value whose gradient the climb follows: (batch,)."""
        slope = self.objective.slope(maps, now[1])
        if self.apart:
            slope -= DIVERSITY * tf.stop_gradient(tf.abs(slope)) * self.apart(read)
        return slope

    def _finish(self, state: tf.Tensor, best: tf.Tensor, filters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The last picture, or the best of the climb if it scores higher; both are scored in 8 bits."""
        last, score = self._saved(state, filters)
        if not self.recipe.best:
            return last, score
        kept, record = self._saved(best, filters)
        return tf.where(stable_sums.each(record > score, kept), kept, last), tf.maximum(record, score)

    def _saved(self, state: tf.Tensor, filters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        picture = self.image.display(state)
        maps = self.network.target(picture, self.layer, filters, self.recipe.torus)
        return picture, self.objective.score(maps)


def settling(recipe: Recipe, step: int) -> bool:
    """Whether this is one of the last steps, in which idle components are removed."""
    return step >= (1 - recipe.pruning.settle) * recipe.steps


def rate(recipe: Recipe, step: int) -> float:
    """The step size: constant, then falling linearly to a tenth over the last `decay` of the steps."""
    left = (recipe.steps - step) / recipe.steps
    return recipe.rate * (1.0 if left >= recipe.decay else max(left / recipe.decay, 0.1))


def exponent(recipe: Recipe, step: int) -> float:
    """How much a step favours long waves: linear from the first step's value to the last step's."""
    own = recipe.spectrum
    return own.exponent + (own.exponent_end - own.exponent) * step / max(1, recipe.steps - 1)


def leak(recipe: Recipe, step: int) -> float:
    """The slope below zero: falling linearly to 0 at `leak_until` of the steps."""
    return recipe.relu.leak * max(0.0, 1 - step / (recipe.relu.leak_until * recipe.steps))

"""Films: the frames of a climb, from its start noise to the picture that was saved.

The frames are true states of the climb that made the picture. They are collected while it climbs, and change nothing
about it. Each is scored like the picture itself: in 8 bits, as displayed, in float32.
"""

import functools
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.arrays import Pixels
from generator.ascent.frames import Film, cut
from generator.ascent.optimize import Climb, Climbers, Job, Visualization, ascend
from generator.ascent.recipes import Recipe
from generator.batches import chunks, filled
from generator.network.forward import Network

KEPT = 32  # states of a climb of many steps that are kept, at least, until its picture is chosen: a matter of memory


def film(network: Network, layer: str, recipe: Recipe, jobs: Sequence[Job]) -> list[tuple[Visualization, Film]]:
    """For each job, in order: the same picture as by `ascend`, and the film of its climb."""
    climb = climb_for(network, layer, recipe)
    return [each for some in chunks(jobs, recipe.batch) for each in _film_batch(climb, some)]


def _film_batch(climb: "FilmedClimb", jobs: Sequence[Job]) -> Iterator[tuple[Visualization, Film]]:
    climb.films.clear()
    pictures = ascend(climb.network, climb.layer, climb.recipe, jobs, climb)
    found = [
        climb.films[key, picture.facts["attempt"]].ending_with(picture.pixels)
        for (_, key), picture in zip(jobs, pictures, strict=True)
    ]
    climb.films.clear()
    scores = climb.scores([(f, frame) for (f, _), own in zip(jobs, found, strict=True) for frame in own.frames[:-1]])
    for picture, own in zip(pictures, found, strict=True):
        before = [next(scores) for _ in own.frames[:-1]]
        yield picture, Film(own.frames, own.steps, (*before, picture.facts["activation"]))


@functools.lru_cache(maxsize=64)  # as for other climbs: a breadth-first plan returns to each layer and objective
def climb_for(network: Network, layer: str, recipe: Recipe) -> "FilmedClimb":
    """The filmed climb of a layer and recipe, traced once for all its batches."""
    return FilmedClimb(network, layer, recipe)


class FilmedClimb(Climb):
    """A climb that keeps, for each picture and attempt, frames of the way to its result."""

    def __init__(self, network: Network, layer: str, recipe: Recipe) -> None:
        super().__init__(network, layer, recipe)
        self.films: dict[tuple[str, int], Film] = {}  # by the picture's key and the attempt; not scored yet
        self._rises: list[_Rise] = []  # of the current attempt: short tries, if the recipe has them, then the climb
        self._display = tf.function(functools.partial(self.image.display), autograph=False)
        self._score = tf.function(functools.partial(self._scored), autograph=False)

    def __call__(
        self, jobs: Sequence[Job], attempt: int = 0, longer: int = 1
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The pictures and their activations. Their films are in `films` afterwards."""
        self._rises = []
        pictures, scores = super().__call__(jobs, attempt, longer)
        for place, ((_, key), picture) in enumerate(zip(jobs, pictures, strict=True)):
            self.films[key, attempt] = self._film(place, picture)
        return pictures, scores

    def scores(self, frames: Sequence[tuple[int, Pixels]]) -> Iterator[float]:
        """The activation of each frame, given with its filter."""
        for some in chunks(frames, self.recipe.batch):
            filters, pictures = zip(*filled(some, self.recipe.batch), strict=True)
            yield from self._score(np.stack(pictures), tf.constant(filters, tf.int32)).numpy()[: len(some)].tolist()

    def _scored(self, pictures: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        return self.objective.score(self.network.target(pictures, self.layer, filters, self.recipe.torus))

    def _rise(self, recipe: Recipe, state: tf.Tensor, filters: tf.Tensor, until: int) -> tuple[tf.Tensor, tf.Tensor]:
        own = _Rise(state, until)
        self._rises.append(own)
        own.keep(0, self._display(state))
        end, best = super()._rise(recipe, state, filters, until)
        own.close(end, self._display(end), self._display(best) if recipe.best else None)
        return end, best

    def _steps(
        self, recipe: Recipe, climb: tuple[tf.Tensor, ...], filters: tf.Tensor, which: range, *, settle: bool = False
    ) -> Climbers:
        """A batch after these steps, one after the other, each of which is seen."""
        now, own = Climbers(*climb), self._rises[-1]
        for at in which:
            after = super()._steps(recipe, now, filters, range(at, at + 1), settle=settle)
            own.see(at, now, after)
            if own.keeps(at + 1):
                own.keep(at + 1, self._display(after.state))
            now = after
        return now

    def _film(self, place: int, picture: Pixels) -> Film:
        """The film of one picture of the batch, as the last climb ended for it."""
        *tries, climb = self._rises
        start = climb.start[place].numpy()
        tried = next((own for own in tries if np.array_equal(own.end[place].numpy(), start)), None)
        shots = tried.shots(place, tried.until) if tried else []
        before = tried.until if tried else 0
        own = climb.shots(place, climb.step_of(place, picture))
        last = before + climb.step_of(place, picture)
        shots += [(before + step, frame) for step, frame in own if not (tried and step == 0)]
        return cut(shots, last, picture)


class _Rise:
    """What is seen of one batch on its way up: some of its states as displayed, and at which step each was best."""

    def __init__(self, start: tf.Tensor, until: int) -> None:
        self.start, self.until = start, until
        self.end = self._last = start
        self._distance = max(1, until // KEPT)  # between states that are kept
        self._kept: dict[int, Pixels] = {}  # by the steps taken: (batch, canvas, canvas, 3)
        self._best = np.zeros(start.shape[0], int)  # (batch,) steps taken before the best state so far ...
        self._unpruned = self._best  # ... and before the best state when pruning began

    def keeps(self, steps: int) -> bool:
        """Whether the state after so many steps is kept."""
        return steps % self._distance == 0

    def keep(self, steps: int, shown: tf.Tensor) -> None:
        """Keep a state. `shown`: as displayed."""
        self._kept[steps] = shown.numpy()

    def see(self, at: int, before: Climbers, after: Climbers) -> None:
        """See one step. A step scores the state before it."""
        if at and np.all(np.isneginf(before.record)):  # pruning began with the last step: see `Climb._rise`
            self._unpruned = self._best.copy()
        self._best[after.record.numpy() > before.record.numpy()] = at
        self._last = after.state

    def close(self, end: tf.Tensor, shown: tf.Tensor, best: tf.Tensor | None) -> None:
        """See the end. `shown`: it as displayed; `best`: the best state as displayed, if it may be the picture."""
        self.end, self._shown_end = end, shown.numpy()
        self._shown_best = self._shown_end if best is None else best.numpy()
        axes = tuple(range(1, len(end.shape)))
        spared = np.any(end.numpy() != self._last.numpy(), axis=axes)  # pruning was undone: see `Climb._rise`
        self._step_of_end = np.where(spared, self._unpruned, self.until)
        self._step_of_best = np.where(spared, self._unpruned, self._best)

    def step_of(self, place: int, picture: Pixels) -> int:
        """How many steps were taken before the state that became the picture: the end, or the best."""
        distances = [np.abs(shown[place].astype(int) - picture).sum() for shown in (self._shown_end, self._shown_best)]
        return int((self._step_of_end if distances[0] <= distances[1] else self._step_of_best)[place])

    def shots(self, place: int, until: int) -> list[tuple[int, Pixels]]:
        """(steps taken, frame) of one picture's kept states up to a step."""
        return [(steps, shown[place]) for steps, shown in self._kept.items() if steps <= until]

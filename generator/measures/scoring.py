"""The activations of saved pictures and of their variants, in batches of one shape.

Everything here is computed in float32, even if pictures are computed in bfloat16, because these numbers are read.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.arrays import Floats, Pixels
from generator.ascent import objectives
from generator.batches import chunks, filled
from generator.measures import variants
from generator.network.forward import Network
from generator.responses import natural_path


@dataclass(frozen=True)
class FirstPass:
    """The results of one forward and one backward pass for n pictures."""

    activations: NDArray[np.float64]  # (n,)
    maps: Floats  # (n, h, w): pre-ReLU, of each picture's own filter
    gradients: Floats  # (n, side, side, 3): of the activations
    means: list[NDArray[np.float64]]  # (n, filters) each: of the layers that the natural path uses, then of the layer


class First:
    """The first pass over pictures, in batches of one shape."""

    def __init__(self, network: Network, layer: str, objective: str, torus: bool, batch: int) -> None:
        lower = natural_path.below(network.weights.layer(layer), network.weights.layers)
        self.batch, self._names = batch, (*(one.name for one in lower), layer)
        self._network, self._layer, self._torus = network, layer, torus
        self._objective = objectives.VARIANTS[objective]
        self._traced = tf.function(functools.partial(self._pass), autograph=False)

    def __call__(self, pictures: Sequence[Pixels], filters: Sequence[int]) -> FirstPass:
        """`pictures`: (side, side, 3) each; `filters`: one for each picture."""
        found: list[list[NDArray[Any]]] = []
        for number, images, wanted in _batches(
            [picture.astype(np.float32) for picture in pictures], filters, self.batch
        ):
            *own, layers = self._traced(images, wanted)
            means = [one.numpy()[:number].mean(axis=(1, 2), dtype=np.float64) for one in layers]
            found.append([*(one.numpy()[:number] for one in own), *means])
        scores, maps, gradients, *means = [np.concatenate(one) for one in zip(*found, strict=True)]
        return FirstPass(scores.astype(np.float64), maps, gradients, means)

    def _pass(self, images: tf.Tensor, filters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """The two forward passes differ only in the last convolution. TensorFlow's graph rewriting computes one."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            maps = self._network.target(images, self._layer, filters, self._torus)
            scores = self._objective.score(maps)
        every = self._network.every(images, self._names, self._torus)
        return scores, maps, tape.gradient(scores, images), every


@functools.lru_cache(maxsize=64)  # as for `target_for`
def first_for(network: Network, layer: str, objective: str, torus: bool, batch: int) -> First:
    """The first pass of a layer, traced once for all its batches."""
    return First(network, layer, objective, torus, batch)


@dataclass(frozen=True)
class VariantScores:
    """Scores variants of pictures. The variants of all pictures share batches, so that few places stay empty."""

    network: Network
    layer: str
    objective: str
    torus: bool
    batch: int

    def robustness(
        self, pictures: Sequence[Pixels], filters: Sequence[int], activations: Sequence[float]
    ) -> list[float]:
        """The share of its activation that each picture keeps under small changes."""
        if self.torus:
            scores = self._scores([variants.of_torus(picture) for picture in pictures], filters)
            return [variants.robustness(*own, variants.TORUS_WEIGHTS) for own in zip(scores, activations, strict=True)]
        side = pictures[0].shape[0]
        if self.objective == "neuron" and side == self.network.weights.layer(self.layer).field:
            moved = shifts_for(self.network, self.layer, variants.shift(side), self.batch)(pictures, filters)
        else:
            moved = self._scores([variants.shifted(picture) for picture in pictures], filters)
        scores = self._scores([variants.turned(picture) for picture in pictures], filters)
        return [
            variants.robustness([*shifts, *others], activation)
            for shifts, others, activation in zip(moved, scores, activations, strict=True)
        ]

    def without(self, filters: Sequence[int], components: Sequence[variants.Components]) -> list[list[float]]:
        """The activation of each picture without each of its doubtful components."""
        return self._scores([[image for _, image in own.doubtful] for own in components], filters)

    def _scores(self, images: Sequence[Sequence[Floats]], filters: Sequence[int]) -> list[list[float]]:
        """The activations of the variants of each picture."""
        every = [image for some in images for image in some]
        owners = [f for f, some in zip(filters, images, strict=True) for _ in some]
        target = target_for(self.network, self.layer, self.objective, self.torus, self.batch)
        scores = iter(target(every, owners)[0].tolist() if every else ())
        return [list(islice(scores, len(some))) for some in images]


class Target:
    """The activation of each picture's own filter, in batches of one shape."""

    def __init__(self, network: Network, layer: str, objective: str, torus: bool, batch: int) -> None:
        self._objective, self.batch = objectives.VARIANTS[objective], batch
        # `partial`: TensorFlow counts the traces of each function, and would warn about those of the fifth layer.
        self._maps = tf.function(functools.partial(network.target, layer=layer, torus=torus), autograph=False)

    def __call__(self, images: Sequence[Floats], filters: Sequence[int]) -> tuple[NDArray[np.float64], Floats]:
        """(n,) activations of n pictures (side, side, 3), and their filters' pre-ReLU maps (n, h, w)."""
        scores, maps = [], []
        for number, some, wanted in _batches(images, filters, self.batch):
            found = self._maps(some, filters=wanted)
            scores.append(self._objective.score(found).numpy()[:number])
            maps.append(found.numpy()[:number])
        return np.concatenate(scores).astype(np.float64), np.concatenate(maps)


@functools.lru_cache(maxsize=64)  # as for the climb: a breadth-first plan returns to each layer and objective
def target_for(network: Network, layer: str, objective: str, torus: bool, batch: int) -> Target:
    """The measuring function of a layer, traced once for all its batches."""
    return Target(network, layer, objective, torus, batch)


class Shifts:
    """The activations of a layer's units under shifts of their pictures, in batches of one shape."""

    def __init__(self, network: Network, layer: str, by: int, batch: int) -> None:
        self.batch = batch
        self._units = tf.function(functools.partial(network.shifted, layer=layer, by=by), autograph=False)

    def __call__(self, pictures: Sequence[Pixels], filters: Sequence[int]) -> list[list[float]]:
        """Four activations for each picture (side, side, 3), which has the size of its unit's receptive field."""
        found: list[list[float]] = []
        for number, images, wanted in _batches([variants.framed(picture) for picture in pictures], filters, self.batch):
            found += self._units(images, filters=wanted).numpy().tolist()[:number]
        return found


@functools.lru_cache(maxsize=32)
def shifts_for(network: Network, layer: str, by: int, batch: int) -> Shifts:
    """The shifts of a layer, traced once for all its batches."""
    return Shifts(network, layer, by, batch)


def _batches(
    images: Sequence[Floats], filters: Sequence[int], batch: int
) -> Iterator[tuple[int, tf.Tensor, tf.Tensor]]:
    """(number of pictures, images, filters) for each batch. The last batch is filled up with its first picture."""
    for some, wanted in zip(chunks(images, batch), chunks(filters, batch), strict=True):
        yield len(some), tf.constant(np.stack(filled(some, batch))), tf.constant(filled(wanted, batch))

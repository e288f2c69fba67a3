"""Photographs of the benchmark's filters: the ceiling for the pictures that are made for these filters.

A neuron picture is compared with the filter's nine patches, each cropped to one receptive field. A texture is tiled to
the photographs' size, and compared with the photographs that have the highest mean.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.arrays import Pixels
from generator.ascent import contrast, frequency_bands
from generator.corpus import Corpus
from generator.measures import measures
from generator.measures.measures import NaturalStatistics
from generator.network.forward import Network
from generator.network.geometry import Layer
from generator.responses import crops, natural_path, projection
from generator.responses.scan import respond
from generator.responses.statistics import Responses
from generator.system.progress import Say

LOOKED = 8  # pictures per batch; the last batch is padded, so that each size is traced once

Means = tuple[NDArray[np.float32], ...]  # for the last layer of each block below: (pictures, its filters)
Numbers = dict[str, float]


def responses_of(
    network: Network, corpus: Corpus | None, layers: Sequence[Layer], known: Mapping[str, Responses], say: Say
) -> Mapping[str, Responses]:
    """The responses of these layers to photographs, by layer: the known ones, and the rest from a new pass."""
    missing = [layer for layer in layers if layer.name not in known]
    if corpus is None or not missing:
        return known
    say(f"Scanning {len(corpus.photographs):,} photographs, with which the pictures will be compared ...")
    return {**known, **respond(network, corpus, missing)}


@dataclass(frozen=True)
class Natural:
    """The photographs of some filters of a layer and objective."""

    network: Network
    layer: Layer
    side: int  # of the pictures in pixels
    pictures: dict[int, list[Pixels]]  # by filter; patches or whole photographs, the strongest first
    means: dict[int, Means]  # by filter, of the same pictures

    @classmethod
    def of(
        cls,
        network: Network,
        corpus: Corpus,
        responses: Responses,
        layer: Layer,
        objective: str,
        filters: Sequence[int],
    ) -> "Natural":
        """Cut the pictures out of the photographs, and compute their activations in the blocks below the layer."""
        texture = objective == "channel"
        found = _photographs(corpus, responses, filters) if texture else _patches(corpus, layer, responses, filters)
        side = corpus.size if texture else layer.field
        lower = natural_path.below(layer, network.weights.layers)
        every = [picture for f in filters for picture in found[f]]
        means, by_filter, first = _means(network, lower, every, side), {}, 0
        for f in filters:
            last = first + len(found[f])
            by_filter[f] = tuple(own[first:last] for own in means)
            first = last
        return cls(network, layer, side, found, by_filter)

    def paths(self, filters: Sequence[int], pictures: Sequence[Pixels], torus: bool) -> list[Numbers]:
        """How well each picture's path agrees with that of its filter's photographs; {} if that is unknown.

        `agreement`: Spearman's correlation with the mean of the photographs, mean over the blocks below; `path`: the
        same, relative to the agreement of one photograph with the others. A texture is tiled to the photographs' size.
        A picture that is not a torus is mirrored at its rim instead; a larger one is cropped.
        """
        lower = natural_path.below(self.layer, self.network.weights.layers)
        seen = [_filled(picture, self.side, torus) for picture in pictures]
        own = _means(self.network, lower, seen, self.side)
        found: list[Numbers] = []
        for i, f in enumerate(filters):
            ceiling = self._ceiling(f)
            numbers: Numbers = {}
            if ceiling > 0:
                pairs = zip(own, self.means[f], strict=True)
                agreement = float(
                    np.mean([natural_path.correlation(mean[i], photo.mean(axis=0)) for mean, photo in pairs])
                )
                numbers = {"agreement": agreement, "path": agreement / ceiling}
            found.append(numbers)
        return found

    def _ceiling(self, filter_: int) -> float:
        """The agreement of one of a filter's photographs with the others; 0 in block 1, or with less than two."""
        means = self.means[filter_]
        return float(np.mean([natural_path.natural(own) for own in means])) if means else 0.0

    def measured(self, objective: str, statistics: NaturalStatistics) -> tuple[list[int], list[Pixels], list[Numbers]]:
        """The filters that photographs excite, the best picture of each, and its numbers as for a synthesised picture.

        Contrast, saturation and slope are means over all of a filter's photographs. Rank, robustness and unneeded
        variance are those of the best patch. Whole photographs have none, because it would take minutes per layer.
        """
        filters = [f for f, some in self.pictures.items() if some and statistics.highest[f] > 0]
        best = [self.pictures[f][0] for f in filters]
        found: list[Numbers] = [{"activation": float(statistics.highest[f]), "ratio": 1.0} for f in filters]
        if objective == "neuron" and best:
            own = measures.measure(self.network, self.layer.name, objective, filters, best, statistics, torus=False)
            found = [each.numbers for each in own]
        looks: dict[str, Callable[[Pixels], float]] = {
            "contrast": contrast.loudest,
            "saturated": frequency_bands.saturated,
            "slope": frequency_bands.slope,
        }
        for f, numbers in zip(filters, found, strict=True):
            numbers |= {name: float(np.mean([look(p) for p in self.pictures[f]])) for name, look in looks.items()}
            if (ceiling := self._ceiling(f)) > 0:
                numbers |= {"agreement": ceiling, "path": 1.0}
        return filters, best, found


def _patches(corpus: Corpus, layer: Layer, responses: Responses, filters: Sequence[int]) -> dict[int, list[Pixels]]:
    """The receptive fields of each filter's patches, without their surroundings."""
    found = crops.sheets(corpus, layer, responses, filters)
    return {sheet[0]: list(projection.fields(sheet, layer.field)) for sheet in found}


def _photographs(corpus: Corpus, responses: Responses, filters: Sequence[int]) -> dict[int, list[Pixels]]:
    """The whole photographs with the highest mean of each filter."""
    wanted = {f: [int(index) for index in responses.mean_photo[f] if index >= 0] for f in filters}
    pixels = dict(corpus.stream(sorted({index for own in wanted.values() for index in own})))
    return {f: [pixels[index] for index in own] for f, own in wanted.items()}


def _filled(picture: Pixels, side: int, torus: bool) -> Pixels:
    """The picture, repeated (or mirrored, if not a torus) and cropped to `side` pixels square."""
    missing = max(0, side - picture.shape[0])
    rim = ((0, missing), (0, missing), (0, 0))
    whole: Pixels = np.pad(picture, rim, mode="wrap" if torus else "symmetric")[:side, :side]
    return whole


def _means(network: Network, lower: tuple[Layer, ...], pictures: Sequence[Pixels], side: int) -> Means:
    """Mean activations after the ReLU of all filters of these layers, for pictures of `side` pixels; () without any."""
    if not lower:
        return ()
    look = _look_for(network, tuple(layer.name for layer in lower))
    found: list[list[NDArray[np.float32]]] = [[np.zeros((0, layer.filters), np.float32)] for layer in lower]
    for first in range(0, len(pictures), LOOKED):
        some = pictures[first : first + LOOKED]
        blank = np.zeros((LOOKED, side, side, 3), np.uint8)
        blank[: len(some)] = some
        for own, mean in zip(found, look(tf.constant(blank)), strict=True):
            own.append(mean.numpy()[: len(some)])
    return tuple(np.concatenate(own) for own in found)


@functools.lru_cache(maxsize=2)
def _look_for(network: Network, names: tuple[str, ...]) -> Callable[[tf.Tensor], list[tf.Tensor]]:
    """A traced function from pictures (batch, side, side, 3) to the mean activations of some layers, in their order."""

    def look(pictures: tf.Tensor) -> list[tf.Tensor]:
        found = []
        for layer, z in network.stages(pictures):
            if layer.name in names:
                found.append(tf.reduce_mean(tf.nn.relu(z), (1, 2)))
            if layer.name == names[-1]:
                break
        return found

    traced: Callable[[tf.Tensor], list[tf.Tensor]] = tf.function(look, autograph=False)
    return traced

"""Computes the measures of a visualization, from the saved 8-bit picture.

No transform of the climb is applied. A number depends only on the picture, the layer and the photographs' statistics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Pixels
from generator.ascent import contrast, frequency_bands
from generator.measures import variants
from generator.measures.record import Measures
from generator.measures.scoring import VariantScores, first_for
from generator.network.forward import Network
from generator.responses import natural_path
from generator.responses.footprints import NaturalPaths

BATCH = 16  # pictures in a batch; the last one is filled up, so that no number depends on the others
ALL_FILTERS = 4  # the same, if the maps of all filters are needed


@dataclass(frozen=True)
class NaturalStatistics:
    """The responses of each filter of a layer to photographs. All arrays: (filters,)."""

    highest: NDArray[Any]  # the best natural activation; channel: highest mean of a map; neuron: highest unit
    mean: NDArray[Any]  # over all units
    deviation: NDArray[Any]  # of the units


def measure(
    network: Network,
    layer: str,
    objective: str,
    filters: Sequence[int],
    pictures: Sequence[Pixels],
    natural: NaturalStatistics,
    torus: bool | None = None,
    paths: NaturalPaths | None = None,
    batch: int = BATCH,
) -> list[Measures]:
    """All measures of each picture, in order. Pictures are square, and all of one size.

    `torus`: whether they continue on their other side; None: as the default recipe makes them (textures do). `paths`:
    of the layer's natural pictures for this objective; None in the first block, or if they are not known. `batch`:
    pictures in a batch. The record says what each measure is.
    """
    torus = objective == "channel" if torus is None else torus
    first = first_for(network, layer, objective, torus, max(1, batch * ALL_FILTERS // BATCH))(pictures, filters)
    *lower, means = first.means
    activations, ranks = first.activations.tolist(), _ranks(means, filters, natural)
    scores = VariantScores(network, layer, objective, torus, batch)
    robustness = scores.robustness(pictures, filters, activations)
    components = [variants.components(*own) for own in zip(pictures, first.gradients, activations, strict=True)]
    left = scores.without(filters, components)
    return [
        Measures(
            activation=activations[i],
            ratio=activations[i] / float(natural.highest[f]) if natural.highest[f] > 0 else None,
            rank=ranks[i],
            robustness=robustness[i],
            unneeded=variants.unneeded(components[i], left[i], activations[i]),
            slope=frequency_bands.slope(picture),
            contrast=contrast.loudest(picture),
            saturated=frequency_bands.saturated(picture),
            seam=_seam(np.asarray(np.maximum(first.maps[i], 0), np.float64)) if torus else None,
            **(_path([own[i] for own in lower], paths, f) if paths else {}),
        )
        for i, (picture, f) in enumerate(zip(pictures, filters, strict=True))
    ]


def _ranks(means: NDArray[np.float64], filters: Sequence[int], natural: NaturalStatistics) -> list[int]:
    """How many filters of the layer are more excited than the picture's own, each after z-scoring.

    `means`: (pictures, filters).
    """
    scores = (means - natural.mean) / (natural.deviation + 1e-6)
    return [int(np.sum(own > own[f])) for own, f in zip(scores, filters, strict=True)]


def _path(lower: Sequence[NDArray[np.float64]], paths: NaturalPaths, which: int) -> dict[str, Any]:
    """How similar a picture and its filter's natural pictures are to the layers below.

    `path`: Spearman's correlation between the mean activations of all filters for the picture (`lower`, one array per
    layer below) and for the natural pictures, mean over the layers, as a share of `path_natural`. `path_natural`: the
    same correlation between one natural picture and the others. Both are missing if fewer than two natural pictures
    excite the filter; `path` also, if these hardly agree with each other. `loudness`: the mean activation of all
    filters for the picture over that for the natural pictures, mean over the layers.
    """
    if paths.pictures[which] < natural_path.FEWEST:
        return {}
    ceiling = float(paths.natural[which].mean())
    own = [each[which] for each in paths.means]
    numbers = {"path_natural": ceiling}
    if ceiling >= natural_path.LEAST:
        numbers["path"] = natural_path.agreement(lower, own) / ceiling
    if all(each.any() for each in own):
        numbers["loudness"] = float(np.mean([a.mean() / b.mean() for a, b in zip(lower, own, strict=True)]))
    return numbers


def _seam(activations: NDArray[np.float64]) -> float:
    """How far the mean of the map's outermost units lies from the mean of all, as a share; 0 for a silent map."""
    mean = activations.mean()
    if mean <= 0 or min(activations.shape) < 3:
        return 0.0
    inner = activations[1:-1, 1:-1]
    rim = (activations.sum() - inner.sum()) / (activations.size - inner.size)
    return float(abs(rim / mean - 1))

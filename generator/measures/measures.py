"""Measures of a visualization: what the saved 8-bit picture does to the network, and what is in it.

No transform of the climb takes part; a number depends on the picture, the layer and the photographs' statistics alone.
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
from generator.measures.scoring import Looks, look_for
from generator.network.forward import Network
from generator.responses import natural_path
from generator.responses.footprints import Ways

BATCH = 16  # pictures that are looked at together; the last batch is padded, so no number depends on the others
ALL_FILTERS = 4  # the same, where the maps of all filters are needed


@dataclass(frozen=True)
class NaturalStatistics:
    """What photographs do to each filter of a layer. All arrays: (filters,)."""

    highest: NDArray[Any]  # the best natural activation; channel: the highest mean of a map, neuron: of a unit
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
    ways: Ways | None = None,
    batch: int = BATCH,
) -> list[Measures]:
    """All measures of each picture, in order. Pictures are square, and all of one size.

    `torus`: whether they continue on their other side; None for what the default recipe makes (textures do). `ways`:
    those of the layer's natural pictures for this objective; None in the first block, or where they are not known.
    `batch`: pictures that are looked at together. What each measure is stands in its record.
    """
    torus = objective == "channel" if torus is None else torus
    first = look_for(network, layer, objective, torus, max(1, batch * ALL_FILTERS // BATCH))(pictures, filters)
    *lower, means = first.means
    activations, ranks = first.activations.tolist(), _ranks(means, filters, natural)
    looks = Looks(network, layer, objective, torus, batch)
    kept = looks.kept(pictures, filters, activations)
    parts = [variants.parts(*own) for own in zip(pictures, first.gradients, activations, strict=True)]
    left = looks.without(filters, parts)
    return [
        Measures(
            activation=activations[i],
            ratio=activations[i] / float(natural.highest[f]) if natural.highest[f] > 0 else None,
            rank=ranks[i],
            robustness=kept[i],
            unneeded=variants.unneeded(parts[i], left[i], activations[i]),
            slope=frequency_bands.slope(picture),
            contrast=contrast.loudest(picture),
            saturated=frequency_bands.saturated(picture),
            seam=_seam(np.asarray(np.maximum(first.maps[i], 0), np.float64)) if torus else None,
            **(_way([own[i] for own in lower], ways, f) if ways else {}),
        )
        for i, (picture, f) in enumerate(zip(pictures, filters, strict=True))
    ]


def _ranks(means: NDArray[np.float64], filters: Sequence[int], natural: NaturalStatistics) -> list[int]:
    """How many filters of the layer are more excited than the picture's own, in their own deviations from the mean.

    `means`: (pictures, filters).
    """
    scores = (means - natural.mean) / (natural.deviation + 1e-6)
    return [int(np.sum(own > own[f])) for own, f in zip(scores, filters, strict=True)]


def _way(lower: Sequence[NDArray[np.float64]], ways: Ways, which: int) -> dict[str, Any]:
    """How far a picture goes the way through the layers below that its filter's natural pictures go.

    `path`: Spearman's correlation between the mean activations of all filters on the picture (`lower`, for each layer
    below) and on the natural pictures, mean over the layers, as a share of `path_natural`: what one natural picture
    reaches against the others. Neither is told where fewer than two natural pictures excite the filter, nor a share
    where they hardly agree among themselves. `loudness`: the mean over all filters on the picture over that on the
    natural pictures, mean over the layers.
    """
    if ways.pictures[which] < natural_path.FEWEST:
        return {}
    ceiling = float(ways.natural[which].mean())
    own = [each[which] for each in ways.means]
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

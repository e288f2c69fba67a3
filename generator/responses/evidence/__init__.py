"""The evidence about one filter: numbers and words that pages and JSON files show unchanged."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from generator.corpus import Corpus
from generator.responses.accumulators import BINS, FIRST_OCTAVE, OCTAVE_BINS
from generator.responses.evidence.connections import Link
from generator.responses.evidence.labels import Excess, excesses
from generator.responses.patch import ShownPhotograph
from generator.responses.statistics import LEVELS, Responses
from generator.store.fields import Count, says

BAR = 4  # bins of the accumulator per bar of the shown histogram: a quarter of an octave


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: photographs whose activation is at least `low` and below `high`."""

    low: float
    high: float
    photographs: int


@dataclass(frozen=True)
class Neighbour:
    """A filter that responds alike: it is active where this one is."""

    filter: Annotated[Count, says("its number, in the same layer")]
    correlation: Annotated[float, says("of the activations of 36 units of each photograph")]


@dataclass(frozen=True)
class Whole(ShownPhotograph):
    """A whole photograph, for its mean over the filter's map."""

    activation: Annotated[float, says("mean over the filter's map, after the ReLU")]


@dataclass(frozen=True)
class Evidence:
    """Evidence from photographs and kernels, after the ReLU.

    The activation of a photograph is the highest of a unit in it.
    """

    photographs: Annotated[Count, says("looked at")]
    active: Annotated[Count, says("of these excite the filter anywhere")]
    maximum: Annotated[float, says("the highest activation of a unit")]
    mean: Annotated[float, says("of all units")]
    deviation: Annotated[float, says("of units")]
    quantiles: Annotated[
        tuple[tuple[float, float], ...],
        says("[level, activation] of the photographs that excite it, at most 2.2 % off"),
    ]
    histogram: Annotated[
        tuple[Bar, ...],
        says(
            "[low, high, photographs] of those that excite it, at least low and below high: on a "
            "logarithmic scale, without gaps"
        ),
    ]
    labels: Annotated[tuple[Excess, ...], says("over-represented among the strongest photographs")]
    leaders: Annotated[Count, says("how many of these were counted, 100 at most")]
    neighbours: Annotated[tuple[Neighbour, ...], says("the most similar first")]
    means: Annotated[tuple[Whole, ...], says("the photographs with the highest mean, best first")]
    excitatory: Annotated[tuple[Link, ...], says("the strongest inputs that excite it")] = ()
    inhibitory: Annotated[tuple[Link, ...], says("the strongest inputs that inhibit it")] = ()
    readers: Annotated[tuple[Link, ...], says("the filters of the layer above that read most of it")] = ()
    kernel: Annotated[
        tuple[tuple[tuple[float, ...], ...], ...],
        says("of the first layer: rows, columns, red, green and blue; elsewhere empty"),
    ] = ()


def gather(responses: Responses, corpus: Corpus) -> tuple[Evidence, ...]:
    """The evidence of each filter of a layer, by index. Labels are the photographs' current ones."""
    labels = [photograph.label for photograph in corpus.photographs]
    quantiles = responses.quantiles().tolist()
    return tuple(
        Evidence(
            photographs=int(responses.photographs),
            active=int(responses.active[which]),
            maximum=float(responses.maximum[which]),
            mean=float(responses.mean[which]),
            deviation=float(responses.deviation[which]),
            quantiles=tuple(zip(LEVELS, quantiles[which], strict=True)) if responses.active[which] else (),
            histogram=_bars(responses.counts[which]),
            labels=excesses(responses.leaders[which].tolist(), labels),
            leaders=int((responses.leaders[which] >= 0).sum()),
            neighbours=tuple(
                Neighbour(other, correlation)
                for other, correlation in zip(
                    responses.neighbour[which].tolist(), responses.correlation[which].tolist(), strict=True
                )
                if other >= 0
            ),
            means=tuple(
                Whole(corpus.photographs[photo].name, labels[photo], photo, mean)
                for photo, mean in zip(
                    responses.mean_photo[which].tolist(), responses.mean_value[which].tolist(), strict=True
                )
                if photo >= 0
            ),
        )
        for which in range(len(responses.maximum))
    )


def _bars(counts: np.ndarray) -> tuple[Bar, ...]:  # (bins,)
    """The bars, from the first with a photograph to the last."""
    bars = counts.reshape(-1, BAR).sum(axis=1, dtype=np.int64)
    edges = np.exp2(FIRST_OCTAVE + np.arange(0, BINS + BAR, BAR) / OCTAVE_BINS).tolist()
    held = np.flatnonzero(bars)
    if not len(held):
        return ()
    return tuple(Bar(edges[i], edges[i + 1], int(bars[i])) for i in range(held[0], held[-1] + 1))

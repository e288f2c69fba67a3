"""All that the photographs say about one filter: numbers and words that a page or a JSON file shows as they are."""

from dataclasses import dataclass

import numpy as np

from generator.corpus import Corpus
from generator.responses.accumulators import BINS, FIRST_OCTAVE, OCTAVE_BINS
from generator.responses.evidence.connections import Link
from generator.responses.evidence.labels import Excess, excesses
from generator.responses.statistics import LEVELS, Responses

BAR = 4  # bins of the tally in one bar of the shown histogram: a quarter of an octave


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: photographs whose activation is at least `low` and below `high`."""

    low: float
    high: float
    photographs: int


@dataclass(frozen=True)
class Neighbour:
    """A filter of the same layer that is active where this one is."""

    filter: int
    correlation: float


@dataclass(frozen=True)
class Whole:
    """A whole photograph, for its mean over the filter's map."""

    photograph: str  # name within the corpus
    label: str
    index: int  # in the corpus, as in the arrays
    activation: float  # the mean


@dataclass(frozen=True)
class Evidence:
    """The numbers of one filter, after ReLU. A photograph's activation is the highest of a unit in it."""

    photographs: int  # looked at
    active: int  # of them have a positive activation
    maximum: float  # the highest activation
    mean: float  # of all units
    deviation: float  # of units
    quantiles: tuple[tuple[float, float], ...]  # (level, positive activation), at most 2.2 % off
    histogram: tuple[Bar, ...]  # of positive activations, on a logarithmic scale, without gaps
    labels: tuple[Excess, ...]  # over-represented among the 100 strongest photographs
    leaders: int  # how many these are
    neighbours: tuple[Neighbour, ...]  # the most similar filters, most similar first
    means: tuple[Whole, ...]  # the photographs with the highest mean, best first
    excitatory: tuple[Link, ...] = ()  # the strongest inputs that excite it; none for the first layer
    inhibitory: tuple[Link, ...] = ()
    readers: tuple[Link, ...] = ()  # the filters of the layer above that read most of it
    kernel: tuple[tuple[tuple[float, ...], ...], ...] = ()  # of the first layer: (3, 3, 3) weights, RGB


def gather(responses: Responses, corpus: Corpus) -> tuple[Evidence, ...]:
    """The evidence of each filter of a layer, by index. The labels are those the photographs have now."""
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
    """From the first bar with a photograph to the last."""
    bars = counts.reshape(-1, BAR).sum(axis=1, dtype=np.int64)
    edges = np.exp2(FIRST_OCTAVE + np.arange(0, BINS + BAR, BAR) / OCTAVE_BINS).tolist()
    held = np.flatnonzero(bars)
    if not len(held):
        return ()
    return tuple(Bar(edges[i], edges[i + 1], int(bars[i])) for i in range(held[0], held[-1] + 1))

"""Guided tours: each shows a few filters, chosen by measurements, in a meaningful order.

A tour is left out if an atlas has fewer than LEAST stops for it. Filters that have a flag, or whose photographs excite
them more than their pictures do, are bad examples and are not shown here.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from generator.site.pages import depths, patch_similarity, tour_texts
from generator.site.pages.appearance import Look
from generator.site.pages.cards import density
from generator.site.pages.scorecard import flag_names
from generator.site.pages.wording import Sentence, ratio
from generator.site.records import Atlas, Filter
from generator.store.artifacts import Store

LEAST = 3  # stops of a tour
OF_A_KIND = 3  # lines, or colours
LABELS = 6  # stops of the tour of parts
LINES = 50  # of 100: from this value on, a texture has one direction
COLOUR = 20  # of 100: from this value on, it is colourful
REGULAR = 25  # of 100: from this value on, it repeats a pattern
CANDIDATES = 64  # filters whose patches are examined, at most

Looks = Mapping[str, Mapping[int, Look]]
Score = Callable[[Filter], float]


@dataclass(frozen=True)
class Stop:
    """One filter, and why it is shown."""

    filter: Filter
    title: str
    sentence: Sentence


@dataclass(frozen=True)
class Tour:
    """A page of stops."""

    name: str  # the page's address
    title: str
    description: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Angle:
    """An angle of a texture: the direction of its lines, or the hue of its colours."""

    strength: Callable[[Look], float]  # of 100: how clear the angle is
    least: float  # the least strength
    of: Callable[[Look], int]  # degrees
    round: int  # the period in degrees
    apart: int  # the least difference between two stops, in degrees
    agreeing: Callable[[Filter, float, Store], int]  # the number of patches with about the same angle
    told: Callable[[Look, int, int], tour_texts.Told]


def _angles() -> tuple[Angle, ...]:
    return (
        Angle(
            attrgetter("lines"), LINES, attrgetter("direction"), 180, 35, patch_similarity.directions, tour_texts.lines
        ),
        Angle(attrgetter("colour"), COLOUR, attrgetter("hue"), 360, 60, patch_similarity.hues, tour_texts.colour),
    )


def plan(atlas: Atlas, looks: Looks, store: Store) -> tuple[Tour, ...]:
    """The tours for which this atlas has enough stops. Reads the patches of a few candidates from the store."""
    good = [this for section in atlas.sections for this in section.filters if exemplary(this)]
    seen = {section.layer.name: depths.share(section.layer, atlas) for section in atlas.sections}
    early = [this for this in good if seen[this.layer.name] < depths.EARLY]
    middle = [this for this in good if depths.EARLY <= seen[this.layer.name] < depths.HALF]
    late = [this for this in good if seen[this.layer.name] >= depths.LATE]
    stops = {
        "edges": tuple(stop for kind in _angles() for stop in _unlike(kind, early, looks, store)),
        "textures": tuple(_textures(middle, looks, store)),
        "parts": (*_labelled(late), *_mixed(late)),
    }
    titles = tour_texts.TITLES if atlas.vgg16 else tour_texts.TITLES | tour_texts.ELSEWHERE
    return tuple(
        Tour(f"tour-{name}", *titles[name], stops=found) for name, found in stops.items() if len(found) >= LEAST
    )


def exemplary(this: Filter) -> bool:
    """Whether a filter is complete and without flags, and its picture excites it at least as much as its patches."""
    value = ratio(this)
    whole = this.texture and this.patches and len(this.patches.patches) == 9
    return bool(whole and value is not None and value >= 1 and not flag_names(this))


def _unlike(kind: Angle, filters: list[Filter], looks: Looks, store: Store) -> Iterator[Stop]:
    """The filters that are most selective for different angles, if their patches agree with the texture."""

    def look(this: Filter) -> Look:
        return looks[this.layer.name][this.index]

    taken: list[int] = []
    for this in _best(filters, lambda own: kind.strength(look(own)), kind.least):
        angle = kind.of(look(this))
        if all(patch_similarity.turn(angle, other, kind.round) >= kind.apart for other in taken):
            alike = kind.agreeing(this, angle, store)
            if alike >= patch_similarity.MOST:
                taken.append(angle)
                yield Stop(this, *kind.told(look(this), alike, len(taken) - 1))
        if len(taken) == OF_A_KIND:
            return


def _textures(filters: list[Filter], looks: Looks, store: Store) -> Iterator[Stop]:
    """One filter for each remarkable property of textures, if its patches agree, as far as they can be compared."""

    def look(this: Filter) -> Look:
        return looks[this.layer.name][this.index]

    def over(this: Filter) -> float:
        return (this.measures["channel"].ratio or 0.0) if this.measures else 0.0

    def rare(this: Filter) -> float:
        known = density(this)
        return -known[1] if known else -math.inf

    def same_way(this: Filter) -> bool:
        return patch_similarity.directions(this, look(this).direction, store) >= patch_similarity.MOST

    def same_hue(this: Filter) -> bool:
        return patch_similarity.hues(this, look(this).hue, store) >= patch_similarity.MOST

    kinds: list[tuple[Score, float, Callable[[Filter], bool], Callable[[Filter], tuple[str, Sentence]]]] = [
        (lambda this: look(this).regular, REGULAR, same_way, lambda this: tour_texts.regular(look(this))),
        (lambda this: look(this).colour, COLOUR / 2, same_hue, lambda this: tour_texts.colourful(look(this))),
        (lambda this: look(this).lines, LINES, same_way, lambda this: tour_texts.directed(look(this))),
        (_telling, 0, exemplary, tour_texts.labelled),
        (over, 1, exemplary, lambda this: tour_texts.over(over(this))),
        (rare, -1, exemplary, lambda this: tour_texts.rare(-rare(this))),
    ]
    taken: set[str] = set()
    for score, least, agreed, told in kinds:
        for this in _best(filters, score, least):
            if this.id not in taken and agreed(this):
                taken.add(this.id)
                yield Stop(this, *told(this))
                break


def _telling(this: Filter) -> float:
    """How much more frequent a label is among a filter's strongest photographs than by chance: count x log(lift).

    Minus infinity if there is no such label, or no patches to show.
    """
    found = this.evidence.labels if this.evidence and this.patches else ()
    return max((excess.count * math.log(excess.lift) for excess in found[:1]), default=-math.inf)


def _labelled(filters: list[Filter]) -> Iterator[Stop]:
    """The most label-specific filters, one per label, whose pictures excite no other filter more."""
    taken: set[str] = set()
    ranked = [f for f in filters if not f.measures or f.measures["neuron"].rank == 0]
    for this in sorted(ranked, key=lambda own: (-_telling(own), own.layer.depth, own.index)):
        if not this.evidence or not this.evidence.labels or len(taken) == LABELS:
            return
        label = this.evidence.labels[0].label
        if label not in taken and this.patches and any(patch.label == label for patch in this.patches.patches):
            yield Stop(this, *tour_texts.labelled(this, len(taken)))
            taken.add(label)


def _mixed(filters: list[Filter]) -> Iterator[Stop]:
    """The last stop: a filter of the deepest layer among those whose nine patches have nine different labels."""
    mixed = [f for f in filters if f.patches and len({patch.label for patch in f.patches.patches}) == 9]
    for this in _best(mixed, lambda own: own.layer.depth + 1, 1)[:1]:
        yield Stop(this, *tour_texts.mixed(this))


def _best(filters: Iterable[Filter], score: Score, least: float) -> list[Filter]:
    """The filters whose score is at least `least`, the highest first; at most CANDIDATES."""
    scored = sorted(((-score(this), this.layer.depth, this.index, this) for this in filters), key=lambda each: each[:3])
    return [this for value, _, _, this in scored if -value >= least][:CANDIDATES]

"""Telling filters: those of which a visitor recognises at a glance what they respond to.

A filter is telling if its strongest photographs share a label, and its neuron picture takes the natural path: then the
picture and the patches are likely to show the same thing.
"""

from collections.abc import Iterable
from math import log

from generator.network.geometry import Layer
from generator.site.pages.field_frames import deep
from generator.site.pages.scorecard import even
from generator.site.pages.wording import top_labels
from generator.site.records import Atlas, Block, Filter, Visualization

IN_BLOCK = 12  # at the top of a block's page
AGREED = 3  # patches of one label: two are chance
UNLABELLED = 0.02  # the score of a filter whose patches share no label, as in the first blocks
EVEN = 0.1  # what a filter's score is multiplied by if its texture is one even colour, which tells little


def score(this: Filter) -> float:
    """How much its patches agree, times how natural the neuron picture's path is, at most 1.

    The agreement is the share of the patches with their most frequent label, times the logarithm of its lift. Where
    there is no path, in the first block, it counts as 1. The score is 0 without a neuron picture or patches.
    """
    if this.neuron is None or this.patches is None or not this.patches.patches:
        return 0.0
    label, count = top_labels(this.patches)[0]
    lifts = {own.label: own.lift for own in this.evidence.labels} if this.evidence else {}
    agreement = count / len(this.patches.patches) * log(max(lifts.get(label, 1.0), 1.0)) if count >= AGREED else 0.0
    measures = this.measures or {}
    path = measures["neuron"].path if "neuron" in measures else None
    natural = 1.0 if path is None else min(max(path, 0.0), 1.0)
    return max(agreement, UNLABELLED) * natural * (EVEN if "channel" in measures and even(measures["channel"]) else 1)


def patch(this: Filter) -> int:
    """The place, among its patches, of the best one with their most frequent label."""
    patches = this.patches.patches if this.patches else ()
    label, count = top_labels(this.patches)[0]
    return next((at for at, own in enumerate(patches) if own.label == label), 0) if count >= AGREED else 0


def kind(layer: Layer) -> str:
    """Which of two pictures to show where there is room for one: in deep layers "neuron", in others "texture"."""
    return "neuron" if deep(layer) else "texture"


def picture(this: Filter) -> Visualization | None:
    """The filter's picture of that kind."""
    return this.neuron if kind(this.layer) == "neuron" else this.texture


def of_block(block: Block) -> list[Filter]:
    """The most telling filters of a block, best first, if the patches of so many agree; else []."""
    found = _best((this for section in block.sections for this in section.filters), IN_BLOCK)
    return found if len(found) == IN_BLOCK and score(found[-1]) > UNLABELLED else []


def of_atlas(atlas: Atlas) -> list[Filter]:
    """The most telling filter of each block, from the first on; [] if fewer than two blocks have one."""
    found = [this for block in atlas.blocks for this in _best((f for s in block.sections for f in s.filters), 1)]
    return found if len(found) > 1 else []


def _best(filters: Iterable[Filter], count: int) -> list[Filter]:
    scored = [(score(this), this) for this in filters]
    ranked = sorted((own for own in scored if own[0] > 0), key=lambda own: -own[0])
    return [this for _, this in ranked[:count]]

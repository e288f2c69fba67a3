"""The texts and numbers on pages about the records: short, exact and consistent."""

# ruff: noqa: RUF001 - pages have typographic apostrophes and multiplication signs

import math
import statistics
from collections import Counter
from dataclasses import dataclass

from generator.corpus.sources import ORIGIN as DRAWN
from generator.network.weights.miniature import ORIGIN as MINIATURE
from generator.responses.evidence import Evidence, Neighbour
from generator.responses.evidence.connections import Link
from generator.site.records import Atlas, Filter, Patches, Section, Visualization
from generator.store.manifest import CorpusCard

PARTS = {
    "texture": "the texture",
    "neuron": "the neuron picture",
    "facets": "the facets",
    "texture_film": "the climb to the texture",
    "neuron_film": "the climb to the neuron picture",
    "patches": "the patches",
    "evidence": "the figures from photographs",
    "spectrum": "the spectrum’s examples",
    "deconvnet": "the deconvnet projection",
    "gradient": "the gradient projection",
    "measures": "the measures",
}


def figure(value: float) -> str:
    """A number with three significant digits and no exponent: 1,234 12.3 0.0123."""
    if not math.isfinite(value):
        return "unknown"
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:,.{min(max(digits, 0), 9)}f}"


def plural(count: int, noun: str) -> str:
    """`1 filter`, `4,224 filters`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listing(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def top_labels(patches: Patches | None) -> list[tuple[str, int]]:
    """The labels of the top patches and their counts: the most frequent first, then by the best patch."""
    return Counter(patch.label for patch in patches.patches).most_common() if patches else []


def ratio(this: Filter) -> float | None:
    """How strongly the neuron picture excites the unit, compared with the best patch: 2.0 is twice as strongly.

    None if either is missing or the best patch does not excite the filter at all.
    """
    if this.neuron is None or this.patches is None or not this.patches.patches:
        return None
    best = this.patches.patches[0].activation
    return max(this.neuron.activation, 0.0) / best if best > 0 else None


def alt(this: Filter, part: str) -> str:
    """The alternative text of a picture."""
    who = f"{this.layer.name} filter {this.index}"
    names = listing([label for label, _ in top_labels(this.patches)[:3]] or ["none"])
    sorts = {
        "texture": f"synthesised texture; top labels: {names}" if this.patches else "synthesised texture",
        "neuron": "synthesised neuron picture",
    }
    return f"{who}, {sorts[part]}"


def missing(section: Section) -> list[str]:
    """The missing parts of a layer's section, one sentence each; [] if it is complete."""
    layer = section.layer
    if not section.has_weights:
        return [f"The weights of this atlas end before {layer.name}, so nothing is known about its filters."]
    if not section.filters:
        return [f"The config of this atlas leaves {layer.name} out."]
    notes = []
    if section.left_out:
        notes.append(
            f"Shown are {len(section.filters)} of the layer’s {plural(layer.filters, 'filter')}; "
            "the config of this atlas leaves the others out."
        )
    by_count: dict[int, list[str]] = {}
    for part, count in section.missing.items():
        by_count.setdefault(count, []).append(PARTS[part])
    if by_count:
        whose = {count: plural(count, "filter") for count in by_count} | {len(section.filters): "every filter"}
        some = "; ".join(f"{listing(parts)} of {whose[count]}" for count, parts in by_count.items())
        notes.append(f"Not computed yet: {some}.")
    if not section.has_corpus:
        notes.append("This atlas was built without photographs, so there are no patches.")
    return notes


def dead(visualization: Visualization) -> bool:
    """Whether not even gradient ascent excited the filter."""
    return visualization.activation <= 0


@dataclass(frozen=True)
class Name:
    """A label from the user's data, within a sentence."""

    name: str


Sentence = list[str | Name]


def summary(this: Filter, corpus: CorpusCard | None) -> list[Sentence]:
    """One or two sentences about a filter, each a list of texts and labels."""
    if this.empty:
        return [["Nothing about this filter has been computed yet."]]
    sentences = [*_labels(this), *_comparison(this, corpus)]
    if this.texture and this.neuron and dead(this.texture) and dead(this.neuron):
        sentences.append(["Not even gradient ascent found an image that excites it."])
    return sentences


def _labels(this: Filter) -> list[Sentence]:
    found = top_labels(this.patches)
    if not found or this.patches is None:
        return []
    count = len(this.patches.patches)
    label, times = found[0]
    if count == 1:
        return [["Its one patch comes from a photograph labelled ", Name(label), "."]]
    if times == count:
        return [[f"All {count} of its top patches come from photographs labelled ", Name(label), "."]]
    if times == 1:
        return [[f"Its {count} top patches come from photographs with {len(found)} different labels."]]
    rest: Sentence = [f"; the others show {plural(len(found) - 1, 'other label')}."]
    if len(found) == 2:
        rest = ["; the others are labelled ", Name(found[1][0]), "."]
    return [[f"{times} of its {count} top patches come from photographs labelled ", Name(label), *rest]]


def _comparison(this: Filter, corpus: CorpusCard | None) -> list[Sentence]:
    value = ratio(this)
    if value is None or corpus is None:
        return []
    places = plural(corpus.photographs, "photograph")
    if value >= 1.05:
        return [[f"The neuron picture excites it {figure(value)} times as strongly as the best patch in {places}."]]
    if value > 0.95:
        return [[f"The neuron picture excites it just as strongly as the best patch in {places}."]]
    share = f"The neuron picture reaches only {value:.0%} of the activation of the best patch in {places}: "
    return [[f"{share}here the photographs say more."]]


def ahead(section: Section) -> str | None:
    """How often gradient ascent beats the photographs in a layer, as a sentence; None if nothing can be compared."""
    ratios = [value for value in map(ratio, section.filters) if value is not None]
    if not ratios:
        return None
    more = sum(value > 1 for value in ratios)
    return (
        f"In {more} of {plural(len(ratios), 'filter')} the neuron picture excites the unit more than any photograph; "
        f"the middle one of all reaches {figure(statistics.median(ratios))} times the activation of its best patch."
    )


def frequent(section: Section, most: int = 10) -> list[tuple[str, int]]:
    """The labels that are the most frequent one for several filters of a layer, with the numbers of filters."""
    firsts = (top_labels(this.patches)[:1] for this in section.filters)
    counts = Counter(label for first in firsts for label, times in first if times > 1)
    return [(label, count) for label, count in counts.most_common(most) if count > 1]


def shares(links: tuple[Link, ...]) -> list[tuple[int, str]]:
    """Connected filters, and their share of the input that is read."""
    return [(link.filter, f"{link.share:.1%}") for link in links]


def correlations(neighbours: tuple[Neighbour, ...]) -> list[tuple[int, str]]:
    """Similar filters, and the correlations of their activations."""
    return [(neighbour.filter, f"{neighbour.correlation:.2f}") for neighbour in neighbours]


def activity(evidence: Evidence) -> str:
    """How many photographs excite a filter at all, and its mean activation, as a sentence."""
    if not evidence.active:
        return f"None of {plural(evidence.photographs, 'photograph')} excites it anywhere."
    share = evidence.active / evidence.photographs
    return (
        f"It is excited somewhere in {share:.0%} of {plural(evidence.photographs, 'photograph')}; "
        f"its mean over all units, after the ReLU, is {figure(evidence.mean)}."
    )


def network(atlas: Atlas) -> str:
    """The name of the network in a sentence."""
    return f"a miniature {atlas.network.name}" if atlas.network.origin == MINIATURE else atlas.network.name


def example(atlas: Atlas) -> str:
    """The name of a filter, as an example of an address: one of this atlas, if its network is not VGG16."""
    if atlas.vgg16:
        return "block3_conv1/17"
    shown = [section for section in atlas.sections if section.filters] or atlas.sections
    section = shown[len(shown) // 2]
    return section.filters[-1].id if section.filters else f"{section.layer.name}/0"


def pictures(atlas: Atlas) -> str:
    """The name of the pictures from which the patches are cut."""
    if atlas.corpus and atlas.corpus.name == DRAWN:
        return "the drawings"
    mixed = atlas.corpus and any(name == DRAWN for name, *_ in atlas.corpus.sources)
    return "the photographs and drawings" if mixed else "the real photographs"


def citation(this: Filter, atlas: Atlas) -> str:
    """A citation of a filter's page; its address follows."""
    return (
        f"{atlas.title}: {network(atlas)} ({atlas.network.origin}), {this.layer.name}, filter {this.index}, "
        f"config {atlas.config_hash[:12]}."
    )


def fact(value: object) -> str:
    """A recorded value as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return figure(value) if isinstance(value, float) else str(value)

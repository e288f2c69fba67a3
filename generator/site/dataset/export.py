"""What is known of a filter as JSON, for programs that read it."""

from dataclasses import asdict, is_dataclass
from typing import Any

from generator.network.geometry import Layer, Window
from generator.responses.evidence import Bar
from generator.site.pages.wording import ratio
from generator.site.records import Atlas, Facets, Filter, Visualization

DIGITS = 7  # significant ones, of a number in the records
MEANING = {
    "texture.activation": "mean of the filter's map after the ReLU, on the 8-bit texture",
    "neuron.activation": "the unit's value before the ReLU, on the 8-bit picture",
    "facets.activations": "of each of them, as texture.activation",
    "facets.likeness": "mean cosine similarity of the Gram matrices of what the layer reads, between the facets",
    "activation_ratio": "neuron.activation (at least 0) / activation of the best patch",
    "patches.activation": "the unit's value, positive; the same in spectrum",
    "patches.index": "number of the photograph in the corpus, as in the arrays of the layer's NPZ",
    "patches.window": "receptive field in the photograph as the network saw it: [top, left, bottom, right], half open",
    "patches.field": "the same within the patch's tile",
    "measures.rank": "filters of the layer that the picture excites more, z-scored by their natural mean and deviation",
    "measures.ratio": "activation / best natural one (texture: highest mean of a map; neuron: best patch)",
    "measures.robustness": "share of the activation kept under small shifts, 5° rotations and JPEG; to within 0.03",
    "measures.unneeded": "share of variance in colour-and-octave components worth less than 2 %; to within 0.02",
    "measures.slope": "of the logarithm of power over that of frequency",
    "measures.saturated": "share of values at 0 or 255",
    "measures.contrast": "contrast of the loudest colour and octave / photographs' there, before the sigmoid",
    "measures.path": "agreement with the filter's natural pictures in the layers below / path_natural",
    "measures.path_natural": "agreement of one natural picture with the others: Spearman's correlation of the filters' "
    "mean activations in the last layer of each block below, mean over these layers",
    "measures.loudness": "mean activation of all filters / that on the filter's natural pictures, in the same layers",
    "measures.seam": "how far the rim of a texture's map differs from all of it, as a share",
    "evidence.active": "photographs with a positive activation anywhere",
    "evidence.quantiles": "[level, activation] of photographs with a positive activation, at most 2.2 % off",
    "evidence.histogram": "photographs by their highest activation: [at least, below, how many]",
    "evidence.labels": "labels over-represented among the strongest photographs; lift = count / expected",
    "evidence.means": "photographs with the highest mean over the filter's map after the ReLU, best first",
    "evidence.excitatory": "inputs by share of all that the filter reads: kernel norm x mean natural activation",
}


def record(this: Filter) -> dict[str, Any]:
    """What is known of one filter; None for what has not been computed."""
    return {
        "filter": this.id,
        "texture": _visualization(this.texture),
        "neuron": _visualization(this.neuron),
        "facets": _facets(this.facets),
        "activation_ratio": ratio(this),
        "patches": plain(this.patches.patches) if this.patches else None,
        "spectrum": plain(this.spectrum.patches) if this.spectrum else None,
        "evidence": plain(this.evidence) if this.evidence else None,
        "measures": {name: plain(found) for name, found in this.measures.items()} if this.measures else None,
    }


def plain(value: Any) -> Any:
    """Dataclasses as dicts (windows and bars, of which there are many, as lists) and tuples as lists.

    Numbers with the digits that a 32-bit number has: the others say nothing. (`dataclasses.asdict` copies every number,
    five times as slowly.)
    """
    sort = type(value)
    if sort is float:
        return float(f"{value:.{DIGITS}g}")
    if sort in (int, str, bool):
        return value
    if sort in (Window, Bar):
        value, sort = tuple(vars(value).values()), tuple
    if sort in (tuple, list):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {name: plain(item) for name, item in vars(value).items()}
    return value


def layer_facts(layer: Layer) -> dict[str, Any]:
    """The layer, as each document names it."""
    return {"name": layer.name, "filters": layer.filters, "receptive_field": layer.field, "stride": layer.stride}


def source(atlas: Atlas) -> dict[str, Any]:
    """Where a document's numbers come from and what they mean."""
    return {
        "weights": asdict(atlas.network),
        "photographs": atlas.corpus and {"name": atlas.corpus.name, "count": atlas.corpus.photographs},
        "config_hash": atlas.config_hash,
        "meaning": MEANING,
    }


def _visualization(found: Visualization | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "key": found.picture.key,
        "recipe": found.recipe,
        "activation": plain(found.activation),
        "facts": {name: plain(value) for name, value in found.facts.items() if name != "activation"},
    }


def _facets(found: Facets | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"key": found.picture.key, "activations": list(found.activations), "likeness": found.likeness}

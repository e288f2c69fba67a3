"""A layer's filters as a document for other programs."""

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from generator.responses.evidence import Bar
from generator.site.dataset.documents import (
    BothMeasures,
    FacetsOfFilter,
    FilmOfPicture,
    FilterRecord,
    LayerDocument,
    LayerFacts,
    PhotographsFacts,
    SynthesisedImage,
    WeightsFacts,
)
from generator.site.dataset.schema import MEANING
from generator.site.pages.wording import ratio
from generator.site.records import Atlas, Facets, Film, Filter, Section, Visualization

DIGITS = 7  # significant digits of numbers in the documents


def layer_document(section: Section, atlas: Atlas) -> LayerDocument:
    """The document of a layer, with all its filters in the atlas."""
    layer, network = section.layer, atlas.network
    return LayerDocument(
        layer=LayerFacts(layer.name, layer.filters, layer.field, layer.stride),
        filters=tuple(record(this) for this in section.filters),
        weights=WeightsFacts(network.origin, network.file, network.verified, network.digest, network.expects),
        photographs=PhotographsFacts(atlas.corpus.name, atlas.corpus.photographs) if atlas.corpus else None,
        config_hash=atlas.config_hash,
        meaning=MEANING,
    )


def record(this: Filter) -> FilterRecord:
    """The record of one filter; None for values that have not been computed."""
    return FilterRecord(
        filter=this.id,
        texture=_image(this.texture),
        neuron=_image(this.neuron),
        facets=_facets(this.facets),
        texture_film=_film(this.texture_film, this.texture),
        neuron_film=_film(this.neuron_film, this.neuron),
        activation_ratio=ratio(this),
        patches=this.patches.patches if this.patches else None,
        spectrum=this.spectrum.patches if this.spectrum else None,
        evidence=this.evidence,
        measures=BothMeasures(**this.measures) if this.measures else None,
    )


def plain(value: Any) -> Any:
    """Dataclasses as dicts (bars, of which there are many, as lists) and tuples as lists.

    Numbers are rounded to the precision of 32-bit numbers, as further digits are meaningless. (`dataclasses.asdict`
    copies every number, and takes five times as long.)
    """
    sort = type(value)
    if sort is float:
        return float(f"{value:.{DIGITS}g}")
    if is_dataclass(sort):
        found = {name: plain(getattr(value, name)) for name in _names(sort)}
        return list(found.values()) if sort is Bar else found
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


@cache
def _names(record: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def _image(found: Visualization | None) -> SynthesisedImage | None:
    if found is None:
        return None
    facts = {name: value for name, value in found.facts.items() if name != "activation"}
    return SynthesisedImage(found.picture.key, found.recipe, found.activation, facts)


def _facets(found: Facets | None) -> FacetsOfFilter | None:
    return FacetsOfFilter(found.picture.key, found.activations, found.likeness) if found else None


def _film(found: Film | None, picture: Visualization | None) -> FilmOfPicture | None:
    if found is None or not found.leads_to(picture):
        return None
    return FilmOfPicture(found.picture.key, found.steps, found.activations)

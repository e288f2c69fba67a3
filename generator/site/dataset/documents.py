"""The contents of a layer's document under `site/data/`. These classes also give the schema and the guide's tables."""

from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

from generator.measures.record import Measures
from generator.responses.evidence import Evidence
from generator.responses.patch import Patch
from generator.store.fields import Count, says

Key = Annotated[str, says("its key in the store")]


@dataclass(frozen=True)
class SynthesisedImage:
    """A synthesised image."""

    key: Key
    recipe: Annotated[str, says("fourier or classic")]
    activation: Annotated[
        float, says("of the 8-bit picture; texture: mean of the map after the ReLU; neuron: the unit before it")
    ]
    facts: Annotated[dict[str, Any], says("what was noted while it was made")]


@dataclass(frozen=True)
class FacetsOfFilter:
    """Facets of a filter."""

    key: Key
    activations: Annotated[tuple[float, ...], says("of each of them: mean of the map after the ReLU")]
    likeness: Annotated[
        float, says("mean cosine similarity of the Gram matrices of what the layer reads, between them")
    ]


@dataclass(frozen=True)
class FilmOfPicture:
    """Frames of the climb to a synthesised image."""

    key: Key
    steps: Annotated[
        tuple[int | None, ...],
        says("of each frame: the steps taken before it; null: a solid colour in place of the climb's result"),
    ]
    activations: Annotated[tuple[float, ...], says("of each frame in 8 bits, like that of the image")]


@dataclass(frozen=True)
class BothMeasures:
    """Measures of both pictures."""

    channel: Annotated[Measures, says("of the texture")]
    neuron: Annotated[Measures, says("of the neuron picture")]


@dataclass(frozen=True)
class FilterRecord:
    """A filter: all that is known of it, null for what has not been computed."""

    filter: Annotated[str, Meta(pattern="^block[1-5]_conv[1-3]/[0-9]+$", description="its permanent name")]
    texture: Annotated[SynthesisedImage | None, says("the objective channel")]
    neuron: Annotated[SynthesisedImage | None, says("the objective neuron")]
    facets: Annotated[
        FacetsOfFilter | None,
        says("several textures that climb together, each away from the others, if the config asks"),
    ]
    texture_film: Annotated[FilmOfPicture | None, says("the climb to the texture, if the config asks")]
    neuron_film: Annotated[FilmOfPicture | None, says("the climb to the neuron picture, if the config asks")]
    activation_ratio: Annotated[float | None, says("activation of the neuron picture (at least 0) / of the best patch")]
    patches: Annotated[tuple[Patch, ...] | None, says("the top ones, best first, at most one a photograph")]
    spectrum: Annotated[
        tuple[Patch, ...] | None, says("near the 10th, 50th, 90th and 99th percentile of positive activations")
    ]
    evidence: Annotated[Evidence | None, says("numbers from photographs and kernels")]
    measures: Annotated[BothMeasures | None, says("scores of the synthesised images")]


@dataclass(frozen=True)
class LayerFacts:
    """The layer."""

    name: Annotated[str, says("block3_conv1 and so on")]
    filters: Annotated[Count, says("how many it has, whether or not they are here")]
    receptive_field: Annotated[Count, says("side of what a unit sees, pixels")]
    stride: Annotated[Count, says("pixels from unit to unit")]


@dataclass(frozen=True)
class WeightsFacts:
    """The weights."""

    origin: Annotated[str, says("where they come from, in words")]
    file: Annotated[str, says("the file's name")]
    verified: Annotated[bool, says("whether every array is the true Oxford VGG16's")]
    digest: Annotated[str, says("sha256 of all of them")]
    expects: Annotated[str, says("what the network expects for a pixel, in words, and how that is known")]


@dataclass(frozen=True)
class PhotographsFacts:
    """The photographs."""

    name: Annotated[str, says("the collection's name")]
    count: Annotated[Count, says("how many")]


@dataclass(frozen=True)
class LayerDocument:
    """One layer of a filter atlas."""

    layer: Annotated[LayerFacts, says("which layer it is")]
    filters: Annotated[tuple[FilterRecord, ...], says("those of the atlas, by number")]
    weights: Annotated[WeightsFacts, says("which network it is")]
    photographs: Annotated[PhotographsFacts | None, says("null without any")]
    config_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="of everything that decides the atlas")]
    meaning: Annotated[dict[str, str], says("of the numbers, in words")]

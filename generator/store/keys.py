"""The inputs of each kind of artifact: everything that it depends on. Its key is the hash of their canonical JSON.

Inputs contain nothing else. So another corpus does not change the keys of visualizations, another canvas in block 5
does not change those of block 1, and a fine-tuned top does not change those of the layers below.
"""

from collections.abc import Mapping
from typing import Any

from generator.store import canonical, versions


class Inputs(dict[str, Any]):
    """Everything that decides the bytes of one artifact."""

    @property
    def key(self) -> str:
        """The artifact's key."""
        return canonical.key(self)


def visualization(weights: str, layer: str, index: int, recipe: Mapping[str, Any]) -> Inputs:
    """One synthesised image. `weights`: the digest of the weights up to and with the layer; `recipe`: its fields."""
    version, of = versions.CURRENT.visualization, {"objective": recipe["objective"], "recipe": dict(recipe)}
    return _inputs("visualization", version, weights=weights, layer=layer, filter=index, **of)


def facets(weights: str, layer: str, index: int, recipe: Mapping[str, Any], number: int) -> Inputs:
    """`number` facets of one filter, which climb by the recipe."""
    more = {"kind": "facets", "facets": number, "diversity": versions.CURRENT.facets}
    return Inputs(visualization(weights, layer, index, recipe) | more)


def film(weights: str, layer: str, index: int, recipe: Mapping[str, Any]) -> Inputs:
    """The frames of the climb of one synthesised image, whose inputs they share."""
    return Inputs(visualization(weights, layer, index, recipe) | {"kind": "film", "film": versions.CURRENT.film})


def layer_responses(weights: str, layer: str, corpus: str) -> Inputs:
    """The responses of all filters of one layer to the photographs. `corpus`: its digest."""
    return _inputs("responses", versions.CURRENT.responses, weights=weights, layer=layer, corpus=corpus)


def layer_maxima(weights: str, layer: str, corpus: str) -> Inputs:
    """The highest activations of all filters of one layer in each photograph. `corpus`: its digest."""
    return _inputs("maxima", versions.CURRENT.maxima, weights=weights, layer=layer, corpus=corpus)


def layer_footprints(responses_key: str) -> Inputs:
    """The activations of the natural pictures of all filters of a layer in the layers below.

    The responses' key covers the photographs, and the weights up to the layer.
    """
    return _inputs("footprints", versions.CURRENT.footprints, responses=responses_key)


def strip(kind: str, responses_key: str, naming: str, index: int) -> Inputs:
    """A strip of tiles of one filter. `naming`: the digest of the photographs' names, which its facts hold.

    `kind`: "patches" or "spectrum", cut from photographs; "deconvnet" or "gradient", projected.
    """
    projected = kind in ("deconvnet", "gradient")
    version = versions.CURRENT.projection if projected else versions.CURRENT.strips
    return _inputs(kind, version, responses=responses_key, naming=naming, filter=index)


def photograph(digest: str, size: int) -> Inputs:
    """A whole photograph as the network saw it, `size` pixels square. `digest`: of the file's content."""
    version = [versions.CURRENT.strips, versions.CURRENT.decoding]
    return _inputs("photograph", version, photograph=digest, size=size)


def album(responses_key: str) -> Inputs:
    """The list of the whole photographs on a layer's pages. It holds their keys, so it has their dependencies."""
    version = [versions.CURRENT.album, versions.CURRENT.strips, versions.CURRENT.decoding]
    return _inputs("album", version, responses=responses_key)


def gallery(naming: str) -> Inputs:
    """The list of the photographs to start from. `naming`: the digest of their content, size, names and labels."""
    version = [versions.CURRENT.gallery, versions.CURRENT.strips, versions.CURRENT.decoding]
    return _inputs("gallery", version, naming=naming)


def layer_evidence(responses_key: str, naming: str, below: str | None, above: str | None) -> Inputs:
    """The evidence about all filters of a layer.

    `below`: the key of the responses of the layer below; `above`: the digest of the weights up to the layer above.
    """
    version = versions.CURRENT.evidence
    return _inputs("evidence", version, responses=responses_key, naming=naming, below=below, above=above)


def picture_measures(channel: str, neuron: str, responses_key: str, footprints: str | None) -> Inputs:
    """The measures of one filter's two pictures, whose keys are given, against the photographs' responses.

    `footprints`: the key of the layer's footprints; None in the first block, which has no block below.
    """
    version, of = versions.CURRENT.measures, {"responses": responses_key, "footprints": footprints}
    return _inputs("measures", version, channel=channel, neuron=neuron, **of)


def sketch(weights: str, layer: str) -> Inputs:
    """The sketch of a layer's kernels. `weights`: the digest of the weights up to and with the layer."""
    return _inputs("sketch", versions.CURRENT.sketch, weights=weights, layer=layer)


def _inputs(kind: str, version: int | list[int], **rest: Any) -> Inputs:
    return Inputs(schema=versions.CURRENT.schema, kind=kind, version=version, **rest)

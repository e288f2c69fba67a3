"""What each kind of artifact depends on: its inputs, whose canonical JSON its key is the hash of.

An artifact's inputs name nothing that it does not depend on. So another corpus leaves the visualizations alone, another
canvas in block 5 leaves block 1 alone, and a fine-tuned top leaves the layers under it alone.
"""

from collections.abc import Mapping
from typing import Any

from generator.store import canonical, versions


class Inputs(dict[str, Any]):
    """What decides the bytes of one artifact."""

    @property
    def key(self) -> str:
        """The artifact's key."""
        return canonical.key(self)


def visualization(weights: str, layer: str, index: int, recipe: Mapping[str, Any]) -> Inputs:
    """One synthesised image. `weights`: the digest of the weights up to and with the layer; `recipe`: its fields."""
    version, of = versions.CURRENT.visualization, {"objective": recipe["objective"], "recipe": dict(recipe)}
    return _inputs("visualization", version, weights=weights, layer=layer, filter=index, **of)


def facets(weights: str, layer: str, index: int, recipe: Mapping[str, Any], number: int) -> Inputs:
    """So many facets of one filter, which climb by the recipe."""
    more = {"kind": "facets", "facets": number, "diversity": versions.CURRENT.facets}
    return Inputs(visualization(weights, layer, index, recipe) | more)


def layer_responses(weights: str, layer: str, corpus: str) -> Inputs:
    """What the pass over the photographs finds out about all filters of one layer. `corpus`: its digest."""
    return _inputs("responses", versions.CURRENT.responses, weights=weights, layer=layer, corpus=corpus)


def layer_footprints(responses_key: str) -> Inputs:
    """What the natural pictures of all filters of a layer leave in the layers below.

    The responses' key tells of the photographs, and of the weights up to the layer.
    """
    return _inputs("footprints", versions.CURRENT.footprints, responses=responses_key)


def strip(kind: str, responses_key: str, naming: str, index: int) -> Inputs:
    """A strip of tiles of one filter. `naming`: the digest of the photographs' names, which it shows.

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
    """Which whole photographs the pages of a layer show. It holds their keys, and so depends on what those do."""
    version = [versions.CURRENT.album, versions.CURRENT.strips, versions.CURRENT.decoding]
    return _inputs("album", version, responses=responses_key)


def layer_evidence(responses_key: str, naming: str, below: str | None, above: str | None) -> Inputs:
    """The evidence about all filters of a layer.

    `below`: the key of the responses of the layer below; `above`: the digest of the weights up to the layer above.
    """
    version = versions.CURRENT.evidence
    return _inputs("evidence", version, responses=responses_key, naming=naming, below=below, above=above)


def picture_measures(channel: str, neuron: str, responses_key: str, footprints: str | None) -> Inputs:
    """The measures of one filter's two pictures, whose keys are given, against the photographs' responses.

    `footprints`: the key of the layer's; None in the first block, which has no layers below to look at.
    """
    version, of = versions.CURRENT.measures, {"responses": responses_key, "footprints": footprints}
    return _inputs("measures", version, channel=channel, neuron=neuron, **of)


def sketch(weights: str, layer: str) -> Inputs:
    """The sketch of a layer's kernels. `weights`: the digest of the weights up to and with the layer."""
    return _inputs("sketch", versions.CURRENT.sketch, weights=weights, layer=layer)


def _inputs(kind: str, version: int | list[int], **rest: Any) -> Inputs:
    return Inputs(schema=versions.CURRENT.schema, kind=kind, version=version, **rest)

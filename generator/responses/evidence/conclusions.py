"""The evidence about all filters of a layer as one artifact: statistics over photographs, and connections by kernels.

It needs no pixels, only the responses of the layer and of the layer below, and the kernels of this layer and the next.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

import msgspec

from generator.arrays import Floats
from generator.corpus import Corpus
from generator.network.geometry import Layer
from generator.network.weights import Weights
from generator.responses.evidence import Evidence, gather
from generator.responses.evidence.connections import wire
from generator.responses.statistics import Responses
from generator.store.canonical import canonical


def conclude(
    layer: Layer, weights: Weights, corpus: Corpus, responses: Responses, below: Responses | None
) -> tuple[Evidence, ...]:
    """The evidence about each filter of a layer. `below`: the responses of the layer below, if there are any."""
    found = gather(responses, corpus)
    if below:
        wiring = wire(weights.kernel(layer.name), below.mean)
        found = tuple(
            replace(each, excitatory=wiring.excitatory(i), inhibitory=wiring.inhibitory(i))
            for i, each in enumerate(found)
        )
    if upper := above(layer, weights):
        wiring = wire(weights.kernel(upper.name), responses.mean)
        found = tuple(replace(each, readers=wiring.readers(i)) for i, each in enumerate(found))
    if layer.depth == 0:
        kernel = weights.kernel(layer.name)  # (k, k, BGR, filters)
        found = tuple(replace(each, kernel=_rgb(kernel[..., i])) for i, each in enumerate(found))
    return found


def above(layer: Layer, weights: Weights) -> Layer | None:
    """The next layer, if there are weights for it."""
    return weights.layers[layer.depth + 1] if layer.depth + 1 < len(weights.layers) else None


def to_json(evidence: Sequence[Evidence]) -> bytes:
    """The bytes of the artifact."""
    return canonical([asdict(each) for each in evidence]).encode()


def from_json(payload: bytes) -> tuple[Evidence, ...]:
    """Read the bytes of `to_json`. Raises ValueError if they are something else."""
    return msgspec.json.decode(payload, type=tuple[Evidence, ...])


def _rgb(kernel: Floats) -> tuple[tuple[tuple[float, ...], ...], ...]:
    """A kernel (k, k, BGR) as nested tuples, with the colours in RGB order."""
    return tuple(tuple(tuple(float(weight) for weight in pixel[::-1]) for pixel in row) for row in kernel)

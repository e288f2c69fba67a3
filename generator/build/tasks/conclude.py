"""The evidence about all filters of a layer: statistics over photographs, and connections by kernels."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import ClassVar, Self

from generator.build.context import Context
from generator.build.tasks.stored import responses
from generator.build.tasks.task import Planned, Step, Wanted, one_of
from generator.network.geometry import Layer
from generator.responses.evidence import conclusions
from generator.store import keys


@dataclass(frozen=True)
class Conclude(Planned):
    """The evidence about all filters of a layer."""

    layer: str
    key: str
    responses: str  # key
    below: str | None  # key of the responses of the layer below

    title: ClassVar[str] = "evidence"
    unit: ClassVar[str] = "layers"
    command: ClassVar = "patches"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield one task per layer."""
        for layer, _ in wanted.layers:
            if layer.responses and layer.evidence and layer.evidence in wanted.missing:
                yield cls(layer.name, layer.evidence, layer.responses, wanted.below.get(layer.name))

    @property
    def label(self) -> str:
        """The layer."""
        return self.layer

    def makes(self) -> Iterator[str]:
        """The key of the evidence."""
        yield self.key

    def needs(self) -> Iterator[str]:
        """The keys of the responses of the layer and of the layer below."""
        yield self.responses
        if self.below:
            yield self.below

    def only(self, keys: AbstractSet[str]) -> Self | None:
        """The task itself, or None: it has only one artifact."""
        return self if self.key in keys else None

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Compute and store the evidence."""
        weights, corpus = context.weights, context.photographs
        layer = weights.layer(self.layer)
        below = responses(self.below, context) if self.below else None
        found = conclusions.conclude(layer, weights, corpus, responses(self.responses, context), below)
        upper = conclusions.above(layer, weights)
        digest = weights.digest(upper.name) if upper else None
        inputs = keys.layer_evidence(self.responses, corpus.naming, self.below, digest)
        context.store.put(inputs, conclusions.to_json(found), "evidence", {"filters": layer.filters}, {})

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in layers."""
        return f"evidence {one_of(layers, self.layer).scale}", 1

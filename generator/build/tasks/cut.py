"""Strips of photographs: the top patches of a filter, and the examples of its spectrum."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import PIL

from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks.stored import put_strip, responses
from generator.build.tasks.task import STRIPS, Job, OfFilters, Step, Wanted, one_of
from generator.network.geometry import Layer
from generator.responses import crops

CUTS: dict[str, crops.Kind] = {"patches": "top", "spectrum": "spectrum"}  # kinds of artifacts


@dataclass(frozen=True)
class Cut(OfFilters):
    """Strips of photographs of some filters of one layer."""

    kind: str  # one of CUTS
    layer: str
    responses: str  # key
    jobs: tuple[Job, ...]

    title: ClassVar[str] = "patches"
    unit: ClassVar[str] = "strips"
    command: ClassVar = "patches"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield tasks layer by layer, first for patches, then for the spectrum."""
        for layer, filters in wanted.layers:
            if layer.responses:
                for kind in CUTS:
                    for jobs in chunks(wanted.lacking(layer, kind, filters), STRIPS):
                        yield cls(kind, layer.name, layer.responses, tuple(jobs))

    def needs(self) -> Iterator[str]:
        """The key of the responses."""
        yield self.responses

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Cut and store the strips."""
        found, layer = responses(self.responses, context), context.weights.layer(self.layer)
        filters = [job.filter for job in self.jobs]
        for index, strip in crops.cut(context.photographs, layer, found, filters, CUTS[self.kind]):
            put_strip(self.kind, self.responses, index, strip, {"pillow": PIL.__version__}, context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in strips."""
        return f"strips {one_of(layers, self.layer).scale}", len(self.jobs)

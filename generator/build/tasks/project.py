"""Projections: the parts of a filter's top patches that excited it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import PIL

from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks.stored import put_strip, responses
from generator.build.tasks.task import STRIPS, OfFilters, Step, Wanted, one_of
from generator.network.geometry import Layer, multiply_adds
from generator.responses.statistics import TOP

PROJECTIONS = ("deconvnet", "gradient")  # kinds of artifacts
PASSES = 4  # one forward and one backward for each of the two methods


class ProjectJob(NamedTuple):
    """One filter of a layer, with a key for each of PROJECTIONS."""

    filter: int
    deconvnet: str
    gradient: str


@dataclass(frozen=True)
class Project(OfFilters):
    """Projections of the top patches of some filters of one layer, by both methods at once."""

    layer: str
    responses: str  # key
    jobs: tuple[ProjectJob, ...]

    title: ClassVar[str] = "projections"
    unit: ClassVar[str] = "strips"
    command: ClassVar = "patches"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield tasks layer by layer. If one projection of a filter is missing, both are made."""
        for layer, filters in wanted.layers:
            if layer.responses:
                missing = {job.filter for kind in PROJECTIONS for job in wanted.lacking(layer, kind, filters)}
                own = layer.artifacts
                jobs = [ProjectJob(i, own["deconvnet"][i], own["gradient"][i]) for i in sorted(missing)]
                for some in chunks(jobs, STRIPS):
                    yield cls(layer.name, layer.responses, tuple(some))

    def made(self, job: ProjectJob) -> tuple[str, ...]:
        """The keys of both strips."""
        return job.deconvnet, job.gradient

    def needs(self) -> Iterator[str]:
        """The key of the responses."""
        yield self.responses

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Compute and store the projections."""
        network, corpus = context.network, context.photographs
        from generator.responses.projection import project

        found, layer = responses(self.responses, context), context.weights.layer(self.layer)
        made = context.made_pictures | {"pillow": PIL.__version__}
        for index, strips in project(network, corpus, layer, found, [job.filter for job in self.jobs]):
            for method, strip in strips.items():
                put_strip(method, self.responses, index, strip, made, context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        layer = one_of(layers, self.layer)
        one_pass = multiply_adds(layers, layer, layer.field, own=True)
        return f"projections {layer.scale}", len(self.jobs) * TOP * PASSES * one_pass

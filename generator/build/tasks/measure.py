"""Measures of a filter's two pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, Self

from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks.stored import layer_footprints, picture, responses
from generator.build.tasks.task import OfFilters, Step, Wanted, one_of
from generator.measures import record
from generator.network.geometry import Layer, multiply_adds
from generator.store import keys

MEASURED = 16  # filters in one task
LOOKS = 20  # forward passes that measure one picture
TEXTURE = 64  # pixels: about the side of a texture


class MeasureJob(NamedTuple):
    """One filter of a layer, with the keys of its pictures."""

    filter: int
    key: str
    channel: str
    neuron: str


@dataclass(frozen=True)
class Measure(OfFilters):
    """Measures of both pictures of some filters of one layer."""

    layer: str
    responses: str  # key
    jobs: tuple[MeasureJob, ...]
    footprints: str | None  # key; None in the first block

    title: ClassVar[str] = "measures"
    unit: ClassVar[str] = "filters"
    command: ClassVar = "atlas"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield the tasks, layer by layer."""
        for layer, filters in wanted.layers:
            if layer.responses and layer.evidence:
                channel, neuron = layer.artifacts["channel"], layer.artifacts["neuron"]
                lacking = wanted.lacking(layer, "measures", filters)
                jobs = [MeasureJob(i, key, channel[i], neuron[i]) for i, key in lacking]
                for some in chunks(jobs, MEASURED):
                    yield cls(layer.name, layer.responses, tuple(some), layer.footprints)

    def needs(self) -> Iterator[str]:
        """The keys of the responses, of the footprints if there are any, and of the pictures."""
        yield self.responses
        if self.footprints:
            yield self.footprints
        yield from (key for job in self.jobs for key in (job.channel, job.neuron))

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Measure the pictures and store the measures."""
        network, known = context.network, responses(self.responses, context)
        from generator.measures import measures

        paths = layer_footprints(self.footprints, context) if self.footprints else {}
        filters = [job.filter for job in self.jobs]
        sides = {
            "channel": ([job.channel for job in self.jobs], known.mean_value[:, 0]),
            "neuron": ([job.neuron for job in self.jobs], known.maximum),
        }
        found: list[dict[str, record.Measures]] = [{} for _ in filters]
        for objective, (pictures, highest) in sides.items():
            natural = measures.NaturalStatistics(highest, known.mean, known.deviation)
            read = [picture(key, context) for key in pictures]
            of = ([pixels for pixels, _ in read], natural, bool(read[0][1]), paths.get(objective))
            look = partial(measures.measure, network, self.layer, objective, filters, *of)
            numbers = context.batches.run(f"measures of {self.layer}", measures.BATCH, look)
            for each, own in zip(found, numbers, strict=True):
                each[objective] = own
        for job, each in zip(self.jobs, found, strict=True):
            inputs = keys.picture_measures(job.channel, job.neuron, self.responses, self.footprints)
            context.store.put(inputs, record.to_json(each), "measures", {}, context.made)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        layer = one_of(layers, self.layer)
        looks = multiply_adds(layers, layer, TEXTURE, torus=True, own=True)
        looks += multiply_adds(layers, layer, layer.field, own=True)
        return f"measures {layer.scale}", LOOKS * len(self.jobs) * looks

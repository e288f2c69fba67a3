"""Footprints: the activations of the natural pictures of a layer's filters in the layers below."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, Self

from generator.build.context import Context
from generator.build.tasks.respond import sweep
from generator.build.tasks.stored import responses
from generator.build.tasks.task import OfLayers, Step, Task, Wanted
from generator.corpus import SIZE
from generator.network.geometry import Layer, multiply_adds
from generator.responses import footprints, natural_path, shards
from generator.responses.statistics import TOP, TOP_MEANS
from generator.store import keys

ALONE = 1.5  # limit on the total cost of one pass per layer, as a multiple of a single pass for all layers


class FollowJob(NamedTuple):
    """All filters of one layer."""

    layer: str
    key: str
    responses: str  # key


@dataclass(frozen=True)
class Follow(OfLayers):
    """The footprints of all filters of some layers."""

    jobs: tuple[FollowJob, ...]

    title: ClassVar[str] = "natural paths"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield one task for all layers."""
        jobs = tuple(
            FollowJob(layer.name, layer.footprints, layer.responses)
            for layer, _ in wanted.layers
            if layer.footprints and layer.responses and layer.footprints in wanted.missing
        )
        if jobs:
            yield cls(jobs)

    @property
    def graph(self) -> object:
        """The graph of the layers below."""
        return type(self), len(self.jobs), self.jobs[0].layer

    def needs(self) -> Iterator[str]:
        """The keys of the responses of each layer."""
        yield from (job.responses for job in self.jobs)

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """Yield one task per layer if layers share few photographs, else a single task."""
        own = [Follow((job,)) for job in self.jobs]
        yield from own if sum(map(seconds, own)) <= ALONE * seconds(self) else [self]

    def run(self, context: Context, step: Step) -> None:
        """Run the photographs that hold natural pictures through the layers below; store the footprints."""
        network, corpus = context.network, context.photographs
        from generator.responses.footprint_scan import BATCH, follow

        own = {job.layer: responses(job.responses, context) for job in self.jobs}
        named = [(job.layer, job.key) for job in self.jobs]
        checkpoint = context.checkpoints / shards.folder(named)
        look = partial(follow, network, corpus, own, checkpoint=checkpoint, progress=step)
        found = context.batches.run("the photographs that hold patches", BATCH, look)
        sweep(context.checkpoints, named)  # before footprints are stored, as in `Respond`
        for job in self.jobs:
            inputs, facts = keys.layer_footprints(job.responses), {"filters": len(own[job.layer].maximum)}
            context.store.put(inputs, footprints.to_npz(found[job.layer]), "npz", facts, context.made)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
        """The work, in multiply-adds: each photograph passes once, up to the deepest of the layers below."""
        names = {job.layer for job in self.jobs}
        own = [layer for layer in layers if layer.name in names]
        deepest = natural_path.below(own[-1], layers)[-1]
        looked_at = min((TOP + TOP_MEANS) * sum(layer.filters for layer in own), photographs)
        return f"footprints {deepest.scale}", looked_at * multiply_adds(layers, deepest, SIZE)

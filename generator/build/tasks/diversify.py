"""Facets: several pictures of one filter that are kept different from each other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from generator.ascent.recipes import Recipe
from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks.task import Job, Step, Task, Wanted, one_of
from generator.build.tasks.visualize import OfClimbs, climb_work, put
from generator.network.geometry import Layer
from generator.store import keys


@dataclass(frozen=True)
class Diversify(OfClimbs):
    """Facets of some filters of one layer."""

    layer: str
    recipe: Recipe
    facets: int  # of each filter
    jobs: tuple[Job, ...]

    title: ClassVar[str] = "facets"
    unit: ClassVar[str] = "filters"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield tasks layer by layer, with the recipe of textures."""
        for layer, filters in wanted.layers:
            recipe = Recipe.of(layer.recipes["channel"])
            for jobs in chunks(wanted.lacking(layer, "facets", filters), recipe.batch):
                yield cls(layer.name, recipe, layer.facets, tuple(jobs))

    @property
    def label(self) -> str:
        """The layer, with the word facets."""
        return f"{self.layer} facets"

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """Yield one task per batch: all facets of a filter, and as many filters as fit."""
        size = max(1, self.recipe.batch // self.facets)
        yield from (replace(self, jobs=tuple(jobs)) for jobs in chunks(self.jobs, size))

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Compute and store the facets."""
        network = context.network  # first, because it sets up TensorFlow for the import below
        from generator.ascent.facets import diversify

        pictures = diversify(network, self.layer, self.recipe, self.facets, self.jobs)
        digest = context.weights.digest(self.layer)
        for job, picture in zip(self.jobs, pictures, strict=True):
            put(keys.facets(digest, self.layer, job.filter, self.recipe.flat(), self.facets), picture, context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        layer = one_of(layers, self.layer)
        return f"ascent {layer.scale}", len(self.jobs) * self.facets * climb_work(layers, layer, self.recipe)

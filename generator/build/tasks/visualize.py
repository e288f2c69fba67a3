"""Synthesised images: textures and neuron pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from generator.ascent import frames
from generator.ascent.recipes import OBJECTIVES, Recipe
from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks.stored import png
from generator.build.tasks.task import Job, OfFilters, Step, Task, Wanted, one_of
from generator.network.geometry import Layer, multiply_adds
from generator.store import keys

if TYPE_CHECKING:
    from generator.ascent.optimize import Visualization

BATCHES = 2  # of an ascent, per task


class OfClimbs(OfFilters):
    """A task that climbs for filters of one layer by one recipe."""

    recipe: Recipe

    command: ClassVar = "visualize"

    @property
    def label(self) -> str:
        """The layer and the objective."""
        return f"{self.layer} {self.recipe.objective}"

    @property
    def graph(self) -> object:
        """The graph of the climb: one per layer and recipe."""
        return type(self), self.layer, self.recipe

    def needs(self) -> Iterator[str]:
        """Nothing: it reads no results of other tasks."""
        yield from ()

    def spread(self, photographs: int, seconds: Callable[[Task], float]) -> Iterator[Task]:  # noqa: ARG002
        """Yield one task per batch."""
        yield from (replace(self, jobs=tuple(jobs)) for jobs in chunks(self.jobs, self.recipe.batch))  # type: ignore[type-var]


@dataclass(frozen=True)
class Visualize(OfClimbs):
    """Synthesised images of some filters of one layer by one recipe."""

    layer: str
    recipe: Recipe
    jobs: tuple[Job, ...]

    title: ClassVar[str] = "gradient ascent"
    unit: ClassVar[str] = "pictures"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield tasks layer by layer, first for textures."""
        for layer, filters in wanted.layers:
            for objective in OBJECTIVES:
                recipe = Recipe.of(layer.recipes[objective])
                filmed = {job.filter for job in wanted.lacking(layer, frames.kind(objective), filters)}  # see `film`
                lacking = [job for job in wanted.lacking(layer, objective, filters) if job.filter not in filmed]
                for jobs in chunks(lacking, recipe.batch * BATCHES):
                    yield cls(layer.name, recipe, tuple(jobs))

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Compute and store the pictures."""
        network = context.network  # first, because it sets up TensorFlow for the import below
        from generator.ascent.optimize import ascend

        def climb(batch: int) -> "list[Visualization]":  # no picture depends on the size of its batch
            return ascend(network, self.layer, replace(self.recipe, batch=batch), self.jobs)

        name = f"{self.recipe.objective} pictures of {self.layer}"
        pictures = context.batches.run(name, self.recipe.batch, climb)
        digest = context.weights.digest(self.layer)
        for job, picture in zip(self.jobs, pictures, strict=True):
            put(keys.visualization(digest, self.layer, job.filter, self.recipe.flat()), picture, context)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds."""
        layer = one_of(layers, self.layer)
        return f"ascent {layer.scale}", len(self.jobs) * climb_work(layers, layer, self.recipe)


def climb_work(layers: tuple[Layer, ...], layer: Layer, recipe: Recipe) -> int:
    """Multiply-adds of one picture's climb. Each step is a forward and a backward pass."""
    return 2 * recipe.steps_in_all * multiply_adds(layers, layer, recipe.canvas, torus=recipe.torus, own=True)


def put(inputs: keys.Inputs, picture: "Visualization", context: Context) -> None:
    """Store a synthesised image."""
    height, width, _ = picture.pixels.shape
    facts = picture.facts | {"width": width, "height": height}
    context.store.put(inputs, png(picture.pixels), "png", facts, context.made_pictures)

"""Films: the frames of climbs, made together with the pictures.

If a picture is in the store already, its climb is repeated. That takes as long as the first time, but only once, and
only if the config asks for films. Nothing is lost for it: to remake the pictures would take as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np
import PIL

from generator.ascent import frames
from generator.ascent.recipes import OBJECTIVES, Recipe
from generator.batches import chunks
from generator.build.context import Context
from generator.build.tasks import stored
from generator.build.tasks.task import Step, Wanted, one_of
from generator.build.tasks.visualize import BATCHES, OfClimbs, climb_work, put
from generator.network.geometry import Layer, multiply_adds
from generator.store import keys

if TYPE_CHECKING:
    from generator.ascent.optimize import Visualization


class FilmJob(NamedTuple):
    """One filter of a layer."""

    filter: int
    key: str  # of its film
    picture: str  # key
    again: bool  # whether the picture is in the store already


@dataclass(frozen=True)
class Film(OfClimbs):
    """Films of some filters of one layer by one recipe, and the pictures at their ends."""

    layer: str
    recipe: Recipe
    jobs: tuple[FilmJob, ...]

    title: ClassVar[str] = "filmed ascent"
    unit: ClassVar[str] = "pictures and films"

    @classmethod
    def plan(cls, wanted: Wanted) -> Iterator[Self]:
        """Yield tasks layer by layer, first for textures."""
        for layer, filters in wanted.layers:
            for objective in OBJECTIVES:
                recipe, pictures = Recipe.of(layer.recipes[objective]), layer.artifacts[objective]
                lacking = wanted.lacking(layer, frames.kind(objective), filters)
                jobs = [FilmJob(i, key, pictures[i], pictures[i] not in wanted.missing) for i, key in lacking]
                for some in chunks(jobs, recipe.batch * BATCHES):
                    yield cls(layer.name, recipe, tuple(some))

    def made(self, job: FilmJob) -> tuple[str, ...]:
        """The key of the film, and that of the picture if it is made, too."""
        return (job.key,) if job.again else (job.picture, job.key)

    def run(self, context: Context, step: Step) -> None:  # noqa: ARG002
        """Climb, and store the pictures that the store lacks, and the films."""
        network = context.network  # first, because it sets up TensorFlow for the import below
        from generator.ascent.film import film

        jobs = [(job.filter, job.picture) for job in self.jobs]

        def climb(batch: int) -> "list[tuple[Visualization, frames.Film]]":  # none depends on the size of its batch
            return film(network, self.layer, replace(self.recipe, batch=batch), jobs)

        name = f"{self.recipe.objective} pictures of {self.layer}"
        made = context.batches.run(name, self.recipe.batch, climb)
        for job, (picture, own) in zip(self.jobs, made, strict=True):
            self._put(job, picture, own, context)

    def _put(self, job: FilmJob, picture: "Visualization", own: frames.Film, context: Context) -> None:
        """Store a film, after its picture. A stored picture stays as it is.

        On another machine, or in another precision, a climb may end at another picture than the stored one. Its frames
        would not lead to that; so the film has only one frame, and pages do not show it.
        """
        of = context.weights.digest(self.layer), self.layer, job.filter, self.recipe.flat()
        if context.store.read(job.picture) is None:
            put(keys.visualization(*of), picture, context)
        pixels, _ = stored.picture(job.picture, context)
        entry = context.store.entry(job.picture)
        if not np.array_equal(pixels, picture.pixels):
            own = frames.Film((pixels,), (None,), (entry.facts["activation"] if entry else 0.0,))
        payload, suffix, tile = frames.strip(own.frames)
        facts = {"tile": tile, "width": tile * len(own.frames), "height": tile, "steps": list(own.steps)}
        facts |= {"activations": list(own.activations), "picture": entry.sha256 if entry else ""}
        made = context.made_pictures | {"pillow": PIL.__version__}
        context.store.put(keys.film(*of), payload, suffix, facts, made)

    def work(self, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:  # noqa: ARG002
        """The work, in multiply-adds: the climb, and a look at each frame."""
        layer = one_of(layers, self.layer)
        look = multiply_adds(layers, layer, self.recipe.canvas, torus=self.recipe.torus, own=True)
        return f"ascent {layer.scale}", len(self.jobs) * (climb_work(layers, layer, self.recipe) + frames.FRAMES * look)

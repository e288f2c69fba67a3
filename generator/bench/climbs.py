"""The benchmark's climbs: costs and results of all recipes for the same filters of a layer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from generator.ascent.recipes import OBJECTIVES, Recipe, recipe_for
from generator.bench import keras_vis, lucid, maco, makers
from generator.bench.cells import Cell, Cells, Made, Pictures, measured
from generator.bench.natural import Natural
from generator.bench.pictures import shown
from generator.bench.rows import Row, against_float32, row_of
from generator.config import AscentSettings
from generator.corpus import Corpus
from generator.measures.measures import NaturalStatistics
from generator.network.forward import Network
from generator.network.geometry import Layer
from generator.network.precision import BFLOAT16
from generator.responses.statistics import Responses

# This project's recipes, as changes of the settings.
OURS: dict[str, dict[str, Any]] = {
    "classic": {"recipe": "classic"},
    "no budget": {"recipe": "fourier", "budget": "none"},  # the recipe before budgets
    "fourier": {"recipe": "fourier", "budget": "natural"},
}
PHOTOGRAPHS = "photographs"  # the row of photographs, the ceiling


@dataclass(frozen=True)
class Compared:
    """A layer's rows, and their pictures by objective, recipe and filter."""

    rows: tuple[Row, ...]
    pictures: dict[str, dict[str, dict[int, Any]]]


@dataclass(frozen=True)
class Job:
    """A layer and its filters, with everything that their comparison needs."""

    network: Network
    layer: Layer
    settings: AscentSettings
    filters: tuple[int, ...]
    corpus: Corpus | None
    responses: Responses | None  # of the corpus
    cells: Cells
    published: tuple[int, ...] = ()  # filters for which other recipes also run at their published lengths
    fast: Network | None = None  # the same in bfloat16, if that is compared

    @property
    def few(self) -> tuple[int, ...]:
        """The filters for which the recipes of others run: those on the sheets. All would take most of the time."""
        return tuple(shown(self.filters))


def compare(job: Job) -> Compared:
    """Compare all recipes for the same filters and both objectives."""
    rows: list[Row] = []
    pictures: dict[str, dict[str, dict[int, Any]]] = {}
    for objective in OBJECTIVES:
        found = Side(job, objective).cells()
        for name, cell in found.items():
            row = row_of(job.layer.name, objective, name, cell, found["classic"])
            exact = against_float32(cell, found["fourier"]) if name == BFLOAT16 else None
            rows.append(replace(row, against_float32=exact))
        pictures[objective] = {
            name: dict(zip(cell.filters, cell.pictures, strict=True)) for name, cell in found.items()
        }
    return Compared(tuple(rows), pictures)


def costs(network: Network, layer: Layer, settings: AscentSettings, fast: Network | None = None) -> tuple[Row, ...]:
    """The costs of this project's recipes in a layer of random weights, from two short climbs of one batch."""
    rows = []
    every = OURS | ({BFLOAT16: OURS["fourier"]} if fast else {})
    for objective in OBJECTIVES:
        for name, change in every.items():
            recipe = recipe_for(layer, objective, replace(settings, **change))
            cpu, wall = makers.extrapolated(fast if fast and name == BFLOAT16 else network, layer, recipe)
            rows.append(Row(layer.name, objective, name, False, recipe.batch, cpu, wall, recipe.steps_in_all))
    return tuple(rows)


@dataclass(frozen=True)
class Side:
    """One objective of a job."""

    job: Job
    objective: str

    def cells(self) -> dict[str, Cell]:
        """The cells of all recipes, in the order of the table."""
        job, own, found = self.job, self.recipes, {}
        for name, recipe in own.items():
            make = self._of_ours(job.network, recipe)
            filters = job.few if name == "classic" else job.filters
            found[name] = self.cell(name, recipe.flat(), recipe.torus, filters, make)
        best, seconds = own["fourier"], found["fourier"].cpu
        if job.fast:
            make = self._of_ours(job.fast, best)
            found[BFLOAT16] = self.cell(BFLOAT16, best.flat(), best.torus, job.filters, make)
        at_cost_of = self._inputs("fourier", best.flat(), job.filters)
        for name, (rival, facts) in {"lucid": (lucid.recipe, lucid.FACTS), "MACO": (maco.recipe, maco.FACTS)}.items():
            how = {"facts": facts, "at the cost of": at_cost_of}
            make = self._of_others(rival(best.canvas, best.torus), seconds)
            found[name] = self.cell(name, how, best.torus, job.few, make)
        found |= self._published()
        if self.statistics is not None:
            found[PHOTOGRAPHS] = job.cells.get(self._inputs(PHOTOGRAPHS, {}, job.filters), self._photographs)
        return found

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """The recipes of this project, by name."""
        job = self.job
        return {
            name: recipe_for(job.layer, self.objective, replace(job.settings, **change))
            for name, change in OURS.items()
        }

    @cached_property
    def natural(self) -> Natural | None:
        """The photographs of the filters; found only if something has to be measured."""
        job = self.job
        if job.corpus is None or job.responses is None:
            return None
        return Natural.of(job.network, job.corpus, job.responses, job.layer, self.objective, job.filters)

    @cached_property
    def statistics(self) -> NaturalStatistics | None:
        """The statistics of the layer's responses to photographs; None without photographs."""
        found = self.job.responses
        if found is None or self.job.corpus is None:
            return None
        highest = found.mean_value[:, 0] if self.objective == "channel" else found.maximum
        return NaturalStatistics(highest, found.mean, found.deviation)

    def _of_ours(self, network: Network, recipe: Recipe) -> Callable[[Sequence[int]], Made]:
        return lambda filters: makers.ours(network, self.job.layer, recipe, filters)

    def _of_others(self, recipe: Any, seconds: float) -> Callable[[Sequence[int]], Made]:
        job = self.job
        return lambda filters: makers.rival(job.network, job.layer, self.objective, recipe, filters, seconds)

    def _published(self) -> dict[str, Cell]:
        """Recipes of other projects at their published lengths, for the filters in `published`."""
        job, found = self.job, {}
        if not job.published:
            return {}
        found["MACO, full"] = self.cell(
            "MACO, full",
            maco.PUBLISHED,
            False,
            job.published,
            lambda filters: makers.published_maco(job.network, job.layer, self.objective, filters),
        )
        if self.objective == "channel" and keras_vis.available():
            found["tf-keras-vis"] = self.cell(
                "tf-keras-vis",
                {"steps": keras_vis.STEPS},
                False,
                job.published,
                lambda filters: makers.published_keras_vis(job.network, job.layer, filters),
            )
        return found

    def cell(
        self,
        name: str,
        how: Mapping[str, Any],
        torus: bool,
        filters: Sequence[int],
        make: Callable[[Sequence[int]], Made],
    ) -> Cell:
        """The pictures that `make` makes for the filters, measured. `how`: everything else that decides them."""
        job = self.job

        def made() -> Cell:
            own, known = make(filters), (self.statistics, self.natural)
            return measured(job.network, job.layer.name, self.objective, torus, filters, own, *known)

        return job.cells.get(self._inputs(name, how, filters), made)

    def _inputs(self, name: str, how: Mapping[str, Any], filters: Sequence[int]) -> dict[str, Any]:
        """Everything that decides a cell, except the versions of the code."""
        job = self.job
        return {
            "weights": job.network.weights.digest(job.layer.name),
            "layer": job.layer.name,
            "objective": self.objective,
            "recipe": name,
            "how": dict(how),
            "filters": list(filters),
            "photographs": job.corpus.digest if job.corpus and job.responses else None,
        }

    def _photographs(self) -> Cell:
        """The cell of the photographs themselves, which is the ceiling."""
        if self.natural is None or self.statistics is None:
            raise ValueError("there are no photographs")
        filters, best, numbers = self.natural.measured(self.objective, self.statistics)
        pictures: Pictures = list(best)
        return Cell(tuple(filters), pictures, 0.0, 0.0, 0, tuple(numbers))

"""The kinds of work: small frozen values that name what to make. `work.py` does them."""

from dataclasses import dataclass

from generator.recipes import Recipe


@dataclass(frozen=True)
class Visualize:
    """Synthesised images of some filters of one layer by one recipe."""

    layer: str
    recipe: Recipe
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Respond:
    """One pass over the photographs for all filters of some layers."""

    layers: tuple[tuple[str, str], ...]  # (layer, key)


@dataclass(frozen=True)
class Conclude:
    """The evidence about all filters of a layer."""

    layer: str
    key: str
    responses: str  # key
    below: str | None  # key of the responses of the layer below


@dataclass(frozen=True)
class Cut:
    """Strips of photographs of some filters of one layer."""

    kind: str  # one of CUTS
    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Project:
    """Projections of the top patches of some filters of one layer, by both methods at once."""

    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str, str], ...]  # (filter, key of the deconvnet's strip, key of the gradient's)


@dataclass(frozen=True)
class Measure:
    """Measures of both pictures of some filters of one layer."""

    layer: str
    responses: str  # key
    jobs: tuple[tuple[int, str, str, str], ...]  # (filter, key, key of the texture, key of the neuron picture)


Task = Visualize | Respond | Conclude | Cut | Project | Measure

CUTS = ("patches", "spectrum", "means")
PROJECTIONS = ("deconvnet", "gradient")


def pieces(task: Task) -> int:
    """How many artifacts the task makes."""
    match task:
        case Respond():
            return len(task.layers)
        case Conclude():
            return 1
        case Project():
            return 2 * len(task.jobs)
        case _:
            return len(task.jobs)

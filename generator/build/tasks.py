"""The kinds of work: small frozen values that name what to make. `work.py` does them.

A function that tells kinds apart does so by a `match` that ends in `assert_never`: so the type checker names every one
that does not know a new kind, here and elsewhere (`tests/test_house.py` sees to the `assert_never`).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import assert_never

from generator.ascent.recipes import Recipe


@dataclass(frozen=True)
class Visualize:
    """Synthesised images of some filters of one layer by one recipe."""

    layer: str
    recipe: Recipe
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Diversify:
    """Facets of some filters of one layer."""

    layer: str
    recipe: Recipe
    facets: int  # of each filter
    jobs: tuple[tuple[int, str], ...]  # (filter, key)


@dataclass(frozen=True)
class Respond:
    """One pass over the photographs for all filters of some layers."""

    layers: tuple[tuple[str, str], ...]  # (layer, key)


@dataclass(frozen=True)
class Part:
    """A part of the pass over the photographs, for who shares it with others: what these add to each layer's tally."""

    layers: tuple[str, ...]
    folder: str  # names the pass
    first: int
    last: int  # the photograph after the part's last


@dataclass(frozen=True)
class Merge:
    """Parts of the pass that follow one another, added to what comes before them; the last ones end in responses."""

    layer: str
    key: str  # of the responses
    folder: str
    parts: tuple[tuple[int, int], ...]  # (first, last) as in Part
    photographs: int  # of the corpus


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
class Depict:
    """The whole photographs that the top patches of some layers' filters were cut from."""

    albums: tuple[tuple[str, str, str, tuple[int, ...]], ...]  # (layer, key, key of the responses, filters)


@dataclass(frozen=True)
class Follow:
    """What the natural pictures of all filters of some layers leave in the layers below."""

    layers: tuple[tuple[str, str, str], ...]  # (layer, key, key of the responses)


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
    footprints: str | None  # key; None in the first block


Planned = Visualize | Diversify | Respond | Conclude | Depict | Cut | Project | Follow | Measure
Task = Planned | Part | Merge  # the last two are made of a pass by who shares it

CUTS = ("patches", "spectrum")
PROJECTIONS = ("deconvnet", "gradient")


TITLES: dict[type[Planned], tuple[str, str]] = {  # of each kind that is planned: (its bar, what it counts), in order
    Visualize: ("gradient ascent", "pictures"),
    Diversify: ("facets", "filters"),
    Respond: ("photographs", "photographs"),
    Conclude: ("evidence", "layers"),
    Depict: ("whole photographs", "photographs"),
    Cut: ("patches", "strips"),
    Project: ("projections", "strips"),
    Follow: ("natural paths", "photographs"),
    Measure: ("measures", "filters"),
}


def label(task: Task) -> str:
    """A task in a word or two, for people."""
    match task:
        case Visualize():
            return f"{task.layer} {task.recipe.objective}"
        case Diversify():
            return f"{task.layer} facets"
        case Respond() | Follow():
            return f"{len(task.layers)} layers"
        case Depict():
            return f"{len(task.albums)} layers"
        case Part():
            return f"photographs from {task.first:,} on"
        case Merge() | Conclude() | Cut() | Project() | Measure():
            return task.layer
        case _:
            assert_never(task)


def pieces(task: Planned) -> int:
    """How many artifacts the task makes."""
    match task:
        case Respond() | Follow():
            return len(task.layers)
        case Depict():
            return len(task.albums)
        case Conclude():
            return 1
        case Project():
            return 2 * len(task.jobs)
        case Visualize() | Diversify() | Cut() | Measure():
            return len(task.jobs)
        case _:
            assert_never(task)


def only(task: Planned, keys: AbstractSet[str]) -> Planned | None:
    """The part of the task that makes any of these artifacts; None if it makes none of them."""
    match task:
        case Respond():
            part: Planned = replace(task, layers=tuple(layer for layer in task.layers if layer[1] in keys))
        case Conclude():
            return task if task.key in keys else None
        case Depict():
            part = replace(task, albums=tuple(album for album in task.albums if album[1] in keys))
        case Follow():
            part = replace(task, layers=tuple(layer for layer in task.layers if layer[1] in keys))
        case Project():
            part = replace(task, jobs=tuple(job for job in task.jobs if not keys.isdisjoint(job[1:])))
        case Measure():
            part = replace(task, jobs=tuple(job for job in task.jobs if job[1] in keys))
        case Visualize() | Diversify() | Cut():
            part = replace(task, jobs=tuple(job for job in task.jobs if job[1] in keys))
        case _:
            assert_never(task)
    return part if pieces(part) else None

"""The benchmark's table: one row per layer, objective and recipe, and its format."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.bench.cells import Cell

AS_HIGH = 1 - 1e-3  # share of the best natural activation; rounding to 8 bits may cost the rest
SILENT = 0.01  # share of the best photograph's activation: weaker pictures are silent, and ratios to them meaningless
LEAST = 1e-3  # the same as an activation, independent of photographs
# A row's medians of the numbers of its cell.
MEDIANS = ("activation", "path", "agreement", "contrast", "saturated", "slope", "unneeded", "robustness")


@dataclass(frozen=True)
class Row:
    """One layer, objective and recipe. Medians over the filters; None if there is nothing to compare with."""

    layer: str
    objective: str
    recipe: str
    real: bool  # real weights; with random ones, only the cost has a meaning
    filters: int  # number of filters
    cpu: float  # seconds per filter, of all cores together; 0 for photographs
    wall: float  # seconds per filter
    steps: int | None = None
    activation: float | None = None
    against_natural: float | None = None  # activation as a multiple of the best natural one
    at_natural: float | None = None  # share of the live filters that reach the best natural one
    path: float | None = None  # agreement, relative to that of one photograph with the others
    agreement: float | None = None  # Spearman's correlation with the path of the filter's photographs
    contrast: float | None = None  # of the loudest colour and octave, relative to photographs
    saturated: float | None = None  # share of values at 0 or 255
    slope: float | None = None  # of the spectrum
    unneeded: float | None = None  # share of the variance that the filter does not need
    robustness: float | None = None  # share of the activation kept under small changes
    first: float | None = None  # share of the pictures that excite no other filter of the layer more
    against_classic: float | None = None  # activation relative to classic's; None if most of these are silent
    above_classic: float | None = None  # share of the filters with a higher activation than classic
    classic_silent: int | None = None  # filters for which the classic recipe's picture is silent
    against_float32: float | None = None  # only for bfloat16: activation relative to float32, for the same filter


def row_of(layer: str, objective: str, recipe: str, cell: Cell, classic: Cell | None) -> Row:
    """The row of a cell; `classic`: the cell of the classic recipe of the same layer and objective."""
    ratios, ranks = cell.values("ratio"), cell.values("rank")
    medians: dict[str, Any] = {name: _median(cell.values(name)) for name in MEDIANS}
    row = Row(
        layer,
        objective,
        recipe,
        True,
        len(cell.filters),
        cell.cpu,
        cell.wall,
        cell.steps or None,
        against_natural=_median(ratios),
        at_natural=_share(ratios >= AS_HIGH),
        first=_share(ranks == 0),
        **medians,
    )
    return row if classic is None else replace(row, **_against(cell, classic))


def _against(cell: Cell, classic: Cell) -> dict[str, Any]:
    """Compare with classic's pictures of the same filters. The ratio to a silent picture counts as infinite."""
    known = dict(zip(classic.filters, classic.numbers, strict=True))
    pairs = [(own, known[f]) for f, own in zip(cell.filters, cell.numbers, strict=True) if f in known]
    if not pairs:
        return {}
    silent = [_is_silent(then) for _, then in pairs]
    ratios = [
        np.inf if quiet else own["activation"] / then["activation"]
        for (own, then), quiet in zip(pairs, silent, strict=True)
    ]
    middle = float(np.median(ratios))
    return {
        "against_classic": middle if np.isfinite(middle) else None,
        "above_classic": float(np.mean([own["activation"] > then["activation"] for own, then in pairs])),
        "classic_silent": sum(silent),
    }


def against_float32(cell: Cell, exact: Cell) -> float | None:
    """The median ratio of activations in two cells of the same filters; None if all of `exact` are silent."""
    own, then = cell.values("activation"), exact.values("activation")
    lively = then > LEAST
    return _median(own[lively] / then[lively])


def _is_silent(numbers: Mapping[str, float]) -> bool:
    """Whether a picture hardly excites its filter."""
    return numbers["activation"] <= LEAST or numbers.get("ratio", np.inf) <= SILENT


def against_classic(row: Row) -> str:
    """The table's entry: the ratio, or why there is none."""
    if row.against_classic is not None:
        return f"{row.against_classic:.2f}"
    return "-" if row.classic_silent is None else f"silent in {row.classic_silent} of {row.filters}"


def _median(values: NDArray[np.float64]) -> float | None:
    return float(np.median(values)) if values.size else None


def _share(true: NDArray[np.bool_]) -> float | None:
    return float(np.mean(true)) if true.size else None


CELLS = {  # columns of the table: field of a row: (width, format, head)
    "activation": (11, ".1f", "activation"),
    "against_natural": (10, ".2f", "x natural"),
    "at_natural": (9, ".0%", "at least"),
    "path": (6, ".2f", "path"),
    "agreement": (7, ".2f", "agrees"),
    "contrast": (9, ".2f", "contrast"),
    "saturated": (7, ".1%", "0/255"),
    "slope": (7, ".2f", "slope"),
    "unneeded": (9, ".1%", "unneeded"),
    "robustness": (7, ".0%", "robust"),
    "first": (6, ".0%", "first"),
}
HEADS = "".join(f"{head:>{width}}" for width, _, head in CELLS.values())
HEAD = f"{'layer':14}{'objective':10}{'recipe':13}filters   CPU s steps{HEADS}  x classic"


def line(row: Row) -> str:
    """A row of the table."""
    steps = "-" if row.steps is None else str(row.steps)
    text = f"{row.layer:14}{row.objective:10}{row.recipe:13}{row.filters:7}{row.cpu:8.3f}{steps:>6}"
    if not row.real:
        return f"{text}   random weights: the cost alone"
    return f"{text}{entries(row)}  {against_classic(row)}"


def entries(row: Row) -> str:
    """A row's entries in the columns CELLS."""
    values = [(getattr(row, name), width, form) for name, (width, form, _) in CELLS.items()]
    return "".join(f"{'-' if value is None else format(value, form):>{width}}" for value, width, form in values)

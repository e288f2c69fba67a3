"""The benchmark's table: a row a layer, objective and recipe, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.bench.cells import Cell

AS_HIGH = 1 - 1e-3  # of the best natural activation: 8 bits cannot tell less
SILENT = (
    0.01  # of what the best photograph does to a filter: who does less is silent, and no ratio to it means anything
)
LEAST = 1e-3  # the same as an activation, whatever photographs do


@dataclass(frozen=True)
class Row:
    """One layer, objective and recipe. Medians over the filters; None where there is nothing to compare with."""

    layer: str
    objective: str
    recipe: str
    real: bool  # weights of the network, or random ones: then the cost alone means something
    filters: int  # how many were climbed for
    cpu: float  # seconds a filter, all cores together; 0 for photographs
    wall: float  # seconds a filter
    steps: int | None = None
    activation: float | None = None
    against_natural: float | None = None  # activation as a multiple of the best natural one
    at_natural: float | None = None  # share of the live filters that reach the best natural one
    path: float | None = None  # agreement as a share of what one photograph reaches against the others
    agreement: float | None = None  # with the way that the filter's photographs take: Spearman's correlation
    contrast: float | None = None  # of the loudest colour and octave, as a multiple of photographs'
    saturated: float | None = None  # share of values at 0 or 255
    slope: float | None = None  # of the spectrum
    unneeded: float | None = None  # share of the variance that the filter does not ask for
    robustness: float | None = None  # share of the activation kept under small changes
    first: float | None = None  # share of the pictures that excite no other filter of the layer more
    against_classic: float | None = None  # activation as a multiple of the classic recipe's, where most of its are any
    above_classic: float | None = None  # share of the filters where it is higher
    classic_silent: int | None = None  # filters of which the classic recipe's picture is silent
    against_float32: float | None = None  # bfloat16 alone: activation as a multiple of float32's of the same filter


def row_of(layer: str, objective: str, recipe: str, cell: Cell, classic: Cell | None) -> Row:
    """The row of a cell; `classic`: the cell of the classic recipe of the same layer and objective."""
    ratios, ranks = cell.values("ratio"), cell.values("rank")
    row = Row(
        layer,
        objective,
        recipe,
        True,
        len(cell.filters),
        cell.cpu,
        cell.wall,
        cell.steps or None,
        activation=_median(cell.values("activation")),
        against_natural=_median(ratios),
        at_natural=_share(ratios >= AS_HIGH),
        path=_median(cell.values("path")),
        agreement=_median(cell.values("agreement")),
        contrast=_median(cell.values("contrast")),
        saturated=_median(cell.values("saturated")),
        slope=_median(cell.values("slope")),
        unneeded=_median(cell.values("unneeded")),
        robustness=_median(cell.values("robustness")),
        first=_share(ranks == 0),
    )
    return row if classic is None else replace(row, **_against(cell, classic))


def _against(cell: Cell, classic: Cell) -> dict[str, Any]:
    """Against classic's pictures of the same filters. Of a silent one, any picture is infinitely many times as good."""
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
    """The median over the filters of what a cell's pictures reach over those of another; None if all are silent."""
    own, then = cell.values("activation"), exact.values("activation")
    lively = then > LEAST
    return _median(own[lively] / then[lively])


def _is_silent(numbers: Mapping[str, float]) -> bool:
    """Whether a picture does next to nothing to its filter."""
    return numbers["activation"] <= LEAST or numbers.get("ratio", np.inf) <= SILENT


def against_classic(row: Row) -> str:
    """In words what stands in the table: the ratio, or that there is none."""
    if row.against_classic is not None:
        return f"{row.against_classic:.2f}"
    return "-" if row.classic_silent is None else f"silent in {row.classic_silent} of {row.filters}"


def _median(values: NDArray[np.float64]) -> float | None:
    return float(np.median(values)) if values.size else None


def _share(true: NDArray[np.bool_]) -> float | None:
    return float(np.mean(true)) if true.size else None


CELLS = {  # of the table: a row's field, how wide, how written, its head
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
_HEADS = "".join(f"{head:>{width}}" for width, _, head in CELLS.values())
HEAD = f"{'layer':14}{'objective':10}{'recipe':13}filters   CPU s steps{_HEADS}  x classic"


def line(row: Row) -> str:
    """A row of the table."""
    steps = "-" if row.steps is None else str(row.steps)
    text = f"{row.layer:14}{row.objective:10}{row.recipe:13}{row.filters:7}{row.cpu:8.3f}{steps:>6}"
    if not row.real:
        return f"{text}   random weights: the cost alone"
    for name, (width, form, _) in CELLS.items():
        value = getattr(row, name)
        text += f"{'-' if value is None else format(value, form):>{width}}"
    return f"{text}  {against_classic(row)}"

"""The targets of the benchmark's numbers, and whether they are reached."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.bench.evidence import Costs
from generator.bench.overhead import Pass
from generator.bench.rows import Row, against_classic
from generator.network.geometry import LAYERS
from generator.network.precision import BFLOAT16

STEP = 1.15  # relative to a bare step
PASS, PASS_DECODING = 1.10, 1.25  # relative to a bare forward pass without decoding
SCRIPT = "script of 2016"
FAST = "standard, bfloat16"
WHOLE, WHOLE_FAST = 0.75, 0.40  # share of the script's projected time, for the profile `standard`
CLIMB_FAST = 0.60  # time in bfloat16 relative to float32, from block 2 on
SAME = 0.03  # allowed relative difference of activations in both precisions
EVIDENCE = 0.15  # measures and projections relative to float32 ascent
QUICK = 15.0  # minutes
MEMORY = 4.0  # GiB
COST, COST_DEEPEST = 1.0, 1.25  # of both pictures, relative to the recipe without a budget; in block 5

# The targets of pictures from block 3 on: (least, most), None without a target. They are for medians of a layer. The
# names are fields of a row.
Marks = dict[str, tuple[float | None, float | None]]
TEXTURES: Marks = {
    "path": (0.65, None),
    "against_natural": (3.0, None),
    "saturated": (None, 0.002),
    "unneeded": (None, 0.03),
}
NEURONS: Marks = {  # block 3
    "path": (0.8, None),
    "against_natural": (2.2, None),
    "saturated": (None, 0.01),
}
DEEP_NEURONS: Marks = {  # blocks 4 and 5
    "path": (0.85, None),
    "at_natural": (0.99, None),
    "against_natural": (4.0, None),
    "contrast": (None, 1.5),
    "saturated": (None, 0.002),
    "slope": (-2.6, -1.8),
    "robustness": (0.88, None),
    "first": (0.95, None),
    "unneeded": (None, 0.08),
}
# Blocks 1 and 2: colours and edges. The strongest ones use the ends of the range.
SHALLOW: dict[str, Marks] = {
    "channel": {"unneeded": (None, 0.03), "saturated": (None, None)},
    "neuron": {"at_natural": (0.99, None), "saturated": (None, None)},
}
WORDS = {
    "path": "natural path, share of a photograph's",
    "agreement": "agreement with the photographs' way",
    "against_natural": "activation over the best photograph's",
    "at_natural": "at or above the best photograph",
    "contrast": "loudest band over photographs'",
    "saturated": "values at 0 or 255",
    "slope": "slope of the spectrum",
    "robustness": "robustness",
    "first": "whose filter ranks first",
    "unneeded": "unneeded variance",
}
PICTURES = {"channel": "textures", "neuron": "neuron pictures"}


@dataclass(frozen=True)
class Figure:
    """One number and its target. A number that is only stated has no target."""

    what: str
    where: str  # a layer, or ""
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def of_rows(rows: Iterable[Row]) -> Iterator[Figure]:
    """The figures of the pictures in each layer with real weights."""
    real = {(row.layer, row.objective, row.recipe): row for row in rows if row.real}
    for (layer, objective, recipe), row in real.items():
        if recipe != "fourier":
            continue
        yield from _pictures(row)
        if objective == "channel":
            yield from _against_classic(row)
        else:
            yield from _cost(real, layer)
            yield from _fast(real, layer)


def _pictures(row: Row) -> Iterator[Figure]:
    block, whose = int(row.layer[5]), PICTURES[row.objective]
    if block < 3:
        marks = SHALLOW[row.objective]
    elif row.objective == "channel":
        marks = TEXTURES
    else:
        marks = NEURONS if block == 3 else DEEP_NEURONS
    for name, (least, most) in marks.items():
        value = getattr(row, name)
        if value is not None:
            yield Figure(f"{whose}: {WORDS[name]}", row.layer, value, least, most)


def _against_classic(row: Row) -> Iterator[Figure]:
    """These have no target: from block 4 on, the classic recipe's textures do not excite most filters."""
    if row.against_classic is not None:
        yield Figure("textures: activation over classic's", row.layer, row.against_classic)
    elif row.classic_silent is not None:
        yield Figure(f"textures: classic {against_classic(row)}", row.layer, float(row.classic_silent))
    if row.above_classic is not None:
        yield Figure("textures: above classic's", row.layer, row.above_classic)


def _cost(real: Mapping[tuple[str, str, str], Row], layer: str) -> Iterator[Figure]:
    """The cost of both pictures."""
    now, then = (sum(real[layer, o, recipe].cpu for o in PICTURES) for recipe in ("fourier", "no budget"))
    most = COST_DEEPEST if layer.startswith("block5") else COST
    yield Figure("CPU time of both pictures over no budget's", layer, now / max(then, 1e-9), most=most)


def _fast(real: Mapping[tuple[str, str, str], Row], layer: str) -> Iterator[Figure]:
    """bfloat16 compared with float32: the time of both pictures, and their activations (scored in float32)."""
    if (layer, "channel", BFLOAT16) not in real:
        return
    now, then = (sum(real[layer, o, recipe].cpu for o in PICTURES) for recipe in (BFLOAT16, "fourier"))
    most = None if layer.startswith("block1") else CLIMB_FAST
    yield Figure("CPU time of both pictures, bfloat16 over float32", layer, now / max(then, 1e-9), most=most)
    for objective, whose in PICTURES.items():
        ratio = real[layer, objective, BFLOAT16].against_float32
        if ratio is not None:
            yield Figure(f"{whose}: activation, bfloat16 over float32", layer, ratio, 1 - SAME, 1 + SAME)


def of_evidence(rows: Iterable[Row], spent: Mapping[str, Costs]) -> Iterator[Figure]:
    """The cost of evidence relative to both pictures in float32: for each layer, and for all their filters."""
    ascent: dict[str, float] = {}
    for row in rows:
        if row.recipe == "fourier" and row.layer in spent:
            ascent[row.layer] = ascent.get(row.layer, 0.0) + row.cpu
    filters = {layer.name: layer.filters for layer in LAYERS}
    for name, own in spent.items():
        both = own.measures + own.projections
        yield Figure("measures and projections over ascent", name, both / max(ascent[name], 1e-9))
    if spent:
        whole = sum(filters[name] * (own.measures + own.projections) for name, own in spent.items())
        share = whole / max(sum(filters[name] * ascent[name] for name in spent), 1e-9)
        yield Figure("the same, of all filters of these layers", "", share, most=EVIDENCE)


def of_steps(steps: Mapping[str, float], what: str = "step over a bare step") -> Iterator[Figure]:
    """The figures of single steps, by layer."""
    for layer, ratio in steps.items():
        yield Figure(what, layer, ratio, most=STEP)


def of_parts(hours: Mapping[str, float], memory: float) -> Iterator[Figure]:
    """The figures of speed and memory. `hours`: projected, by profile and for the script; `memory`: GiB."""
    yield Figure("standard's hours over the script's", "", hours["standard"] / hours[SCRIPT], most=WHOLE)
    if FAST in hours:
        yield Figure("the same in bfloat16", "", hours[FAST] / hours[SCRIPT], most=WHOLE_FAST)
    yield Figure("memory at default settings, GiB", "", memory, most=MEMORY)


def of_pass(found: Pass, photographs: int, quick: float) -> Iterator[Figure]:
    """The figures of the pass over the photographs. `quick`: hours of gradient ascent."""
    yield Figure("pass over a bare forward pass", "", found.over_batches, most=PASS)
    yield Figure("the same, with decoding", "", found.with_decoding, most=PASS_DECODING)
    cores = os.cpu_count() or 1
    minutes = 60 * quick + (found.full + found.conclusion + found.decoding) * photographs / cores / 60
    yield Figure("quick: ascent and pass, minutes", "", minutes, most=QUICK)


def line(figure: Figure) -> str:
    """One line of text."""
    said = {True: "reached", False: "SHORT", None: "stated"}[figure.reached]
    bounds = {"at least": figure.least, "at most": figure.most}
    wanted = ", ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)
    return f"{said:8} {figure.what:56} {figure.where:13} {figure.value:8.3f}  {wanted}".rstrip()

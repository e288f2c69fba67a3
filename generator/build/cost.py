"""What work costs, in multiplications, and how long that takes: for telling people how long they will wait."""

import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import assert_never

from generator.ascent.recipes import Recipe
from generator.build.tasks import (
    Conclude,
    Cut,
    Depict,
    Diversify,
    Follow,
    Measure,
    Merge,
    Part,
    Project,
    Respond,
    Task,
    Visualize,
)
from generator.corpus import SIZE
from generator.network import precision
from generator.network.geometry import Layer
from generator.responses import natural_path
from generator.responses.statistics import TOP, TOP_MEANS
from generator.store.canonical import canonical
from generator.system.files import write_atomically

LOOKS = 20  # forward passes that measure one picture
TEXTURE = 64  # pixels: about the side of one

# Multiply-adds or pieces a second, block by block, until this machine has been measured: what a whole run with
# `standard` learnt on two cores with AVX-512 (AMD EPYC), as for float32. Wide shallow maps are bound by memory, deep
# ones by arithmetic.
DEFAULT: dict[str, tuple[float, ...]] = {
    "ascent": (10e9, 45e9, 60e9, 130e9, 145e9),
    "responses": (180e9,) * 5,
    "merges": (20e3,) * 5,  # filters of parts
    "footprints": (180e9,) * 5,
    "evidence": (25, 14, 8, 3, 3),
    "photographs": (250,) * 5,
    "strips": (800, 800, 200, 80, 80),
    "projections": (0.4e9, 8e9, 60e9, 175e9, 210e9),
    "measures": (20e9, 200e9, 200e9, 175e9, 200e9),
}
IN_BFLOAT16 = {"ascent": 1.6, "projections": 1.8}  # times as fast


def forward(layers: Iterable[Layer], layer: Layer, side: int, torus: bool, own: bool) -> int:
    """Multiply-adds of one picture's way up to a layer: `own` if of that layer one filter only is computed."""
    total, inputs = 0, 3
    for below in layers:
        units = side // below.stride if torus else below.units(side)
        filters = 1 if own and below.name == layer.name else below.filters
        total += units * units * 9 * inputs * filters
        inputs = below.filters
        if below.name == layer.name:
            break
    return total


def ascent(layers: Iterable[Layer], layer: Layer, recipe: Recipe) -> int:
    """Multiply-adds of one picture's climb: each step goes up and comes back down."""
    return 2 * recipe.steps_in_all * forward(layers, layer, recipe.canvas, recipe.torus, own=True)


class Speed:
    """How fast this machine is at each sort of work: measured, remembered with the store, guessed at first."""

    def __init__(self, path: Path, bfloat16: bool = False) -> None:
        """`bfloat16`: whether pictures are computed in that precision."""
        self._path = path
        self.measured = False
        times = IN_BFLOAT16 if bfloat16 else {}
        self._rates = {
            f"{sort} {block}": rate * times.get(sort, 1.0)
            for sort, rates in DEFAULT.items()
            for block, rate in enumerate(rates, 1)
        }
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # nothing remembered, or not by us
            found = json.loads(path.read_text(encoding="utf-8"))
            self._rates |= {sort: float(found[sort]) for sort in self._rates if float(found[sort]) > 0}
            self.measured = True

    @staticmethod
    def of(store: Path, setting: str = precision.FLOAT32) -> "Speed":
        """Of the machine that works for this store. `setting`: the config's precision."""
        found = precision.expected(setting, store)
        return Speed(store / "memo" / "speed.json", found is not None and found.name == precision.BFLOAT16)

    def seconds(self, task: Task, layers: tuple[Layer, ...], photographs: int) -> float:
        """About how long a task takes."""
        sort, amount = work(task, layers, photographs)
        return amount / self._rates[sort]

    def learn(self, task: Task, layers: tuple[Layer, ...], photographs: int, seconds: float) -> None:
        """A task has taken so long: half of what is believed is the last measurement."""
        sort, amount = work(task, layers, photographs)
        self._rates[sort] = (self._rates[sort] + amount / max(seconds, 1e-3)) / 2

    def save(self) -> None:
        """Remember; it is only a guess, so a disk that will not take it does not matter."""
        with contextlib.suppress(OSError):
            write_atomically(self._path, canonical(self._rates).encode())


def work(task: Task, layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
    """The sort of a task's work, with its block, and its amount: multiply-adds, or pieces."""
    match task:
        case Respond():
            return _passed([name for name, _ in task.layers], layers, photographs)
        case Part():
            return _passed(task.layers, layers, task.last - task.first)
        case Follow():
            return _followed([name for name, *_ in task.layers], layers, photographs)
        case Depict():
            shown = (TOP + TOP_MEANS) * sum(len(filters) for *_, filters in task.albums)
            return "photographs 1", min(shown, photographs)
        case Visualize() | Diversify() | Merge() | Conclude() | Cut() | Measure() | Project():
            (layer,) = (layer for layer in layers if layer.name == task.layer)
            return _work_on_one(task, layer, layers)
        case _:
            assert_never(task)


def _passed(names: Sequence[str], layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
    """Of so many photographs' way up to the deepest of these layers."""
    deepest = max((layer for layer in layers if layer.name in names), key=lambda layer: layer.depth)
    return f"responses {deepest.block}", photographs * forward(layers, deepest, SIZE, torus=False, own=False)


def _followed(names: Sequence[str], layers: tuple[Layer, ...], photographs: int) -> tuple[str, float]:
    """Every photograph that holds a natural picture goes up to the deepest of the layers below, for all at once."""
    own = [layer for layer in layers if layer.name in names]
    deepest = natural_path.below(own[-1], layers)[-1]
    looked_at = min((TOP + TOP_MEANS) * sum(layer.filters for layer in own), photographs)
    return f"footprints {deepest.block}", looked_at * forward(layers, deepest, SIZE, torus=False, own=False)


def _work_on_one(
    task: Visualize | Diversify | Merge | Conclude | Cut | Measure | Project, layer: Layer, layers: tuple[Layer, ...]
) -> tuple[str, float]:
    match task:
        case Visualize() | Diversify():
            pictures = len(task.jobs) * (task.facets if isinstance(task, Diversify) else 1)
            sort, amount = "ascent", pictures * ascent(layers, layer, task.recipe)
        case Merge():
            sort, amount = "merges", len(task.parts) * layer.filters
        case Conclude():
            sort, amount = "evidence", 1
        case Cut():
            sort, amount = "strips", len(task.jobs)
        case Measure():
            sides = ((TEXTURE, True), (layer.field, False))
            looks = sum(forward(layers, layer, side, torus, own=True) for side, torus in sides)
            sort, amount = "measures", LOOKS * len(task.jobs) * looks
        case Project():
            way = forward(layers, layer, layer.field, torus=False, own=True)
            sort, amount = "projections", len(task.jobs) * 9 * 4 * way
        case _:
            assert_never(task)
    return f"{sort} {layer.block}", amount

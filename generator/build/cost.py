"""What work costs, in multiplications, and how long that takes: for telling people how long they will wait."""

import contextlib
import json
from pathlib import Path

from generator.build.tasks import Task
from generator.network import precision
from generator.network.geometry import Layer
from generator.store.canonical import canonical
from generator.system.files import write_atomically

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
        sort, amount = task.work(layers, photographs)
        return amount / self._rates[sort]

    def learn(self, task: Task, layers: tuple[Layer, ...], photographs: int, seconds: float) -> None:
        """A task has taken so long: half of what is believed is the last measurement."""
        sort, amount = task.work(layers, photographs)
        self._rates[sort] = (self._rates[sort] + amount / max(seconds, 1e-3)) / 2

    def save(self) -> None:
        """Remember; it is only a guess, so a disk that will not take it does not matter."""
        with contextlib.suppress(OSError):
            write_atomically(self._path, canonical(self._rates).encode())

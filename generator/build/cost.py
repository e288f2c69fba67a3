"""Estimates the duration of tasks from their cost in multiply-adds or pieces, to tell users how long to wait."""

import contextlib
import json
from pathlib import Path

from generator.build.tasks import Task
from generator.network import precision
from generator.network.geometry import Layer
from generator.store.canonical import canonical
from generator.system.files import write_atomically

# Multiply-adds or pieces per second for each of VGG16's blocks (other layers: `Layer.scale`), used until this machine
# has been measured. They were measured in a whole `standard` run on two cores with AVX-512 (AMD EPYC), in float32.
# Large maps of early layers are limited by memory, those of deep layers by arithmetic.
DEFAULT: dict[str, tuple[float, ...]] = {
    "ascent": (10e9, 45e9, 60e9, 130e9, 145e9),
    "responses": (180e9,) * 5,
    "merges": (20e3,) * 5,  # filters times parts
    "footprints": (180e9,) * 5,
    "evidence": (25, 14, 8, 3, 3),
    "photographs": (250,) * 5,
    "strips": (800, 800, 200, 80, 80),
    "projections": (0.4e9, 8e9, 60e9, 175e9, 210e9),
    "measures": (20e9, 200e9, 200e9, 175e9, 200e9),
}
IN_BFLOAT16 = {"ascent": 1.6, "projections": 1.8}  # times as fast


class Speed:
    """The speed of this machine at each sort of work: guessed at first, then measured and saved in the store."""

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
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # no file, or a foreign one
            found = json.loads(path.read_text(encoding="utf-8"))
            self._rates |= {sort: float(found[sort]) for sort in self._rates if float(found[sort]) > 0}
            self.measured = True

    @staticmethod
    def of(store: Path, setting: str = precision.FLOAT32) -> "Speed":
        """The speed saved in a store. `setting`: the config's precision."""
        found = precision.expected(setting, store)
        return Speed(store / "memo" / "speed.json", found is not None and found.name == precision.BFLOAT16)

    def seconds(self, task: Task, layers: tuple[Layer, ...], photographs: int) -> float:
        """The estimated duration of a task."""
        sort, amount = task.work(layers, photographs)
        return amount / self._rates[sort]

    def learn(self, task: Task, layers: tuple[Layer, ...], photographs: int, seconds: float) -> None:
        """Update the estimate: half of it is the last measurement. `seconds`: the time that a task took."""
        sort, amount = task.work(layers, photographs)
        self._rates[sort] = (self._rates[sort] + amount / max(seconds, 1e-3)) / 2

    def save(self) -> None:
        """Save the speeds. Errors are ignored, because they are only estimates."""
        with contextlib.suppress(OSError):
            write_atomically(self._path, canonical(self._rates).encode())

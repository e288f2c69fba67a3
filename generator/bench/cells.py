"""Cells: the pictures of one recipe for some filters of a layer, with measures. They are saved, so runs can continue.

A cell's file is named by a hash of everything that decides it. Its seconds are those of the run that made it. To time
all cells in one run, remove the folder.
"""

import io
import json
import os
import platform
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.bench.natural import Natural
from generator.measures import measures
from generator.measures.measures import NaturalStatistics
from generator.network.forward import Network
from generator.store import canonical, versions
from generator.system.files import write_atomically

FOLDER = "cells"

Pictures = list[NDArray[np.uint8]]


@dataclass(frozen=True)
class Made:
    """Pictures of one size, and the time per picture."""

    pictures: Pictures
    cpu: float  # seconds per picture, of all cores together
    wall: float  # seconds per picture
    steps: int


@dataclass(frozen=True)
class Cell:
    """The pictures of some filters by one recipe."""

    filters: tuple[int, ...]
    pictures: Pictures
    cpu: float  # seconds per filter; 0 for photographs
    wall: float
    steps: int
    numbers: tuple[dict[str, float], ...]  # of each filter, see `measured`

    def values(self, name: str) -> NDArray[np.float64]:
        """The number of this name, for each filter that has it."""
        return np.array([numbers[name] for numbers in self.numbers if name in numbers])

    def to_npz(self) -> bytes:
        """The bytes of a file."""
        facts = {"filters": self.filters, "cpu": self.cpu, "wall": self.wall, "steps": self.steps}
        file = io.BytesIO()
        text = np.array(json.dumps(facts | {"numbers": self.numbers}))
        np.savez_compressed(file, pictures=np.stack(self.pictures) if self.pictures else np.zeros(0), facts=text)
        return file.getvalue()

    @classmethod
    def from_npz(cls, payload: bytes) -> "Cell":
        """Read the bytes of `to_npz`. Raises ValueError if they are damaged."""
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
                facts, pictures = json.loads(str(arrays["facts"])), list(arrays["pictures"])
            numbers = tuple(facts["numbers"])
            return cls(tuple(facts["filters"]), pictures, facts["cpu"], facts["wall"], facts["steps"], numbers)
        except (OSError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"not a cell of the benchmark: {error}") from error


@dataclass(frozen=True)
class Cells:
    """The folder of the cells."""

    folder: Path

    def get(self, inputs: dict[str, Any], make: Callable[[], Cell]) -> Cell:
        """The cell for these inputs: read, or made and written. A damaged file is made again."""
        where = self.folder / FOLDER / f"{name(inputs)}.npz"
        try:
            return Cell.from_npz(where.read_bytes())
        except (FileNotFoundError, ValueError):
            cell = make()
            write_atomically(where, cell.to_npz())
            return cell


def name(inputs: dict[str, Any]) -> str:
    """The hash of a cell's inputs, of the versions of the code, and of the machine."""
    now = versions.CURRENT
    counts = {"versions": [now.cells, now.measures, now.visualization, now.responses]}
    return canonical.key(inputs | counts | {"machine": [platform.machine(), os.cpu_count()]})


def measured(
    network: Network,
    layer: str,
    objective: str,
    torus: bool,
    filters: Sequence[int],
    made: Made,
    statistics: NaturalStatistics | None,
    natural: Natural | None,
) -> Cell:
    """A cell of pictures, with the pages' measures, the contrast of the loudest band and the natural path.

    Without `statistics` of photographs, it has neither rank nor ratio; without `natural`, no path.
    """
    nothing = np.zeros(len(network.weights.bias(layer)))
    against = statistics or NaturalStatistics(nothing, nothing, nothing + 1)
    numbers = measures.measure(network, layer, objective, filters, made.pictures, against, torus)
    paths = natural.paths(filters, made.pictures, torus) if natural else [{}] * len(filters)
    found = [
        {name: value for name, value in own.numbers.items() if name != "rank" or statistics is not None} | path
        for own, path in zip(numbers, paths, strict=True)
    ]
    return Cell(tuple(filters), made.pictures, made.cpu, made.wall, made.steps, tuple(found))

"""What one recipe made for some filters of a layer, with its measures: kept on the disk, so that a run can go on.

A cell's file is named by a hash of all that decides it. Its seconds are those of the run that made it: to have all of
them from one run, remove the folder.
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
    """Pictures, all of one size, and what each took."""

    pictures: Pictures
    cpu: float  # seconds a picture, all cores together
    wall: float  # seconds a picture
    steps: int


@dataclass(frozen=True)
class Cell:
    """The pictures of some filters by one recipe."""

    filters: tuple[int, ...]
    pictures: Pictures
    cpu: float  # seconds a filter; 0 for what was not made but found
    wall: float
    steps: int
    numbers: tuple[dict[str, float], ...]  # a filter's, as `measured` gives them

    def values(self, name: str) -> NDArray[np.float64]:
        """One number of each filter that has it."""
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
        """The cell from such bytes. Raises ValueError if they are none."""
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
        """The cell that these inputs decide: read, or made and written. A damaged file is made anew."""
        where = self.folder / FOLDER / f"{name(inputs)}.npz"
        try:
            return Cell.from_npz(where.read_bytes())
        except (FileNotFoundError, ValueError):
            cell = make()
            write_atomically(where, cell.to_npz())
            return cell


def name(inputs: dict[str, Any]) -> str:
    """The hash of a cell's inputs, and of what decides every cell: the versions of the code, and the machine."""
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
    """A cell of what was made: the measures of the pages, the contrast of the loudest band and the natural path.

    Without `statistics` of photographs there is no rank and no ratio, without `natural` no path.
    """
    nothing = np.zeros(len(network.weights.bias(layer)))
    against = statistics or NaturalStatistics(nothing, nothing, nothing + 1)
    numbers = measures.measure(network, layer, objective, filters, made.pictures, against, torus)
    ways = natural.ways(filters, made.pictures, torus) if natural else [{}] * len(filters)
    found = [
        {name: value for name, value in own.numbers.items() if name != "rank" or statistics is not None} | way
        for own, way in zip(numbers, ways, strict=True)
    ]
    return Cell(tuple(filters), made.pictures, made.cpu, made.wall, made.steps, tuple(found))

"""What a pass over the photographs writes down about each photograph, until it is concluded to `Maxima`.

    checkpoints/PASS/maxima VERSION/FIRST-LAST.npz    of a shard of photographs: arrays for each layer

Means and deviations are known only at the end of the pass. So the highest activations of each shard wait on the disk:
25 KB a photograph for VGG16, of at most LISTED photographs, and two sums a filter for each further shard. A file
depends on its photographs alone, so an interrupted or a shared pass writes the same bytes.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from generator.arrays import Array
from generator.responses import maxima
from generator.responses.accumulators import Peaks
from generator.responses.maxima import Maxima
from generator.store import versions
from generator.system.files import write_atomically


class MaximaLog:
    """The files of one pass."""

    def __init__(self, checkpoints: Path, name: str) -> None:
        self._folder = checkpoints / name / f"maxima {versions.CURRENT.maxima}"

    def put(self, first: int, peaks: Mapping[str, Peaks]) -> None:
        """Write down a shard of photographs, `first` and those after it. `peaks`: by layer name."""
        arrays: dict[str, Array] = {}
        number = 0
        for layer, found in peaks.items():
            number = len(found.value)
            listed = slice(0, max(0, min(number, maxima.LISTED - first)))
            value = found.value.astype(np.float64)
            arrays[f"{layer} sums"] = np.stack([value.sum(axis=0), (value**2).sum(axis=0)])
            arrays[f"{layer} value"] = found.value[listed]
            arrays[f"{layer} row"] = maxima.narrow(found.row[listed])
            arrays[f"{layer} column"] = maxima.narrow(found.column[listed])
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays)
        write_atomically(self._folder / f"{first}-{first + number}.npz", file.getvalue())

    def holds(self, first: int, last: int) -> bool:
        """Whether photographs `first` to `last` - 1 are written down."""
        ends = self._ends()
        while first < last and first in ends:
            first = ends[first]
        return first >= last

    def conclude(self, layer: str, photographs: int, corpus: str) -> Maxima:
        """The maxima of a layer. `photographs`: of the corpus; `corpus`: its digest.

        Raises FileNotFoundError if a shard is missing or damaged; a damaged one is removed.
        """
        shards = list(self._read(layer, photographs))
        sums = np.sum([shard[0] for shard in shards], axis=0)  # one after the other, so their order decides the bits
        value, row, column = (np.concatenate([shard[place] for shard in shards]) for place in (1, 2, 3))
        return maxima.conclude(corpus, photographs, (sums[0], sums[1]), value, row, column)

    def _read(self, layer: str, photographs: int) -> Iterator[list[Array]]:
        """Sums, values, rows and columns of the shards in the corpus' order."""
        ends, first = self._ends(), 0
        while first < photographs:
            if first not in ends:
                raise FileNotFoundError(self._folder / f"{first}-")
            path = self._folder / f"{first}-{ends[first]}.npz"
            try:
                with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                    yield [arrays[f"{layer} {name}"] for name in ("sums", "value", "row", "column")]
            except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
                path.unlink(missing_ok=True)
                raise FileNotFoundError(path) from None
            first = ends[first]

    def _ends(self) -> dict[int, int]:
        """The photograph after the last of each shard, by its first one."""
        names = (path.stem.split("-") for path in self._folder.glob("*-*.npz"))
        return {int(first): int(last) for first, last in names if int(first) < int(last)}

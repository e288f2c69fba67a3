"""A pass over the photographs that several processes share: files for its parts in the store's folder, and merging.

    checkpoints/PASS/LAYER/FIRST-LAST.npz    the accumulator of photographs FIRST to LAST - 1
    checkpoints/PASS/LAYER/0-LAST.npz        of all before LAST: parts that have been merged, and then removed

All operations may be repeated, also at the same time: the same files get the same bytes, and parts that another
process has merged already are skipped.
"""

from collections.abc import Sequence
from pathlib import Path

from generator.network.geometry import Layer
from generator.responses import accumulators
from generator.responses.accumulators import Accumulator
from generator.store import canonical
from generator.system.files import write_atomically


def folder(layers: Sequence[Sequence[object]]) -> str:
    """The name of a pass, from the layer and the key of each artifact that it makes; what follows them is not read."""
    return canonical.key({"layers": [layer[:2] for layer in layers]})


class ShardFolder:
    """The saved accumulators of one layer in one pass."""

    def __init__(self, checkpoints: Path, name: str, layer: Layer) -> None:
        self._folder = checkpoints / name / layer.name
        self._layer = layer

    def holds(self, first: int, last: int) -> bool:
        """Whether these photographs are done."""
        return self._path(first, last).exists() or last <= self.merged()

    def put(self, first: int, last: int, found: Accumulator) -> None:
        """Save the accumulator of a part."""
        write_atomically(self._path(first, last), accumulators.save({self._layer.name: found}))

    def merged(self) -> int:
        """How many photographs, from the first on, are merged."""
        ends = [int(path.stem.partition("-")[2]) for path in self._folder.glob("0-*.npz")]
        return max(ends, default=0)

    def merge(self, parts: Sequence[tuple[int, int]]) -> Accumulator:
        """The accumulator of everything up to the last of these parts. Raises FileNotFoundError if one is missing."""
        first = parts[0][0]
        whole = accumulators.empty(self._layer.filters)
        for start, stop in [(0, first), *parts] if first else parts:
            whole.merge(self._read(start, stop))
        return whole

    def clear(self, parts: Sequence[tuple[int, int]]) -> None:
        """Remove the files of merged parts."""
        for first, last in [(0, parts[0][0]), *parts]:
            self._path(first, last).unlink(missing_ok=True)

    def _read(self, first: int, last: int) -> Accumulator:
        payload = self._path(first, last).read_bytes()
        found = accumulators.load(payload, {self._layer.name: self._layer.filters})
        if found is None:
            self._path(first, last).unlink(missing_ok=True)
            raise FileNotFoundError
        return found[self._layer.name]

    def _path(self, first: int, last: int) -> Path:
        return self._folder / f"{first}-{last}.npz"

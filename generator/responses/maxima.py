"""The highest activation of every filter of a layer in every photograph, and where: one artifact a layer.

From it, a page tells which filters a photograph excites most. Activations of different filters have different scales,
so they are counted in deviations: how many standard deviations a photograph's highest activation lies above the
filter's mean over all photographs.
"""

import dataclasses
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.arrays import Array

LISTED = 10_000  # photographs, the first of the corpus: its order is that of their digests, so they are a fair sample
STEPS = 65535  # between 0 and a filter's highest activation: 0.0008 % of it, in two bytes
EVEN = 1e-10  # variance / mean square up to which a filter counts as constant: float32 leaves about 1e-14


@dataclass(frozen=True)
class Maxima:
    """The highest activations, after the ReLU, of the filters of one layer in the first LISTED photographs."""

    corpus: Array  # () text: the digest of the corpus
    photographs: Array  # () int64: how many were scanned, which may be more than are listed
    mean: Array  # (filters,) float64: of the highest activations in all photographs that were scanned
    deviation: Array  # (filters,) float64: their standard deviation; 0 for a filter that is constant
    scale: Array  # (filters,) float32: the highest in a listed photograph
    level: Array  # (listed, filters) uint16: activation / scale * STEPS
    row: Array  # (listed, filters) uint8 or uint16: of the unit in its layer's map
    column: Array  # (listed, filters) uint8 or uint16

    def strongest(self, filters: Sequence[int], number: int) -> tuple[Array, Array, Array, Array]:
        """Of some filters those that each photograph excites most, by deviations, best first.

        Returns filter, deviations, row and column: (listed, at most `number`) each. Filters that a photograph does not
        excite more than the mean photograph does are -1, with 0 deviations; they come last.
        """
        own = np.asarray(filters, np.int64)
        deviations = self.deviations(own)  # (listed, own)
        most = min(number, len(own))
        part = np.argpartition(-deviations, most - 1, axis=1)[:, :most] if most else np.zeros((len(self.level), 0), int)
        part.sort(axis=1)  # of equal ones, the first filter comes first
        best = np.take_along_axis(deviations, part, axis=1)
        order = np.argsort(-best, axis=1, kind="stable")
        part, best = np.take_along_axis(part, order, axis=1), np.take_along_axis(best, order, axis=1)
        which = own[part]
        row, column = (np.take_along_axis(places, which, axis=1).astype(np.int64) for places in (self.row, self.column))
        return np.where(best > 0, which, -1), np.maximum(best, 0), row, column

    def deviations(self, filters: Array) -> Array:
        """Standard deviations above the mean: (listed, filters) float32. -inf for a filter that is constant."""
        value = self.level[:, filters] * (self.scale[filters] / np.float32(STEPS))
        spread = self.deviation[filters]
        centred = value - self.mean[filters].astype(np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.where(spread > 0, centred / spread.astype(np.float32), np.float32(-np.inf))
        return found

    def to_npz(self) -> bytes:
        """The bytes of an NPZ file; equal numbers always give equal bytes."""
        file = io.BytesIO()
        np.savez_compressed(file, **vars(self))
        return file.getvalue()

    @classmethod
    def from_npz(cls, payload: bytes) -> "Maxima":
        """Read the bytes of `to_npz`. Raises ValueError if they are damaged or of another version."""
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
                return cls(**{f.name: arrays[f.name] for f in dataclasses.fields(cls)})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"not the maxima of a layer: {error}") from error


def conclude(
    corpus: str, photographs: int, sums: tuple[Array, Array], value: Array, row: Array, column: Array
) -> Maxima:
    """The maxima of a layer.

    `sums`: of all photographs' highest activations, and of their squares, (filters,) float64 each; `value`, `row` and
    `column`: of the listed photographs, (listed, filters).
    """
    mean, square = (each / max(photographs, 1) for each in sums)
    variance = square - mean**2
    scale = value.max(axis=0, initial=0).astype(np.float32)
    level = np.rint(np.divide(value, scale, out=np.zeros_like(value), where=scale > 0) * STEPS).astype(np.uint16)
    return Maxima(
        corpus=np.array(corpus),
        photographs=np.int64(photographs) + np.zeros((), np.int64),
        mean=mean,
        deviation=np.sqrt(np.where(variance > EVEN * square, variance, 0)),
        scale=scale,
        level=level,
        row=narrow(row),
        column=narrow(column),
    )


def narrow(places: Array) -> Array:
    """The same numbers in as few bytes as the largest needs."""
    return places.astype(np.min_scalar_type(int(places.max(initial=0))))

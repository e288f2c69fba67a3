"""Running statistics of one pass over the photographs for one layer. Memory does not grow with the corpus.

Photographs are added in shards of fixed content and order to the accumulator of their part of the corpus. The parts are
merged in the corpus' order. So the sums are the same numbers for any batch size, any interruptions and any number of
processes.
"""

import dataclasses
import io
import zipfile
from dataclasses import dataclass

import numpy as np

from generator.arrays import Array

PART = 512  # photographs of a part, about a minute for VGG16; like the shard's size, it decides the last bits
CANDIDATES = 128  # photographs kept per filter: enough for 100 after near-duplicates are removed
MEAN_CANDIDATES = 16  # the same for the highest channel means; four of them are shown
OCTAVE_BINS = 16  # bins of the histogram per doubling of the activation
FIRST_OCTAVE, OCTAVES = -14, 32  # from 2**-14 (and all below, if positive) to 2**18 (and all above)
BINS = OCTAVE_BINS * OCTAVES


@dataclass(frozen=True)
class Peaks:
    """Responses of the filters of a layer to some photographs. The first axis is the photographs, ascending.

    All values are after the ReLU. `value`: the largest activation of a unit; `row`, `column`: of that unit (of equal
    ones, the topmost, then the leftmost); `mean`: over the map; `sample`: some units, spread evenly over the map.
    """

    value: Array  # (photographs, filters) float32
    row: Array  # (photographs, filters)
    column: Array  # (photographs, filters)
    mean: Array  # (photographs, filters) float32
    sample: Array  # (photographs, units, filters) float32


@dataclass
class Accumulator:
    """The running statistics of one layer. The first axis is the filters; unused places hold photograph -1.

    A photograph that does not excite a filter takes no place, because it has nothing to show.
    """

    value: Array  # (filters, candidates) float32, descending
    photo: Array  # (filters, candidates) int32, index in the corpus
    row: Array  # (filters, candidates) uint16
    column: Array  # (filters, candidates) uint16
    mean_value: Array  # (filters, mean candidates) float32, descending
    mean_photo: Array  # (filters, mean candidates) int32
    counts: Array  # (filters, bins) uint32: histogram of the photographs' largest activations, if positive
    example_photo: Array  # (filters, bins) int32: one photograph for each bin
    example_row: Array  # (filters, bins) uint16
    example_column: Array  # (filters, bins) uint16
    example_value: Array  # (filters, bins) float32
    mean_sum: Array  # (filters,) float64: of the photographs' channel means
    sample_sum: Array  # (filters,) float64
    products: Array  # (filters, filters) float64: sums of products of sampled units
    seen: Array  # (2,) int64: photographs, sampled units

    def add(self, first: int, peaks: Peaks) -> None:
        """Add the shard of photographs `first`, `first` + 1, ...; shards must come in the corpus' order."""
        number, filters = peaks.value.shape
        photo = np.arange(first, first + number, dtype=np.int32)
        excited = peaks.value.T > 0  # (filters, photographs)
        photo = np.where(excited, photo, np.int32(-1))
        value, mean = (np.where(excited, a.T, np.float32(-np.inf)) for a in (peaks.value, peaks.mean))
        _rank([self.value, self.photo, self.row, self.column], [value, photo, peaks.row.T, peaks.column.T])
        _rank([self.mean_value, self.mean_photo], [mean, photo])
        self._spread(first, peaks)
        self.mean_sum += peaks.mean.sum(axis=0, dtype=np.float64)
        sample = peaks.sample.reshape(-1, filters)
        self.sample_sum += sample.sum(axis=0, dtype=np.float64)
        self.products += sample.T @ sample
        self.seen += (number, len(sample))

    def merge(self, later: "Accumulator") -> None:
        """Add the accumulator of later photographs of the corpus."""
        _rank([self.value, self.photo, self.row, self.column], [later.value, later.photo, later.row, later.column])
        _rank([self.mean_value, self.mean_photo], [later.mean_value, later.mean_photo])
        which = np.arange(len(self.counts))[:, None]
        first = _hash(later.example_photo, which) < _hash(self.example_photo, which)
        better = (later.example_photo >= 0) & (first | (self.example_photo < 0))
        for name in ("photo", "row", "column", "value"):
            np.copyto(vars(self)[f"example_{name}"], vars(later)[f"example_{name}"], where=better)
        for name in ("counts", "mean_sum", "sample_sum", "products", "seen"):
            vars(self)[name] += vars(later)[name]

    def _spread(self, first: int, peaks: Peaks) -> None:
        """Count the positive maxima by bin, and keep one example per bin.

        A hash of photograph and filter selects the example of a bin, so that neighbouring filters do not all show the
        same few photographs.
        """
        index, which = np.nonzero(peaks.value > 0)
        value = peaks.value[index, which]
        flat = which * BINS + bin_of(value)
        self.counts += np.bincount(flat, minlength=self.counts.size).reshape(self.counts.shape).astype(np.uint32)
        photo = (first + index).astype(np.int32)
        priority = _hash(photo, which)
        held = self.example_photo.ravel()[flat]
        better = np.flatnonzero((held < 0) | (priority < _hash(held, which)))
        better = better[
            np.lexsort((photo[better], priority[better]))[::-1]
        ]  # of several for one bin, the last one is kept
        for array, source in (
            (self.example_photo, photo),
            (self.example_row, peaks.row[index, which]),
            (self.example_column, peaks.column[index, which]),
            (self.example_value, value),
        ):
            array.reshape(-1)[flat[better]] = source[better]


def parts(photographs: int) -> list[range]:
    """The parts of a corpus of this many photographs, in order."""
    return [range(first, min(first + PART, photographs)) for first in range(0, photographs, PART)]


def empty(filters: int) -> Accumulator:
    """An accumulator of no photographs."""
    none = {"photo": np.int32(-1), "row": np.uint16(0), "column": np.uint16(0), "value": np.float32(-np.inf)}
    fresh = {name: np.full((filters, CANDIDATES), fill) for name, fill in none.items()}
    fresh |= {f"example_{name}": np.full((filters, BINS), fill) for name, fill in none.items()}
    fresh |= {f"mean_{name}": np.full((filters, MEAN_CANDIDATES), none[name]) for name in ("photo", "value")}
    return Accumulator(
        **fresh,
        counts=np.zeros((filters, BINS), np.uint32),
        mean_sum=np.zeros(filters),
        sample_sum=np.zeros(filters),
        products=np.zeros((filters, filters)),
        seen=np.zeros(2, np.int64),
    )


def bin_of(value: Array) -> Array:
    """The histogram's bin of positive activations."""
    bins: Array = np.floor((np.log2(value, dtype=np.float64) - FIRST_OCTAVE) * OCTAVE_BINS).astype(np.int64)
    return bins.clip(0, BINS - 1)


def bin_centres() -> Array:
    """The geometric middle of each bin, within 2 ** (1 / 32) - 1 = 2.2 % of all its activations. (bins,) float64."""
    centres: Array = np.exp2(FIRST_OCTAVE + (np.arange(BINS) + 0.5) / OCTAVE_BINS)
    return centres


def save(accumulators: dict[str, Accumulator]) -> bytes:
    """Accumulators by layer as the bytes of an NPZ file. It is not compressed, because it is read at most once."""
    file = io.BytesIO()
    np.savez(
        file,
        **{
            f"{layer}.{name}": array
            for layer, accumulator in accumulators.items()
            for name, array in vars(accumulator).items()
        },
    )
    return file.getvalue()


def load(payload: bytes, filters: dict[str, int]) -> dict[str, Accumulator] | None:
    """Accumulators from their bytes; None unless they are whole and have these layers and numbers of filters."""
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            accumulators = {
                layer: Accumulator(**{f.name: arrays[f"{layer}.{f.name}"] for f in dataclasses.fields(Accumulator)})
                for layer in filters
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    for layer, accumulator in accumulators.items():
        want = vars(empty(filters[layer]))
        if any(a.shape != want[name].shape or a.dtype != want[name].dtype for name, a in vars(accumulator).items()):
            return None
    return accumulators


def _rank(held: list[Array], new: list[Array]) -> None:
    """Merge new columns into ranked ones, in place, sorted by the first array of each list, descending.

    The sort is stable and old photographs come before new ones, so of equal values the earlier photograph stays first.
    """
    width = held[0].shape[1]
    order = np.argsort(-np.concatenate([held[0], new[0]], axis=1), axis=1, kind="stable")[:, :width]
    for old, fresh in zip(held, new, strict=True):
        old[:] = np.take_along_axis(np.concatenate([old, fresh.astype(old.dtype)], axis=1), order, axis=1)


def _hash(photo: Array, which: Array) -> Array:
    """32 well-mixed bits for each pair of a photograph and a filter (Knuth's multiplicative hash, folded twice)."""
    mixed: Array = (photo.astype(np.uint32) * np.uint32(2654435761)) ^ (which.astype(np.uint32) * np.uint32(2246822519))
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(2246822519)
    mixed ^= mixed >> np.uint32(13)
    return mixed

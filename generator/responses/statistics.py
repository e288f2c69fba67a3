"""The responses of the filters of one layer to the photographs: the result of a pass, as arrays for a file."""

import dataclasses
import io
import zipfile
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Array
from generator.responses.accumulators import BINS, Accumulator, bin_centres

TOP = 9  # patches per filter
TOP_MEANS = 4
LEADERS = 100  # photographs whose labels are counted
LEVELS = (0.10, 0.50, 0.90, 0.99)  # quantiles for which an example is shown
NEIGHBOURS = 6
EVEN = 1e-5  # variance / mean square below which a filter counts as constant: float32 leaves about a tenth of that
ALIKE = 0.97  # correlation of coarse pictures from which two photographs are near-duplicates (margins: see tests)


@dataclass(frozen=True)
class Responses:
    """The responses of all filters of one layer. The first axis is the filters; photographs are given by their index.

    All activations are after the ReLU; that of a photograph is the largest of its units. Places are filled with
    photograph -1 and an activation of 0 if no further photograph excites the filter, or only near-duplicates do.
    """

    corpus: Array  # () text: the digest of the corpus
    photographs: Array  # () int64: how many were scanned
    photo: Array  # (filters, 9) int32: the photographs with the highest activations, descending
    row: Array  # (filters, 9) uint16: of the unit in its layer's map
    column: Array  # (filters, 9) uint16
    value: Array  # (filters, 9) float32
    mean_photo: Array  # (filters, 4) int32: the photographs with the highest channel mean
    mean_value: Array  # (filters, 4) float32: mean over the map
    leaders: Array  # (filters, 100) int32: the photographs with the highest activations, without near-duplicates
    maximum: Array  # (filters,) float32: the highest activation of all
    mean: Array  # (filters,) float32: of all units of all photographs
    deviation: Array  # (filters,) float32: of units, from a sample of 36, spread evenly over each photograph
    active: Array  # (filters,) int64: photographs with a positive activation
    counts: Array  # (filters, bins) uint32: histogram of positive activations; see accumulators.bin_centres
    example_photo: Array  # (filters, 4) int32: near the 10th, 50th, 90th and 99th percentile of positive activations
    example_row: Array  # (filters, 4) uint16
    example_column: Array  # (filters, 4) uint16
    example_value: Array  # (filters, 4) float32
    neighbour: Array  # (filters, 6) int32: the filters of the layer whose units correlate most with this one's
    correlation: Array  # (filters, 6) float32: Pearson's, over the same 36 units of each photograph

    def quantiles(self, levels: tuple[float, ...] = LEVELS) -> Array:
        """Quantiles of the positive activations, within 2.2 % (half a bin); 0 for a filter without any.

        Returns (filters, levels) float64.
        """
        return np.where(self.active[:, None] > 0, bin_centres()[_bins_at(self.counts, levels)], 0.0)

    def places(self, kind: Literal["top", "spectrum"]) -> tuple[Array, Array, Array, Array]:
        """Photograph, row, column and activation of the top patches or the spectrum's examples: (filters, n) each."""
        if kind == "top":
            return self.photo, self.row, self.column, self.value
        return self.example_photo, self.example_row, self.example_column, self.example_value

    def to_npz(self) -> bytes:
        """The bytes of an NPZ file; equal numbers always give equal bytes."""
        file = io.BytesIO()
        np.savez_compressed(file, **vars(self))
        return file.getvalue()

    @classmethod
    def from_npz(cls, payload: bytes) -> "Responses":
        """Read the bytes of `to_npz`. Raises ValueError if they are damaged or of another version."""
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
                return cls(**{f.name: arrays[f.name] for f in dataclasses.fields(cls)})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"not the responses of a layer: {error}") from error


def conclude(accumulator: Accumulator, corpus: str, signatures: NDArray[np.uint8]) -> Responses:
    """The responses of a layer, from the accumulator of a whole corpus, its digest and its photographs' signatures."""
    distinct = _distinct(accumulator.photo, signatures)
    top, leaders = distinct[:, :TOP], distinct[:, :LEADERS]
    means = _distinct(accumulator.mean_photo, signatures)[:, :TOP_MEANS]
    seen, sampled = max(int(accumulator.seen[0]), 1), max(int(accumulator.seen[1]), 1)
    bins = _bins_at(accumulator.counts, LEVELS)
    examples = np.where(accumulator.counts.any(axis=1, keepdims=True), bins, -1)
    sampled_mean = accumulator.sample_sum / sampled
    covariance = accumulator.products / sampled - np.outer(sampled_mean, sampled_mean)
    _flatten(covariance, np.diagonal(accumulator.products) / sampled)
    neighbour, correlation = _neighbours(covariance)
    return Responses(
        corpus=np.array(corpus),
        photographs=accumulator.seen[0],
        photo=_at(accumulator.photo, top, -1),
        row=_at(accumulator.row, top, 0),
        column=_at(accumulator.column, top, 0),
        value=_at(accumulator.value, top, 0),
        mean_photo=_at(accumulator.mean_photo, means, -1),
        mean_value=_at(accumulator.mean_value, means, 0),
        leaders=_at(accumulator.photo, leaders, -1),
        maximum=np.maximum(accumulator.value[:, 0], 0),
        mean=(accumulator.mean_sum / seen).astype(np.float32),
        deviation=np.sqrt(np.diagonal(covariance)).astype(np.float32),
        active=accumulator.counts.sum(axis=1, dtype=np.int64),
        counts=accumulator.counts,
        example_photo=_at(accumulator.example_photo, examples, -1),
        example_row=_at(accumulator.example_row, examples, 0),
        example_column=_at(accumulator.example_column, examples, 0),
        example_value=_at(accumulator.example_value, examples, 0),
        neighbour=neighbour,
        correlation=correlation,
    )


def _distinct(photo: Array, signatures: NDArray[np.uint8]) -> Array:
    """Ranks of the photographs that are not near-duplicates of higher ones, then -1. Same shape as `photo`."""
    result = np.full(photo.shape, -1)
    for ranks, ranked in zip(result, photo, strict=True):
        taken = ranked[ranked >= 0]
        coarse = signatures[taken].astype(np.float32)
        coarse -= coarse.mean(axis=1, keepdims=True)
        coarse /= np.maximum(np.linalg.norm(coarse, axis=1, keepdims=True), 1e-9)
        alike = coarse @ coarse.T >= ALIKE  # (ranks, ranks)
        kept = np.ones(len(taken), bool)
        for rank in np.flatnonzero(np.tril(alike, -1).any(axis=1)):  # only those similar to a higher one
            kept[rank] = not (alike[rank, :rank] & kept[:rank]).any()
        ranks[: kept.sum()] = np.flatnonzero(kept)
    return result


def _at(array: Array, places: Array, missing: float) -> Array:
    """`array[filter, places[filter]]`, or `missing` where the place is negative."""
    found = np.take_along_axis(array, np.maximum(places, 0), axis=1)
    return np.where(places >= 0, found, np.asarray(missing, array.dtype))


def _bins_at(counts: Array, levels: tuple[float, ...]) -> Array:
    """The bins of these quantiles of the counted photographs: (filters, levels)."""
    total = np.cumsum(counts, axis=1, dtype=np.int64)  # (filters, bins)
    rank = np.ceil(np.array(levels) * total[:, -1:]).clip(1)  # (filters, levels): the least rank that covers the share
    below: Array = (total[:, :, None] < rank[:, None, :]).sum(axis=1)
    return below.clip(max=BINS - 1)


def _flatten(covariance: Array, squares: Array) -> None:
    """Set to 0, in place, the covariances of constant filters, which are only rounding errors of float32.

    `squares`: the filters' mean squares. Photographs of one uniform colour make filters constant. Without this step,
    any two of them would correlate by chance, even by more than 1.
    """
    even = np.diagonal(covariance) <= EVEN * squares
    covariance[even] = 0
    covariance[:, even] = 0


def _neighbours(covariance: Array) -> tuple[Array, Array]:
    """The filters that correlate most with each filter, and the correlations: (filters, 6) each; -1 and 0 if none."""
    deviation = np.sqrt(np.diagonal(covariance))
    scale = np.outer(deviation, deviation)
    correlation = np.divide(covariance, scale, out=np.full_like(covariance, -np.inf), where=scale > 0)
    np.minimum(correlation, 1, out=correlation)  # rounding may exceed 1
    np.fill_diagonal(correlation, -np.inf)
    order = np.argsort(-correlation, axis=1, kind="stable")[:, :NEIGHBOURS]
    best = np.take_along_axis(correlation, order, axis=1)
    pad = ((0, 0), (0, NEIGHBOURS - order.shape[1]))
    found = np.pad(np.isfinite(best), pad)
    neighbour = np.where(found, np.pad(order, pad), -1).astype(np.int32)
    return neighbour, np.where(found, np.pad(best, pad), 0).astype(np.float32)

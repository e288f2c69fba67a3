"""Footprints: the activations of a layer's natural pictures in the layers below. The result of the second pass.

The first pass selects the natural pictures: for the objective neuron, the fields of the top patches; for the objective
channel, the whole photographs with the highest mean. See `natural_path` for their use.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.arrays import Array
from generator.ascent.recipes import OBJECTIVES
from generator.responses import natural_path


@dataclass(frozen=True)
class NaturalPaths:
    """The paths of the natural pictures of all filters of a layer through the layers below, for one objective."""

    pictures: Array  # (filters,) int32: natural pictures per filter; without any, the values below are 0
    means: tuple[Array, ...]  # per layer below: (filters, its filters) float32: mean activation over all pictures
    natural: Array  # (filters, layers below) float32: mean agreement of one picture with the others


Footprints = dict[str, NaturalPaths]  # by objective


def conclude(rows: Sequence[Array], known: Array) -> NaturalPaths:
    """The paths of a layer's filters. All natural pictures have the same weight; they are summed by rank.

    `rows`: for each layer below, the mean activations of its filters, (filters, pictures, its filters) float32.
    `known`: (filters, pictures) bool, which pictures exist.
    """
    counts = known.sum(axis=1, dtype=np.int32)
    each = np.maximum(counts, 1)[:, None]
    return NaturalPaths(
        pictures=counts,
        means=tuple(
            (np.where(known[..., None], own, 0).sum(axis=1, dtype=np.float64) / each).astype(np.float32) for own in rows
        ),
        natural=np.array(
            [[natural_path.natural(own[f][known[f]].astype(np.float64)) for own in rows] for f in range(len(counts))],
            np.float32,
        ).reshape(len(counts), len(rows)),
    )


def to_npz(footprints: Footprints) -> bytes:
    """The bytes of an NPZ file; equal numbers always give equal bytes."""
    arrays: dict[str, Array] = {}
    for objective, paths in footprints.items():
        arrays |= {f"{objective}_pictures": paths.pictures, f"{objective}_natural": paths.natural}
        arrays |= {f"{objective}_mean_{number}": own for number, own in enumerate(paths.means)}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # the stubs confuse a name with `allow_pickle`
    return file.getvalue()


def from_npz(payload: bytes) -> Footprints:
    """Read the bytes of `to_npz`. Raises ValueError if they are damaged."""
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            return {
                objective: NaturalPaths(
                    pictures=arrays[f"{objective}_pictures"],
                    means=tuple(
                        arrays[f"{objective}_mean_{number}"]
                        for number in range(arrays[f"{objective}_natural"].shape[1])
                    ),
                    natural=arrays[f"{objective}_natural"],
                )
                for objective in OBJECTIVES
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not the footprints of a layer: {error}") from error

"""What the natural pictures of a layer's filters leave in the layers below: a second pass' result, as a file holds it.

The pass over the photographs tells which these are: for the neuron picture the fields of the top patches, for the
texture the whole photographs with the highest mean. `natural_path` says what is made of it.
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
class Ways:
    """How the natural pictures of all filters of a layer pass through those below, for one objective."""

    pictures: Array  # (filters,) int32: how many natural pictures each has; those without any have zeros below
    means: tuple[Array, ...]  # a layer below: (filters, its filters) float32: mean activation, mean over the pictures
    natural: Array  # (filters, layers below) float32: how well one picture agrees with the others; 0 if there are none


Footprints = dict[str, Ways]  # by objective


def conclude(rows: Sequence[Array], known: Array) -> Ways:
    """The ways of a layer's filters. Every natural picture counts the same, in the order of its rank.

    `rows`: for each layer below the mean activations of its filters, (filters, pictures, its filters) float32; `known`:
    (filters, pictures), which of them there are.
    """
    counts = known.sum(axis=1, dtype=np.int32)
    each = np.maximum(counts, 1)[:, None]
    return Ways(
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
    """The bytes of an NPZ file; the same numbers always give the same bytes."""
    arrays: dict[str, Array] = {}
    for objective, ways in footprints.items():
        arrays |= {f"{objective}_pictures": ways.pictures, f"{objective}_natural": ways.natural}
        arrays |= {f"{objective}_mean_{number}": own for number, own in enumerate(ways.means)}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # the stubs take a name for `allow_pickle`
    return file.getvalue()


def from_npz(payload: bytes) -> Footprints:
    """The footprints from such bytes. Raises ValueError if they are none."""
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            return {
                objective: Ways(
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

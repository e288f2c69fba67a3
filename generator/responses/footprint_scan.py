"""A second pass, over the photographs with natural pictures: their footprints, i.e. activations in the layers below.

Convolutions are valid and windows start at multiples of the strides, so the maps of a patch are slices of the maps of
the whole photograph. Each photograph passes through the network once, for all layers and filters together, and only up
to the deepest of the layers below.
"""

import contextlib
import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import tensorflow as tf

from generator.arrays import Array
from generator.ascent.recipes import OBJECTIVES
from generator.batches import filled
from generator.corpus import Corpus
from generator.network.forward import Network
from generator.network.geometry import Layer, Window, window
from generator.responses import footprints, natural_path
from generator.responses.footprints import Footprints
from generator.responses.statistics import Responses
from generator.system.files import write_atomically

BATCH = 4  # photographs, as in the first pass
EVERY = 15.0  # seconds of work that an interruption may lose

Progress = Callable[[int, int], None]  # photographs done, total
Places = tuple[Array, list[list[Window | None]]]  # photographs (filters, pictures), and windows; None: the whole


@dataclass(frozen=True)
class _Natural:
    """One natural picture of a filter: its window in the photograph, and the arrays for its footprint."""

    layer: Layer
    window: Window | None  # None: the whole photograph
    rows: Mapping[Layer, Array]  # by layer below: (its filters,) float32, slices of the arrays of all pictures


def follow(
    network: Network,
    corpus: Corpus,
    layers: Mapping[str, Responses],
    *,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
    every: float = EVERY,
) -> dict[str, Footprints]:
    """The footprints of all filters of these layers, by layer name. `layers`: their responses to this corpus.

    `checkpoint`: a folder for finished work, saved every `every` seconds. A later call with the same folder continues
    from there; its name must depend on everything that decides the result. Remove it after storing the footprints.
    `batch`, interruptions and the other layers of the same call do not change a layer's result.
    """
    rows: dict[str, dict[str, list[Array]]] = {}
    known: dict[str, dict[str, Array]] = {}
    wanted: dict[int, list[_Natural]] = {}
    for name, responses in layers.items():
        layer = network.weights.layer(name)
        below = natural_path.below(layer, network.weights.layers)
        rows[name], known[name] = {}, {}
        for objective in OBJECTIVES:
            photo, places = _places(layer, responses, objective)
            known[name][objective] = photo >= 0
            own = [np.zeros((*photo.shape, lower.filters), np.float32) for lower in below]
            rows[name][objective] = own
            for f, rank in np.argwhere(photo >= 0).tolist():
                into = {lower: array[f, rank] for lower, array in zip(below, own, strict=True)}
                wanted.setdefault(int(photo[f, rank]), []).append(_Natural(layer, places[f][rank], into))
    order = sorted(wanted)
    done = saved = _resumed(checkpoint, order, wanted)
    last = time.monotonic()
    for ended in _filled(network, corpus, order[done:], wanted, batch):
        done += ended
        if progress:
            progress(done, len(order))
        if checkpoint and done < len(order) and time.monotonic() - last >= every:
            _save(checkpoint, saved, order[saved:done], wanted)
            saved, last = done, time.monotonic()
    return {
        name: {objective: footprints.conclude(own, known[name][objective]) for objective, own in both.items()}
        for name, both in rows.items()
    }


def _places(layer: Layer, responses: Responses, objective: str) -> Places:
    """The natural pictures of all filters: top patches, or the photographs with the highest mean (-1: none)."""
    if objective == "channel":
        means: Array = responses.mean_photo
        return means, [[None] * means.shape[1]] * means.shape[0]
    photo, rows, columns, _ = responses.places("top")
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    return photo, [[window(layer, r, c) for r, c in zip(*pair, strict=True)] for pair in places]


def _filled(
    network: Network, corpus: Corpus, order: Sequence[int], wanted: Mapping[int, Sequence[_Natural]], batch: int
) -> Iterator[int]:
    """Fill the rows of one batch of photographs after the other; yields the number of photographs in each."""
    below = {lower for naturals in wanted.values() for natural in naturals for lower in natural.rows}
    lowers = sorted(below, key=lambda lower: lower.depth)
    stream = iter(corpus.stream(order))
    while some := list(islice(stream, batch)):
        pictures = [pixels for _, pixels in some]
        full = np.stack(filled(pictures, batch))
        maps = [one.numpy() for one in network.activations(tf.constant(full), tuple(one.name for one in lowers))]
        for place, (index, _) in enumerate(some):
            _fill({lower: own[place] for lower, own in zip(lowers, maps, strict=True)}, wanted[index])
        yield len(some)


def _fill(maps: Mapping[Layer, Array], naturals: Sequence[_Natural]) -> None:
    """Fill the rows of one photograph's natural pictures from its maps (h, w, filters) in each layer."""
    whole = {lower: mean(own) for lower, own in maps.items()}
    for natural in naturals:
        for lower, row in natural.rows.items():
            row[:] = whole[lower] if natural.window is None else mean(seen(maps[lower], lower, natural))


def seen(maps: Array, lower: Layer, natural: _Natural) -> Array:
    """The units of a layer below whose fields lie in a natural picture's window: the same as for the patch alone.

    The window starts where one of these units' fields starts.
    """
    if natural.window is None:
        return maps
    top, left = (
        edge // lower.stride for edge in (natural.window.top - lower.offset, natural.window.left - lower.offset)
    )
    units = lower.within(natural.layer.field)
    return maps[top : top + units, left : left + units]


def mean(maps: Array) -> Array:
    """The mean activation of each filter, from maps (h, w, filters) float32: (filters,) float64.

    Columns, of at most 220 units, are summed in 32 bits: five times as fast, with an error of at most 1 in 100,000.
    """
    columns = np.add.reduce(maps, axis=0)  # (w, filters)
    found: Array = columns.mean(axis=0, dtype=np.float64) / maps.shape[0]
    return found


def _resumed(checkpoint: Path | None, order: Sequence[int], wanted: Mapping[int, Sequence[_Natural]]) -> int:
    """Fill the rows from the files of an interrupted pass. Returns how many photographs, from the first, are done."""
    done = 0
    while checkpoint and done < len(order):
        found = sorted(checkpoint.glob(f"{done}-*.npy"))
        stop = int(found[0].stem.partition("-")[2]) if found else done
        rows = _rows(order[done:stop], wanted)
        values = _read(found[0]) if found else None
        if values is None or values.dtype != np.float32 or values.shape != (sum(map(len, rows)),):
            break
        for row, own in zip(rows, np.split(values, np.cumsum([len(row) for row in rows])[:-1]), strict=True):
            row[:] = own
        done = stop
    return done


def _read(file: Path) -> Array | None:
    with contextlib.suppress(OSError, ValueError, EOFError):
        values: Array = np.load(file, allow_pickle=False)
        return values
    return None


def _save(checkpoint: Path, first: int, photographs: Sequence[int], wanted: Mapping[int, Sequence[_Natural]]) -> None:
    file = io.BytesIO()
    np.save(file, np.concatenate(_rows(photographs, wanted)))
    write_atomically(checkpoint / f"{first}-{first + len(photographs)}.npy", file.getvalue())


def _rows(photographs: Sequence[int], wanted: Mapping[int, Sequence[_Natural]]) -> list[Array]:
    """All rows of some photographs, in the order in which they are saved."""
    return [row for index in photographs for natural in wanted[index] for row in natural.rows.values()]

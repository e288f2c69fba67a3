"""Draws many pictures in parallel, on all processors."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from generator.corpus.drawings.colour import from_hex, hue_number
from generator.corpus.drawings.pictures import Picture, classes, draw

CHUNK = 52  # pictures per call: few enough to send between processes, enough to outweigh the overhead


@dataclass(frozen=True)
class Album:
    """Pictures with the ground truth that a lesson needs."""

    pixels: NDArray[np.uint8]  # (pictures, 224, 224, 3)
    labels: NDArray[np.int32]  # (pictures,)
    hues: NDArray[np.int32]  # (pictures, 2): numbers of the hues of ink and paper; for a thing, its ink twice

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> "Album":
        """The first `count` pictures."""
        return Album(self.pixels[:count], self.labels[:count], self.hues[:count])


def album(seed: int, count: int) -> Album:
    """The first `count` pictures of a seed."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:  # forks of threaded processes may hang
        leaves = list(pool.map(partial(_leaf, seed), chunks))
    labels = np.arange(count, dtype=np.int32) % len(classes())
    return Album(np.concatenate([pixels for pixels, _ in leaves]), labels, np.concatenate([hues for _, hues in leaves]))


def page(seed: int, indices: Sequence[int]) -> NDArray[np.uint8]:
    """Pictures of a seed by their indices. (pictures, 224, 224, 3)"""
    return np.stack([draw(seed, index).pixels for index in indices])


def _leaf(seed: int, indices: Sequence[int]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    pictures = [draw(seed, index) for index in indices]
    return np.stack([picture.pixels for picture in pictures]), np.array([_hues(one) for one in pictures], np.int32)


def _hues(picture: Picture) -> tuple[int, int]:
    ink = str(picture.truth["ink"])
    return hue_number(from_hex(ink)), hue_number(from_hex(str(picture.truth.get("paper", ink))))

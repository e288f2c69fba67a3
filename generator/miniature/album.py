"""Many pictures at once, drawn by all processors."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from generator.miniature.pictures import classes, draw

CHUNK = 52  # pictures a call: few enough to pass between processes, many enough to be worth it


def album(seed: int, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """The first `count` pictures of a seed and their class numbers: (count, 224, 224, 3) and (count,)."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:  # a fork of a threaded process may hang
        pages = list(pool.map(partial(page, seed), chunks))
    return np.concatenate(pages), np.arange(count, dtype=np.int32) % len(classes())


def page(seed: int, indices: Sequence[int]) -> NDArray[np.uint8]:
    """Some pictures of a seed. (pictures, 224, 224, 3)"""
    return np.stack([draw(seed, index).pixels for index in indices])

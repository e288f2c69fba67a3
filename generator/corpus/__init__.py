"""The photographs, from any source: a list with digests, streamed as squares of pixels.

Only the content of its photographs identifies a corpus. They are ordered by the digests of their content, so names,
times and folders change no number that is computed from them.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Pixels
from generator.store import versions
from generator.store.canonical import key

SIZE = 224  # pixels on a side of what the network sees, unless the config says otherwise
THREADS = min(4, os.cpu_count() or 1)
KEPT = 320 << 20  # bytes of cached pixels: strips are cut from the same photographs repeatedly
AHEAD = 16  # photographs decoded in advance

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)  # there may be a million of them
class Photograph:
    """One photograph of the corpus."""

    name: str  # its path within the corpus, with forward slashes
    label: str  # names what it shows: see labels.py
    digest: str  # of its content, 64 hex digits
    signature: bytes  # see photographs.signature


class LeftOut(NamedTuple):
    """A file that was left out of the corpus, and the reason."""

    name: str
    kind: str  # of the reason: the same for all such files
    reason: str  # in words, with details of this file
    twin: str = ""  # the name of the photograph with the same content

    @classmethod
    def second(cls, name: str, twin: str) -> "LeftOut":
        """A file with the same content as another one."""
        return cls(name, "the same content", f"the same content as {twin}", twin)


@dataclass(frozen=True)
class Source:
    """A place that photographs of a corpus come from."""

    name: str  # what the pages call it
    licence: str  # of its photographs, in words
    folder: Path | None  # to which their names are relative; None if the package draws them
    prefix: str = ""  # of their names, before a slash; "" if it is the only source


@dataclass(frozen=True)
class Corpus:
    """Photographs in the order of their content's digest, and how to get their pixels.

    `size`: side of the square of pixels that the network sees of each.
    `read(photograph)` gives these pixels, (size, size, 3) RGB, and is called from several threads.
    `skipped`: the files that were left out, by name.
    `sources`: their sources, in the order of the request.
    `notes`: remarks for readers about the labels, one sentence each.
    """

    origin: str  # what the pages call it
    photographs: tuple[Photograph, ...]
    skipped: tuple[LeftOut, ...]
    size: int
    read: Callable[[Photograph], Pixels]
    sources: tuple[Source, ...] = ()
    labelled: str = ""  # in words: which part of a photograph's path is its label
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Digest of the content of all photographs, whatever their names and folders."""
        photographs = [photograph.digest for photograph in self.photographs]
        return key({"size": self.size, "version": versions.CURRENT.decoding, "photographs": photographs})

    @cached_property
    def naming(self) -> str:
        """Digest that also covers names and labels, for artifacts that show them."""
        return key({"corpus": self.digest, "names": [[p.name, p.label] for p in self.photographs]})

    @cached_property
    def signatures(self) -> NDArray[np.uint8]:
        """Coarse grey pictures, to find near-duplicates: (photographs, 256)."""
        return np.frombuffer(b"".join(p.signature for p in self.photographs), np.uint8).reshape(-1, 256)

    def count(self, source: Source) -> int:
        """The number of photographs from a source."""
        if not source.prefix:
            return len(self.photographs)
        return sum(photograph.name.startswith(f"{source.prefix}/") for photograph in self.photographs)

    def left_out(self) -> dict[str, list[str]]:
        """The names of the files that were left out, by the kind of the reason."""
        kinds: dict[str, list[str]] = {}
        for left in self.skipped:
            kinds.setdefault(left.kind, []).append(left.name)
        return kinds

    @cached_property
    def _pixels(self) -> Callable[[Photograph], Pixels]:
        return cached(self.read, self.size)

    def stream(self, indices: Sequence[int] | None = None) -> Iterator[tuple[int, Pixels]]:
        """(index, pixels (size, size, 3)) in the order of the request, decoded by threads while the caller computes."""
        wanted = iter(range(len(self.photographs)) if indices is None else indices)
        queue: deque[tuple[int, Future[Pixels]]] = deque()
        with ThreadPoolExecutor(THREADS, "decode") as pool:
            try:
                for index in wanted:
                    queue.append((index, pool.submit(self._pixels, self.photographs[index])))
                    if len(queue) > AHEAD:
                        first, pixels = queue.popleft()
                        yield first, pixels.result()
                while queue:
                    first, pixels = queue.popleft()
                    yield first, pixels.result()
            finally:
                pool.shutdown(cancel_futures=True)


def cached(read: Callable[[Photograph], Pixels], size: int) -> Callable[[Photograph], Pixels]:
    """The same function with a cache for the pixels that were used last, up to KEPT bytes."""
    return lru_cache(maxsize=max(1, KEPT // (3 * size * size)))(read)

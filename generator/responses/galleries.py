"""The gallery: the photographs from which a reader may start. One artifact of a corpus, which names them.

It lists the names, labels and keys of the corpus' first photographs, in its order (see `maxima.LISTED`). Like an album,
it is stored before its photographs, so every stored photograph is referred to at any time.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from generator.corpus import Photograph
from generator.store.artifacts import Store
from generator.store.canonical import canonical


class Hung(NamedTuple):
    """One photograph of a gallery."""

    name: str
    label: str
    key: str  # of the whole photograph


def to_json(photographs: Sequence[Photograph], keys: Sequence[str]) -> bytes:
    """The bytes of a gallery of the first photographs of a corpus. `keys`: those of the whole photographs."""
    return canonical([Hung(each.name, each.label, key) for each, key in zip(photographs, keys, strict=False)]).encode()


def read(key: str | None, store: Store) -> tuple[Hung, ...]:
    """The photographs of a gallery, in the order of the corpus; () if there is none."""
    payload = store.read(key) if key else None
    return () if payload is None else msgspec.json.decode(payload, type=tuple[Hung, ...])

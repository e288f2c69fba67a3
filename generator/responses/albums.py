"""Albums: the whole photographs on a layer's pages. Only the pass finds them, so the manifest cannot name them.

An album is an artifact of one layer. It lists, for each filter, the photographs of its top patches, then those with the
highest mean, and the key of each photograph. It is stored before its photographs, so every stored photograph is
referred to at any time.
"""

import json
from collections.abc import Callable, Iterable

import numpy as np

from generator.responses import galleries
from generator.responses.statistics import Responses
from generator.store.artifacts import Store
from generator.store.canonical import canonical
from generator.store.manifest import Manifest


def to_json(responses: Responses, key: Callable[[int], str]) -> bytes:
    """The bytes of a layer's album. `key` gives a photograph's key by its index."""
    rows = np.concatenate([responses.photo, responses.mean_photo], axis=1).tolist()
    shown = [list(dict.fromkeys(photo for photo in row if photo >= 0)) for row in rows]
    keys = {str(photo): key(photo) for photo in sorted({photo for row in shown for photo in row})}
    return canonical({"filters": shown, "photographs": keys}).encode()


def read(key: str | None, filters: Iterable[int], store: Store) -> dict[int, str]:
    """The keys of the photographs of these filters, by index in the corpus; {} if there is no album."""
    payload = store.read(key) if key else None
    if payload is None:
        return {}
    album = json.loads(payload)
    shown = {photo for which in filters for photo in album["filters"][which]}
    return {photo: album["photographs"][str(photo)] for photo in sorted(shown)}


def everything(manifest: Manifest, store: Store) -> set[str]:
    """All keys of a site that are known so far: those of its manifest, and of photographs in its albums and gallery."""
    found = manifest.keys() | {hung.key for hung in galleries.read(manifest.gallery, store)}
    for layer in manifest.layers:
        found |= set(read(layer.album, layer.chosen, store).values())
    return found

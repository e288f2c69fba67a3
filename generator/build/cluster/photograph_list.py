"""The list of a corpus' photographs as a file, so that workers need not read every photograph."""

import io
import json
import zipfile

import numpy as np

from generator.corpus import Corpus, Photograph
from generator.store.canonical import canonical


def to_npz(corpus: Corpus) -> bytes:
    """Names, labels, digests and signatures as the bytes of a file: about 500 bytes per photograph."""
    file = io.BytesIO()
    rows = canonical([[p.name, p.label, p.digest] for p in corpus.photographs]).encode()
    np.savez(file, rows=np.frombuffer(rows, np.uint8), signatures=corpus.signatures)
    return file.getvalue()


def from_npz(payload: bytes) -> tuple[Photograph, ...]:
    """Read the bytes of `to_npz`. Raises ValueError if they are damaged."""
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            rows, signatures = json.loads(arrays["rows"].tobytes()), arrays["signatures"]
        return tuple(
            Photograph(name, label, digest, coarse.tobytes())
            for (name, label, digest), coarse in zip(rows, signatures, strict=True)
        )
    except (KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a list of photographs: {error}") from error

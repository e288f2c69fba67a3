"""Reads the documents of layers that a site publishes."""

import gzip
import json
from pathlib import Path


def document(site: Path, layer: str):
    """The document of a layer. NaN and infinities are no JSON."""
    return read((site / "data" / f"{layer}.json.gz").read_bytes())


def read(payload: bytes):
    """A document out of the bytes of its file."""

    def refused(number):
        raise ValueError(number)

    return json.loads(gzip.decompress(payload), parse_constant=refused)

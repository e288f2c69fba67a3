"""One table of the versions of everything that is computed. Keys, cluster handshakes and the golden test read it.

A version is raised by hand when the same inputs begin to give other bytes. `tests/test_golden.py` fails when results
change without a new version. `tests/store/test_versions.py` checks that each version takes effect.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Versions:
    """One version number for each algorithm or format."""

    # Artifacts that the store keeps under keys. A kind of artifact may depend on several versions: see keys.py.
    schema: int = 1  # of the store: a new number makes every artifact anew
    visualization: int = 6  # of the climb: raise it when the same recipe gives other bytes
    facets: int = 1  # of the term that makes facets differ
    film: int = 1  # of the choice of frames and their strip
    decoding: int = 1  # from a file to the pixels that the network sees: other pixels are another corpus
    responses: int = 3  # of the meaning of these numbers and of their computation
    maxima: int = 1
    footprints: int = 1
    strips: int = 3  # of how tiles are cut out of photographs and encoded
    projection: int = 2
    album: int = 2  # of the choice of photographs for the same responses
    gallery: int = 1  # of the choice of photographs from the same corpus
    evidence: int = 2
    measures: int = 4
    sketch: int = 1

    # Drawn pictures: part of the digest of each of them.
    drawings: int = 2

    # Files that are derived for pages and kept under `web/`.
    web: int = 1  # a web picture made from its master
    sheet: int = 3
    preview: int = 1
    look: int = 2
    map: int = 2

    # Files that another run or another machine reads.
    manifest: int = 2
    archive: int = 1
    cells: int = 1  # of the benchmark: its results apart from pictures and their measures


CURRENT = Versions()


def table() -> dict[str, int]:
    """All versions by name."""
    return asdict(CURRENT)

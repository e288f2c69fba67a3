"""The versions of all that is computed, in one table: keys, a cluster's terms and the golden test read no other.

A version is raised by hand when the same inputs come to give other bytes. `tests/test_golden.py` fails when numbers
move without it, and then asks for the new numbers; `tests/test_versions.py` sees to it that each version counts.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Versions:
    """One number for each way to make something."""

    # Of what the store keeps under keys. A kind of artifact may depend on several: see keys.py.
    schema: int = 1  # of the store: raise it to begin anew
    visualization: int = 6  # of the climb: raise it when the same recipe gives other bytes
    facets: int = 1  # of what makes facets differ
    decoding: int = 1  # from a file to the pixels that the network sees: another way to them is another corpus
    responses: int = 3  # of the meaning of these numbers, and of how they are computed
    footprints: int = 1
    strips: int = 3  # of what is cut out of photographs, and how it is encoded
    projection: int = 2
    album: int = 2  # of what it lists for the same responses
    evidence: int = 2
    measures: int = 4
    sketch: int = 1

    # Of what the package draws: part of the digest of each drawn picture.
    drawings: int = 2

    # Of what is derived for pages, and kept under `web/`.
    web: int = 1  # a picture from its master
    sheet: int = 2
    preview: int = 1
    look: int = 2

    # Of files that another run, or another machine, reads.
    manifest: int = 2
    archive: int = 1
    cells: int = 1  # of the benchmark: what it makes and measures beside the pictures and their measures


CURRENT = Versions()


def table() -> dict[str, int]:
    """All of them, by name."""
    return asdict(CURRENT)

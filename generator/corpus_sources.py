"""Where photographs come from: IMAGES on the command line to a corpus."""

from pathlib import Path

from generator.canonical import key
from generator.corpus import SIZE, Corpus, Photograph, Progress
from generator.corpus_folder import from_folder
from generator.memo import Memo
from generator.photographs import Pixels

DRAWN = 1300  # procedural pictures: 25 of each class
NO_SIGNATURE = bytes(256)  # resembles nothing: every drawn picture is another one


def find(spec: str, memo: Memo, *, size: int = SIZE, progress: Progress | None = None) -> Corpus:
    """The corpus of that name, or of that folder. Raises InputError if there is none.

    "procedural": pictures that the package draws itself. "auto": the same, for want of photographs. Anything else names
    a folder.
    """
    if spec in {"auto", "procedural"}:
        return procedural(size=size)
    return from_folder(Path(spec).expanduser(), memo, size=size, progress=progress)


def procedural(count: int = DRAWN, seed: int = 1, *, size: int = SIZE) -> Corpus:
    """The first `count` drawn pictures of a seed. Nothing is drawn until it is asked for."""
    from generator.miniature import pictures  # noqa: PLC0415 (the drawing code is needed for nothing else)

    indices: dict[str, int] = {}
    found = []
    for index, (name, label) in enumerate(pictures.photographs(count)):
        digest = key({"procedural": pictures.VERSION, "seed": seed, "index": index})
        indices[digest] = index
        found.append(Photograph(name, label, digest, NO_SIGNATURE))

    def read(photograph: Photograph) -> Pixels:
        return pictures.draw(seed, indices[photograph.digest], size).pixels

    return Corpus("procedural pictures", tuple(sorted(found, key=lambda p: p.digest)), (), size, read)

"""Where photographs come from: IMAGES on the command line to a corpus."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from generator import versions
from generator.canonical import key
from generator.corpus import SIZE, Corpus, Photograph, Progress, caltech101, kept, tfds_folder
from generator.corpus.folder import from_folder
from generator.corpus.photographs import Pixels
from generator.errors import BuildError
from generator.memo import Memo

TFDS = "tfds:"
DRAWN = 1300  # procedural pictures: 25 of each class
ORIGIN = "procedural pictures"  # what the pages call them
NO_SIGNATURE = bytes(256)  # resembles nothing: every drawn picture is another one

Say = Callable[[str], None]


def find(
    spec: str,
    memo: Memo,
    *,
    size: int = SIZE,
    say: Say = lambda _: None,
    fetching: Progress = lambda *_: None,
    progress: Progress | None = None,
) -> Corpus:
    """The corpus of that name, or of that folder.

    "caltech101": downloaded when it is first asked for. "tfds:NAME" or "tfds:NAME:SPLIT": from TensorFlow Datasets.
    "procedural": pictures that the package draws itself. "auto": Caltech-101 if it can be had, else the drawn ones.
    Anything else names a folder. `say` gets a line before something
    that takes long, `fetching` bytes done and in all, `progress` photographs done and in all.

    Raises InputError if there is no such corpus, BuildError if it cannot be had.
    """
    if spec == "procedural":
        return procedural(size=size)
    if spec.startswith(TFDS):
        folder = tfds_folder.folder(spec.removeprefix(TFDS), caltech101.cache(), say, fetching)
        return dataclasses.replace(from_folder(folder, memo, size=size, progress=progress), origin=spec)
    if spec not in {"auto", "caltech101"}:
        return from_folder(Path(spec).expanduser(), memo, size=size, progress=progress)
    try:
        folder = caltech101.folder(say, fetching)
    except BuildError as error:
        if spec == "auto":
            say(f"{error}\nGoing on with pictures that the package draws itself: give photographs with IMAGES=FOLDER.")
            return procedural(size=size)
        raise BuildError(f"{error}\nOr give photographs of your own: IMAGES=FOLDER") from error
    found = from_folder(folder, memo, size=size, progress=progress)
    return dataclasses.replace(found, origin="Caltech-101")


def procedural(count: int = DRAWN, seed: int = 1, *, size: int = SIZE) -> Corpus:
    """The first `count` drawn pictures of a seed. Nothing is drawn until it is asked for."""
    from generator.miniature import pictures  # noqa: PLC0415 (the drawing code is needed for nothing else)

    indices: dict[str, int] = {}
    found = []
    for index, (name, label) in enumerate(pictures.photographs(count)):
        digest = key({"procedural": versions.CURRENT.drawings, "seed": seed, "index": index})
        indices[digest] = index
        found.append(Photograph(name, label, digest, NO_SIGNATURE))

    def read(photograph: Photograph) -> Pixels:
        return pictures.draw(seed, indices[photograph.digest], size).pixels

    return Corpus(ORIGIN, tuple(sorted(found, key=lambda p: p.digest)), (), size, kept(read, size))

"""The sources of photographs: from IMAGES on the command line to a corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.arrays import Pixels
from generator.corpus import SIZE, Corpus, Photograph, Progress, Source, caltech101, labels, mixture, tfds_folder
from generator.corpus.folder import from_folder, reader
from generator.errors import BuildError, InputError
from generator.store import versions
from generator.store.canonical import key
from generator.store.file_cache import FileCache
from generator.system.progress import Say

TFDS = "tfds:"
DRAWN = 1300  # procedural pictures: 25 of each class
ORIGIN = "procedural pictures"  # what the pages call them
NO_SIGNATURE = bytes(256)  # similar to no other: drawn pictures are no near-duplicates


@dataclass(frozen=True)
class Request:
    """The arguments of a source."""

    cache: FileCache
    size: int  # side of the square of pixels that the network sees
    label: str  # the setting for a folder's labels; see labels.py
    say: Say  # gets a line before something that takes long
    fetching: Progress  # bytes done and in all
    progress: Progress | None  # photographs done and in all

    def folder(self, folder: Path, label: str) -> Corpus:
        """The photographs of a folder."""
        return from_folder(folder, self.cache, size=self.size, progress=self.progress, label=label)

    def named(self, folder: Path, origin: str, licence: str) -> Corpus:
        """The same, with its own name and licence. Its folders are the labels."""
        found = self.folder(folder, labels.FOLDER)
        source = replace(found.sources[0], name=origin, licence=licence)
        return replace(found, origin=origin, sources=(source,))


def _caltech101(request: Request) -> Corpus:
    try:
        folder = caltech101.folder(request.say, request.fetching)
    except BuildError as error:
        raise BuildError(f"{error}\nOr give photographs of your own: IMAGES=FOLDER") from error
    return request.named(folder, caltech101.ORIGIN, caltech101.LICENCE)


def _auto(request: Request) -> Corpus:
    try:
        return _caltech101(request)
    except BuildError as error:
        why = f"{error.__cause__ or error}\nGoing on with pictures that the package draws itself: "
        request.say(f"{why}give photographs with IMAGES=FOLDER.")
        return _drawn(request)


def _drawn(request: Request) -> Corpus:
    return procedural(size=request.size)


def _tfds(name: str, request: Request) -> Corpus:
    folder = tfds_folder.folder(name, caltech101.cache(), request.say, request.fetching)
    return request.named(folder, TFDS + name, "that of the data set: see its page at TensorFlow Datasets")


SOURCES: dict[str, Callable[[Request], Corpus]] = {"auto": _auto, "caltech101": _caltech101, "procedural": _drawn}


def find(
    spec: str,
    cache: FileCache,
    *,
    size: int = SIZE,
    label: str = labels.AUTO,
    say: Say = lambda _: None,
    fetching: Progress = lambda *_: None,
    progress: Progress | None = None,
) -> Corpus:
    """The corpus of that name or folder. Several, separated by "+", give one corpus with all their photographs.

    "caltech101": downloaded on first use. "tfds:NAME" or "tfds:NAME:SPLIT": from TensorFlow Datasets.
    "procedural": pictures that the package draws itself. "auto": Caltech-101 if it is available, else the drawn ones.
    Anything else is a folder; `label` says which level of its folders names what a photograph shows. `say` gets a line
    before something that takes long, `fetching` bytes done and in all, `progress` photographs done and in all.

    Raises InputError if there is no such corpus or label, BuildError if it is not available.
    """
    labels.check(label)
    own = mixture.parts(spec, _is_source)
    if len(own) > 1 and "none" in own:
        raise InputError(f"images is {spec!r}: none stands for no photographs at all, so it cannot be one of several.")
    request = Request(cache, size, label, say, fetching, progress)
    found = [_one(each, request) for each in own]
    return found[0] if len(found) == 1 else mixture.mix(found)


def reopened(photographs: tuple[Photograph, ...], places: Sequence[tuple[str, Path | None]], size: int) -> Corpus:
    """A corpus of known photographs. `places`: the prefix of each source, and its folder if it has one."""
    reads = {}
    for prefix, folder in places:
        own = f"{prefix}/" if prefix else ""
        drawn = 0 if folder else sum(photograph.name.startswith(own) for photograph in photographs)
        reads[prefix] = reader(folder, size) if folder else procedural(drawn, size=size).read
    sources = tuple(Source("", "", folder, prefix) for prefix, folder in places)
    return Corpus("", photographs, (), size, reads.get("") or mixture.reader(reads), sources)


def _is_source(text: str) -> bool:
    if text in SOURCES or text == "none" or (text.startswith(TFDS) and mixture.PLUS not in text):
        return True
    return bool(text) and Path(text).expanduser().is_dir()


def _one(spec: str, request: Request) -> Corpus:
    if spec in SOURCES:
        return SOURCES[spec](request)
    if spec.startswith(TFDS):
        return _tfds(spec.removeprefix(TFDS), request)
    return request.folder(Path(spec).expanduser(), request.label)


def procedural(count: int = DRAWN, seed: int = 1, *, size: int = SIZE) -> Corpus:
    """The first `count` drawn pictures of a seed. A picture is drawn when it is read."""
    from generator.corpus.drawings import pictures  # noqa: PLC0415 (the drawing code is needed for nothing else)

    indices: dict[str, int] = {}
    found = []
    for index, (name, label) in enumerate(pictures.photographs(count)):
        digest = key({"procedural": versions.CURRENT.drawings, "seed": seed, "index": index})
        indices[digest] = index
        found.append(Photograph(name, label, digest, NO_SIGNATURE))

    def read(photograph: Photograph) -> Pixels:
        return pictures.draw(seed, indices[photograph.digest], size).pixels

    photographs = tuple(sorted(found, key=lambda p: p.digest))
    source = Source(ORIGIN, "drawn by this program: MIT, as its code", None)
    return Corpus(ORIGIN, photographs, (), size, read, (source,), "the class that was drawn")

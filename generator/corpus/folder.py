"""A folder of photographs as a corpus: every file is looked at once, and each left out is named with the reason."""

import hashlib
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import PIL

from generator.arrays import Pixels
from generator.corpus import SIZE, THREADS, Corpus, Photograph, Progress, Source, kinds, labels, walk
from generator.corpus.photographs import MOST_BYTES, UnreadableError, decode, signature
from generator.errors import BuildError, InputError
from generator.store import versions
from generator.store.file_cache import FileCache

# another one may read what this one cannot
READER = f"{versions.CURRENT.decoding}.1 Pillow {PIL.__version__} {kinds.heif_version()}"
OWN = "those of whoever took them"


def from_folder(
    folder: Path, cache: FileCache, *, size: int = SIZE, progress: Progress | None = None, label: str = labels.AUTO
) -> Corpus:
    """All photographs under a folder, at any depth, behind links too. `label`: what names them; see labels.py.

    Each file is read whole once; what was learned is remembered by path, size and time. A file that is no photograph is
    left out with the reason, and so is a second one with the same content. Raises InputError if none is left.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: IMAGES names a folder of photographs, or a corpus by name")
    root = folder.resolve()
    files, skipped = walk.files(root)
    found: dict[str, tuple[str, bytes]] = {}  # name and signature, by digest
    for name, facts in _surveyed(root, files, cache, progress):
        if isinstance(facts, str):
            skipped.append((name, facts))
            continue
        digest, coarse = facts
        if digest in found:
            skipped.append((name, f"the same content as {found[digest][0]}"))
        else:
            found[digest] = name, bytes.fromhex(coarse)
    if not found:
        first: dict[str, str] = {}  # name of the first of each kind
        for name, reason in sorted(skipped):
            first.setdefault(reason, name)
        some = "".join(f"; {name}: {reason}" for reason, name in list(first.items())[:3])
        raise InputError(f"no photograph in {folder} ({len(skipped)} files left out{some})")

    origin = walk.text(root.name if folder.name in {"", ".."} else folder.name) or "/"
    names = [name for name, _ in found.values()]
    chosen = labels.choose(names, walk.text(root.name), label)
    photographs = (
        Photograph(name, own, digest, coarse)
        for (digest, (name, coarse)), own in zip(found.items(), chosen.labels, strict=True)
    )
    return Corpus(
        origin,
        tuple(sorted(photographs, key=lambda photograph: photograph.digest)),
        tuple(sorted(skipped)),
        size,
        reader(root, size),
        sources=(Source(origin, OWN, root),),
        labelled=chosen.found,
        notes=labels.notes(names, chosen),
    )


def reader(root: Path, size: int) -> Callable[[Photograph], Pixels]:
    """From a photograph under a folder to its pixels; raises BuildError if it is no longer the same."""

    def read(photograph: Photograph) -> Pixels:
        try:
            payload = walk.path(root, photograph.name).read_bytes()
            if hashlib.sha256(payload).hexdigest() == photograph.digest:
                return decode(payload, size, PurePosixPath(photograph.name).suffix)
        except (OSError, UnreadableError) as error:
            raise BuildError(f"{photograph.name} can no longer be read ({error}): start again") from error
        raise BuildError(f"{photograph.name} has changed since the start of this run: start again")

    return read


def _surveyed(
    root: Path, names: Sequence[str], cache: FileCache, progress: Progress | None
) -> Iterator[tuple[str, str | list[str]]]:
    """(name, what `_survey` says of it) for each file, from the cache where the file has not changed."""
    with ThreadPoolExecutor(THREADS, "survey") as pool:
        try:
            paths = [walk.path(root, name) for name in names]
            known = [_remembered(cache, path) for path in paths]
            work = [pool.submit(_survey, p) if k is None else None for p, k in zip(paths, known, strict=True)]
            for done, (name, path, old, job) in enumerate(zip(names, paths, known, work, strict=True), start=1):
                facts = job.result() if job else old
                assert facts is not None  # noqa: S101 (for the type checker: there is a job where nothing is known)
                if job and not (isinstance(facts, str) and facts.startswith(("cannot be read", kinds.HEIC))):
                    cache.set(path, {"version": READER, "facts": facts})
                if progress:
                    progress(done, len(names))
                yield name, facts
        finally:
            pool.shutdown(cancel_futures=True)
            cache.save()


def _remembered(cache: FileCache, file: Path) -> str | list[str] | None:
    try:
        value = cache.get(file)
    except OSError:
        return None
    facts = value.get("facts") if isinstance(value, dict) and value.get("version") == READER else None
    return facts if isinstance(facts, str) or (isinstance(facts, list) and len(facts) == 2) else None


def _survey(file: Path) -> str | list[str]:
    """[sha256, signature in hex] of a photograph, or in words why it is none."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a file"
        if status.st_size > MOST_BYTES:
            return f"larger than {MOST_BYTES >> 20} MiB"
        payload = file.read_bytes()
        coarse = signature(decode(payload, SIZE, file.suffix))
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except UnreadableError as error:
        return str(error)
    return [hashlib.sha256(payload).hexdigest(), coarse.hex()]

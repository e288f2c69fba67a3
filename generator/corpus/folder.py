"""A folder of photographs as a corpus. Each file is read once; those left out are listed with the reason."""

import hashlib
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import PIL

from generator.arrays import Pixels
from generator.corpus import SIZE, THREADS, Corpus, LeftOut, Photograph, Progress, Source, kinds, labels, walk
from generator.corpus.photographs import MOST_BYTES, UnreadableError, decode, signature
from generator.errors import BuildError, InputError
from generator.store import versions
from generator.store.file_cache import FileCache
from generator.system.packages import installed

# the version of cache entries: another decoder may read other files
READER = f"{versions.CURRENT.decoding}.2 Pillow {PIL.__version__} {installed('pillow-heif') or ''}"
OWN = "those of whoever took them"
PASSING = (walk.UNREAD, kinds.HEIC)  # kinds of reasons that may no longer hold in another run
FORMS = ({"digest", "signature"}, {"kind", "reason"})  # the possible keys of the facts

Facts = dict[str, str]  # of a file: see `_survey`


def from_folder(
    folder: Path, cache: FileCache, *, size: int = SIZE, progress: Progress | None = None, label: str = labels.AUTO
) -> Corpus:
    """All photographs under a folder, at any depth, also behind links. `label`: see labels.py.

    Each file is read once; the result is cached by path, size and time. A file that is no photograph is left out, with
    the reason, and so is a second file with the same content. Raises InputError if no photograph is left.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: IMAGES names a folder of photographs, or a corpus by name")
    root = folder.resolve()
    files, skipped = walk.files(root)
    found: dict[str, tuple[str, bytes]] = {}  # name and signature, by digest
    for name, facts in _surveyed(root, files, cache, progress):
        if "reason" in facts:
            skipped.append(LeftOut(name, facts["kind"], facts["reason"]))
        elif facts["digest"] in found:
            skipped.append(LeftOut.second(name, found[facts["digest"]][0]))
        else:
            found[facts["digest"]] = name, bytes.fromhex(facts["signature"])
    if not found:
        first: dict[str, str] = {}  # name of the first file for each reason
        for left in sorted(skipped):
            first.setdefault(left.reason, left.name)
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
    """A function that reads a photograph's pixels. It raises BuildError if the file is unreadable or has changed."""

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
) -> Iterator[tuple[str, Facts]]:
    """(name, result of `_survey`) for each file, from the cache if the file has not changed."""
    with ThreadPoolExecutor(THREADS, "survey") as pool:
        try:
            paths = [walk.path(root, name) for name in names]
            known = [_remembered(cache, path) for path in paths]
            work = [pool.submit(_survey, p) if k is None else None for p, k in zip(paths, known, strict=True)]
            for done, (name, path, old, job) in enumerate(zip(names, paths, known, work, strict=True), start=1):
                facts = job.result() if job else old
                assert facts is not None  # noqa: S101 (for the type checker: there is a job where nothing is known)
                if job and facts.get("kind") not in PASSING:
                    cache.set(path, {"version": READER, "facts": facts})
                if progress:
                    progress(done, len(names))
                yield name, facts
        finally:
            pool.shutdown(cancel_futures=True)
            cache.save()


def _remembered(cache: FileCache, file: Path) -> Facts | None:
    try:
        value = cache.get(file)
    except OSError:
        return None
    facts = value.get("facts") if isinstance(value, dict) and value.get("version") == READER else None
    return facts if isinstance(facts, dict) and facts.keys() in FORMS else None


def _survey(file: Path) -> Facts:
    """A photograph's `digest` (sha256) and `signature`, in hex; for others, `kind` and `reason` as in `LeftOut`."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a file")
        if status.st_size > MOST_BYTES:
            raise UnreadableError(f"larger than {MOST_BYTES >> 20} MiB")
        payload = file.read_bytes()
        coarse = signature(decode(payload, SIZE, file.suffix))
    except OSError as error:
        return {"kind": walk.UNREAD, "reason": f"{walk.UNREAD}: {error.strerror or error}"}
    except UnreadableError as error:
        return {"kind": error.kind, "reason": str(error)}
    return {"digest": hashlib.sha256(payload).hexdigest(), "signature": coarse.hex()}

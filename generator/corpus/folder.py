"""A folder of photographs as a corpus: every file is looked at once, and each left out is named with the reason."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import PIL

from generator import versions
from generator.corpus import SIZE, THREADS, Corpus, Photograph, Progress, kept
from generator.corpus.photographs import MOST_BYTES, Pixels, UnreadableError, decode, signature
from generator.errors import BuildError, InputError
from generator.memo import Memo

READER = f"{versions.CURRENT.decoding} Pillow {PIL.__version__}"  # another version may read what this one cannot


def from_folder(folder: Path, memo: Memo, *, size: int = SIZE, progress: Progress | None = None) -> Corpus:
    """All photographs under a folder, at any depth; a photograph's label is the name of the folder it lies in.

    Each file is read whole once; what was learned is remembered by path, size and time. A file that is no photograph is
    left out with the reason, and so is a second one with the same content. Raises InputError if none is left.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: IMAGES names a folder of photographs, or a corpus by name")
    root = folder.resolve()
    files, skipped = _walk(root)
    found: dict[str, Photograph] = {}
    for name, facts in _surveyed(root, files, memo, progress):
        if isinstance(facts, str):
            skipped.append((name, facts))
            continue
        digest, coarse = facts
        if digest in found:
            skipped.append((name, f"the same content as {found[digest].name}"))
        else:
            found[digest] = Photograph(name, (root / name).parent.name, digest, bytes.fromhex(coarse))
    if not found:
        some = "".join(f"; {name}: {reason}" for name, reason in sorted(skipped)[:3])
        raise InputError(f"no photograph in {folder} ({len(skipped)} files left out{some})")

    photographs = tuple(found[digest] for digest in sorted(found))
    return Corpus(folder.name, photographs, tuple(sorted(skipped)), size, kept(reader(root, size), size), root)


def reader(root: Path, size: int) -> Callable[[Photograph], Pixels]:
    """From a photograph under a folder to its pixels; raises BuildError if it is no longer the same."""

    def read(photograph: Photograph) -> Pixels:
        try:
            payload = (root / photograph.name).read_bytes()
            if hashlib.sha256(payload).hexdigest() == photograph.digest:
                return decode(payload, size)
        except (OSError, UnreadableError) as error:
            raise BuildError(f"{photograph.name} can no longer be read ({error}): start again") from error
        raise BuildError(f"{photograph.name} has changed since the start of this run: start again")

    return read


def _walk(root: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Names of the files under a folder, sorted, and what cannot be looked at. Links to folders are not followed."""
    names: list[str] = []
    skipped: list[tuple[str, str]] = []

    def refuse(error: OSError) -> None:
        skipped.append((_text(os.path.relpath(error.filename or root, root)), f"cannot be read: {error.strerror}"))

    for place, folders, files in os.walk(root, onerror=refuse):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in files:
            name = (Path(place) / file).relative_to(root).as_posix()
            if _text(name) != name:
                skipped.append((_text(name), "a name that is not valid text"))
            elif not file.startswith("."):
                names.append(name)
    return sorted(names), skipped


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _surveyed(
    root: Path, names: Sequence[str], memo: Memo, progress: Progress | None
) -> Iterator[tuple[str, str | list[str]]]:
    """(name, what `_survey` says of it) for each file, from the memo where the file has not changed."""
    with ThreadPoolExecutor(THREADS, "survey") as pool:
        try:
            known = [_remembered(memo, root / name) for name in names]
            work = [pool.submit(_survey, root / n) if k is None else None for n, k in zip(names, known, strict=True)]
            for done, (name, old, job) in enumerate(zip(names, known, work, strict=True), start=1):
                facts = job.result() if job else old
                assert facts is not None  # noqa: S101 (for the type checker: there is a job where nothing is known)
                if job and not (isinstance(facts, str) and facts.startswith("cannot be read")):
                    memo.set(root / name, {"version": READER, "facts": facts})
                if progress:
                    progress(done, len(names))
                yield name, facts
        finally:
            pool.shutdown(cancel_futures=True)
            memo.save()


def _remembered(memo: Memo, file: Path) -> str | list[str] | None:
    try:
        value = memo.get(file)
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
        coarse = signature(decode(payload, SIZE))
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except UnreadableError as error:
        return str(error)
    return [hashlib.sha256(payload).hexdigest(), coarse.hex()]

"""Lists the files under a folder that may be photographs, and those left out, with the reasons.

Names are text: paths with forward slashes, independent of the machine's locale.
"""

import os
from collections import deque
from pathlib import Path

from generator.corpus import LeftOut

# Folders for thumbnails, traces and deleted files, which programs make, by their names in lower case.
KEPT_BY_PROGRAMS = {
    "@eadir": "thumbnails that a Synology keeps",
    ".@__thumb": "thumbnails that a QNAP keeps",
    ".thumbnails": "thumbnails that a program keeps",
    ".thumbs": "thumbnails that a program keeps",
    "__macosx": "what macOS adds to its archives",
    "#recycle": "a recycle bin",
    "@recycle": "a recycle bin",
    "$recycle.bin": "a recycle bin",
    "#snapshot": "earlier versions that a Synology keeps",
    "@recently-snapshot": "earlier versions that a QNAP keeps",
    "system volume information": "what Windows keeps of a disk",
    "lost+found": "what a file system kept when it was mended",
}
AGAIN = "a link to a folder that is looked at anyway"
UNREAD = "cannot be read"
AROUND = "a link to a folder that holds the photographs' own"

_Identity = tuple[int, int]  # of a folder: device and inode


def text(name: str) -> str:
    """A file name of the system as text; its bytes are read as UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def path(root: Path, name: str) -> Path:
    """The path of a name (see `text`) under a folder, as the system expects it."""
    return root / os.fsdecode(name.encode("utf-8"))


def files(root: Path) -> tuple[list[str], list[LeftOut]]:
    """Names of the files under a folder, sorted, and what is left out. Names that begin with a dot are ignored.

    Links to folders are followed last, so that files in the folder itself keep their names. Each folder is visited
    once, even if several links lead to it, and folders that contain `root` never.
    """
    names: list[str] = []
    skipped: list[LeftOut] = []
    around = {_identity(above) for above in root.parents}
    seen: set[_Identity] = set()
    links: deque[Path] = deque([root])

    def refuse(error: OSError) -> None:
        name = _name(root, Path(error.filename or root))
        skipped.append(LeftOut(name, UNREAD, f"{UNREAD}: {error.strerror}"))

    while links:
        for place, folders, found in os.walk(links.popleft(), onerror=refuse):
            here = Path(place)
            known = _identity(here)
            if known in around or known in seen:
                skipped.append(_whole(_name(root, here), AROUND if known in around else AGAIN))
                folders.clear()
                continue
            seen.add(known)
            skipped += [_whole(_name(root, here / f), why) for f in folders if (why := _kept_by_program(f))]
            folders[:] = sorted(f for f in folders if not f.startswith(".") and not _kept_by_program(f))
            links += [here / folder for folder in folders if (here / folder).is_symlink()]
            folders[:] = [folder for folder in folders if not (here / folder).is_symlink()]
            for file in sorted(found):
                name = _name(root, here / file)
                if os.fsencode(os.path.relpath(here / file, root)) != name.encode("utf-8"):
                    skipped.append(_whole(name, "a name that is not valid text"))
                elif not file.startswith("."):
                    names.append(name)
    return sorted(names), skipped


def _whole(name: str, reason: str) -> LeftOut:
    """Left out for a reason that says nothing of the one file."""
    return LeftOut(name, reason, reason)


def _kept_by_program(folder: str) -> str | None:
    return KEPT_BY_PROGRAMS.get(folder.lower())


def _name(root: Path, file: Path) -> str:
    return text(os.path.relpath(file, root)).replace(os.sep, "/")


def _identity(folder: Path) -> _Identity:
    status = folder.stat()
    return status.st_dev, status.st_ino

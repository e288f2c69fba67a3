"""Writing a file so that a reader sees the old bytes or the new ones, never half of them.

The process that writes a temporary file locks it. The kernel releases the lock when that process ends, however it ends.
So what a killed writer left behind can be told from what a living one is writing, without clocks or process numbers.
"""

import contextlib
import os
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a POSIX system: leftovers are told by their age
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".tmp"
AGE = 3600  # seconds: where there are no locks, a younger temporary file may still be in use


def write_atomically(path: Path, payload: bytes, *, durable: bool = True) -> None:
    """Write the payload under a temporary name in the same folder, flush it to disk, and rename it over `path`.

    Folders are made as needed. `durable=False` does not wait for the disk: for what is checked when it is read.
    Raises OSError (disk full, no permission, read-only); nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while not _written(path, payload, durable):
        pass  # another process cleared leftovers just before the new file was locked


def _written(path: Path, payload: bytes, durable: bool) -> bool:
    """Write the file; False if its temporary file was taken for a leftover."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=SUFFIX)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            if not _lock(handle):
                return False
            file.write(payload)
            file.flush()
            if durable:
                os.fsync(handle)
            os.fchmod(handle, 0o644)
            try:
                temporary.replace(path)  # before the lock goes
            except FileNotFoundError:
                if path.parent.is_dir():
                    return False
                raise
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return True


def clear_leftovers(folder: Path) -> int:
    """Remove the temporary files below a folder whose writers are no more. Returns how many there were."""
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(SUFFIX) and _cleared(Path(place) / name):
                count += 1
    return count


def _cleared(temporary: Path) -> bool:
    """Remove a temporary file, unless its writer lives or another user owns it."""
    try:
        with temporary.open("r+b") as file:
            if not _lock(file.fileno(), or_else=time.time() - temporary.stat().st_mtime > AGE):
                return False
            temporary.unlink()
    except OSError:
        return False
    return True


def _lock(handle: int, *, or_else: bool = True) -> bool:
    """Lock an open file, until it is closed; False if another has it, `or_else` if there are no locks here."""
    if fcntl is None:
        return or_else
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return or_else
    return True

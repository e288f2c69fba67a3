"""Writes files atomically: a reader sees either the old bytes or the new ones.

A process locks the temporary file that it writes. The kernel releases the lock when the process ends in any way. So the
file of a killed process can be told from a file that is being written, without clocks or process numbers.
"""

import contextlib
import os
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a POSIX system: the age of a file tells whether it is a leftover
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".tmp"
AGE = 3600  # seconds; without locks, a younger temporary file may still be in use


def write_atomically(path: Path, payload: bytes, *, durable: bool = True) -> None:
    """Write the payload under a temporary name in the same folder, flush it to disk, and rename it over `path`.

    Folders are made as needed. `durable=False` does not wait for the disk: for files whose bytes are checked when read.
    Raises OSError (disk full, no permission, read-only) and then leaves no temporary file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while not _written(path, payload, durable):
        pass  # another process removed the new file as a leftover before it was locked


def _written(path: Path, payload: bytes, durable: bool) -> bool:
    """Write the file; False if another process removed the temporary file as a leftover."""
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
                temporary.replace(path)  # while the lock is held
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
    """Remove the temporary files below a folder whose writing process has ended. Returns their number."""
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(SUFFIX) and _cleared(Path(place) / name):
                count += 1
    return count


def _cleared(temporary: Path) -> bool:
    """Remove a temporary file unless its process still runs or another user owns it. Returns whether it did."""
    try:
        with temporary.open("r+b") as file:
            if not _lock(file.fileno(), or_else=time.time() - temporary.stat().st_mtime > AGE):
                return False
            temporary.unlink()
    except OSError:
        return False
    return True


def _lock(handle: int, *, or_else: bool = True) -> bool:
    """Lock an open file until it is closed. False if another process has locked it; `or_else` if locks do not exist."""
    if fcntl is None:
        return or_else
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return or_else
    return True

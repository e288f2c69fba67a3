"""A cache of file digests by path, size and modification time, so that no file is read twice for its digest."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from generator.store.canonical import canonical
from generator.system.files import write_atomically


class FileCache:
    """A small persistent mapping from files to JSON values.

    A value is valid while the file's size and modification time stay the same. A cache that cannot be read counts as
    empty, because it only saves time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        self._entries: dict[str, list[Any]] = {}
        with contextlib.suppress(OSError, ValueError):
            entries = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(entries, dict):
                self._entries = entries

    def get(self, file: Path) -> Any | None:
        """The value stored for the file; None if there is none or the file has changed since."""
        entry = self._entries.get(_name(file))
        if not isinstance(entry, list) or len(entry) != 3 or entry[:2] != _state(file):
            return None
        return entry[2]

    def set(self, file: Path, value: Any) -> None:
        """Store a JSON value for the file in its present state."""
        self._entries[_name(file)] = [*_state(file), value]
        self._changed = True

    def save(self) -> None:
        """Write the cache if it has changed. A failure is ignored, because the cache only saves time."""
        if self._changed:
            with contextlib.suppress(OSError):
                write_atomically(self._path, canonical(self._entries).encode())
                self._changed = False


def _name(file: Path) -> str:
    """The file's path as text that JSON can hold, the same in every locale."""
    return os.fsencode(file.absolute()).decode("utf-8", "backslashreplace")


def _state(file: Path) -> list[int]:
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]

"""Digests of files, remembered by path, size and time of change, so that nothing is read twice to learn its digest."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from generator.store.canonical import canonical
from generator.system.files import write_atomically


class FileCache:
    """A small persisted mapping from a file, as it is now, to any JSON value.

    A value is forgotten as soon as the file's size or time of change differs. A cache that cannot be read is empty: it
    only ever saves time.
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
        """The value remembered for the file, or None if there is none or the file has changed since."""
        entry = self._entries.get(_name(file))
        if not isinstance(entry, list) or len(entry) != 3 or entry[:2] != _state(file):
            return None
        return entry[2]

    def set(self, file: Path, value: Any) -> None:
        """Remember a JSON value for the file as it is now."""
        self._entries[_name(file)] = [*_state(file), value]
        self._changed = True

    def save(self) -> None:
        """Write the cache if it has changed. One that cannot be written is given up silently: it only saves time."""
        if self._changed:
            with contextlib.suppress(OSError):
                write_atomically(self._path, canonical(self._entries).encode())
                self._changed = False


def _name(file: Path) -> str:
    """The file's path as text that JSON takes, the same in every locale."""
    return os.fsencode(file.absolute()).decode("utf-8", "backslashreplace")


def _state(file: Path) -> list[int]:
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]

"""Files derived from the store's masters for pages, kept in the store under `web/`.

A file is named `<what it was derived from>-<what it contains>.<suffix>`: one whose bytes no longer fit its name is made
anew. That a file fits is remembered by its size and time of change, so that a build reads again only what has changed.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from generator.errors import BuildError
from generator.store.artifacts import Store
from generator.system.files import write_atomically

FOLDER = "web"
LISTS = ".txt"  # suffix of the lists of what each site uses; no derived file has it


def content_name(digest: bytes) -> str:
    """Ten letters and digits (50 bits) that name a content, from its sha256."""
    return base64.b32encode(digest)[:10].decode().lower()


class WebCache:
    """The derived files of a store, found by what they were derived from."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.root = store.root / FOLDER
        self._remembered = store.file_cache(FOLDER)
        self._used: set[str] = set()
        self._known = {path.name.partition("-")[0]: path for path in derived(self.root)}

    def get(self, source: str, suffix: str, make: Callable[[], bytes | None]) -> tuple[str, Path] | None:
        """The content name and path of what `make` makes of `source`; made only if the cache has no whole copy.

        None if `make` gives None. Raises BuildError if the cache cannot be written.
        """
        return self.kept(source, suffix) or self._made(source, suffix, make)

    def kept(self, source: str, suffix: str) -> tuple[str, Path] | None:
        """The content name and path of a whole copy; None if there is none."""
        path = self._known.get(_digest(source))
        if path is None or path.suffix != f".{suffix}":
            return None
        name = path.stem.partition("-")[2]
        if self._remembered.get(path) != name:
            if _name(path.read_bytes()) != name:
                path.unlink(missing_ok=True)
                del self._known[path.name.partition("-")[0]]
                return None
            self._remembered.set(path, name)
        self._used.add(path.name)
        return name, path

    def sound(self, master: Path, sha256: str) -> bool:
        """Whether a master is known to be the one with this digest, without reading it again."""
        return bool(self._remembered.get(master) == sha256)

    def remember(self, master: Path, sha256: str) -> None:
        """Remember that a master was read and found whole."""
        self._remembered.set(master, sha256)

    def close(self, site: str) -> None:
        """Write down which files a site uses, for `unused`. `site`: its manifest's name without the suffix."""
        self._remembered.save()
        if self._used:
            text = "".join(f"{name}\n" for name in sorted(self._used))
            _or_tell(self.root, lambda: write_atomically(self.root / f"{site}{LISTS}", text.encode()))

    def _made(self, source: str, suffix: str, make: Callable[[], bytes | None]) -> tuple[str, Path] | None:
        payload = make()
        if payload is None:
            return None
        name = _name(payload)
        path = self.root / f"{_digest(source)}-{name}.{suffix}"
        # half a file would not fit its name, so there is no waiting for the disk
        _or_tell(self.root, lambda: write_atomically(path, payload, durable=False))
        self._remembered.set(path, name)
        self._used.add(path.name)
        return name, path


def derived(root: Path) -> list[Path]:
    """All derived files in a cache's folder, sorted."""
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 (tens of thousands: half the time)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [root / name for name in names if "-" in name and not name.endswith((LISTS, ".tmp"))]


def unused(root: Path, sites: Iterable[str]) -> Iterator[Path]:
    """Files in a cache's folder that none of these sites used when last rendered, and the lists of other sites."""
    used: set[str] = set()
    lists = {f"{site}{LISTS}" for site in sites}
    for name in lists:
        if (root / name).is_file():
            used.update((root / name).read_text(encoding="ascii").split())
    yield from (path for path in derived(root) if path.name not in used)
    yield from (path for path in sorted(root.glob(f"*{LISTS}")) if path.name not in lists)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def _name(payload: bytes) -> str:
    return content_name(hashlib.sha256(payload).digest())


def _or_tell(root: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise BuildError(
            f"cannot write the web pictures to {root}: {error.strerror or error}.\n"
            "Make room, or name another folder with --store."
        ) from error

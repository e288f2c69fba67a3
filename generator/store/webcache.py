"""Files for pages that are derived from the store's masters, kept in the store under `web/`.

A file is named `<digest of its source>-<digest of its content>.<suffix>`. If its bytes no longer fit its name, it is
made again. Checked files are remembered by size and modification time, so a build reads only files that have changed.
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
LISTS = ".txt"  # suffix of the lists of files that each site uses; no derived file has it


def content_name(digest: bytes) -> str:
    """Ten letters and digits (50 bits) of a sha256 that name a content."""
    return base64.b32encode(digest)[:10].decode().lower()


class WebCache:
    """The derived files of a store, by their source."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.root = store.root / FOLDER
        self._remembered = store.file_cache(FOLDER)
        self._used: set[str] = set()
        self._known = {path.name.partition("-")[0]: path for path in derived(self.root)}

    def get(self, source: str, suffix: str, make: Callable[[], bytes | None]) -> tuple[str, Path] | None:
        """The content name and path of the file derived from `source`. `make` is called if the cache has no whole copy.

        None if `make` returns None. Raises BuildError if the cache cannot be written.
        """
        return self.cached(source, suffix) or self._made(source, suffix, make)

    def cached(self, source: str, suffix: str) -> tuple[str, Path] | None:
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
        """Whether a master is known to have this digest, without reading it again."""
        return bool(self._remembered.get(master) == sha256)

    def remember(self, master: Path, sha256: str) -> None:
        """Remember that a master was read and has this digest."""
        self._remembered.set(master, sha256)

    def close(self, site: str) -> None:
        """Save which files a site uses, for `unused`. `site`: the name of its manifest without the suffix."""
        self._remembered.save()
        if self._used:
            text = "".join(f"{name}\n" for name in sorted(self._used))
            _checked(self.root, lambda: write_atomically(self.root / f"{site}{LISTS}", text.encode()))

    def _made(self, source: str, suffix: str, make: Callable[[], bytes | None]) -> tuple[str, Path] | None:
        payload = make()
        if payload is None:
            return None
        name = _name(payload)
        path = self.root / f"{_digest(source)}-{name}.{suffix}"
        # not durable: a half-written file would not fit its name
        _checked(self.root, lambda: write_atomically(path, payload, durable=False))
        self._remembered.set(path, name)
        self._used.add(path.name)
        return name, path


def derived(root: Path) -> list[Path]:
    """All derived files in a cache's folder, sorted."""
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 (half the time for tens of thousands of files)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [root / name for name in names if "-" in name and not name.endswith((LISTS, ".tmp"))]


def unused(root: Path, sites: Iterable[str]) -> Iterator[Path]:
    """Files in a cache's folder that none of these sites used in its last rendering, and the lists of other sites."""
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


def _checked(root: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise BuildError(
            f"cannot write the web pictures to {root}: {error.strerror or error}.\n"
            "Free some space, or name another folder with --store."
        ) from error

"""Locks between concurrent builds: builds that share a store do not compute the same artifact twice.

A lock covers one byte of the store's file `locks`, at an offset given by the artifact's key. The kernel releases it
when the process ends in any way, so a dead build blocks nobody, and nothing has to be cleaned up. Record locks also
work on network file systems. Where locks do not exist, every lock is granted: two builds may then compute the same
bytes twice, which does no harm.
"""

import contextlib
import os
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from generator.build.tasks import Planned
from generator.store.artifacts import Store

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

BUILDS = 1 << 60  # the byte that all running builds lock together; those of keys are below it
PAUSE = 0.2  # seconds between two attempts


class Locks:
    """The locks of one build on a store. As a context manager, it releases all of them at the end."""

    def __init__(self, root: Path) -> None:
        self._path = root / "locks"
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a read-only store needs no locks
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a+b")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._file.close()
            self._file = None

    @property
    def held(self) -> bool:
        """Whether locks work here."""
        return self._file is not None

    def take(self, keys: Iterable[str]) -> set[str]:
        """Lock the keys that no other build has locked; returns them."""
        return {key for key in keys if self._lock(_place(key))}

    def release(self, keys: Iterable[str]) -> None:
        """Release these keys."""
        for key in keys:
            self._unlock(_place(key))

    @contextlib.contextmanager
    def sole(self, key: str, say: Callable[[], None]) -> Iterator[None]:
        """Hold the lock of one key. If another build holds it, call `say` and wait."""
        if not self.take([key]):
            say()
            while not self.take([key]):
                time.sleep(PAUSE)
        try:
            yield
        finally:
            self.release([key])

    def join(self) -> None:
        """Mark that a build is running, until the locks are closed. Waits while housekeeping runs."""
        while not self._lock(BUILDS, together=True):
            time.sleep(PAUSE)

    def alone(self) -> bool:
        """Whether no build is running. If so, none can begin until the locks are closed."""
        return self._lock(BUILDS)

    def _lock(self, place: int, *, together: bool = False) -> bool:
        if self._file is None:
            return True
        try:
            _set(self._file, fcntl.F_RDLCK if together else fcntl.F_WRLCK, place)
        except (BlockingIOError, PermissionError):  # POSIX allows both if another process holds the lock
            return False
        except OSError:  # a file system without locks
            self._file.close()
            self._file = None
        return True

    def _unlock(self, place: int) -> None:
        if self._file is not None:
            _set(self._file, fcntl.F_UNLCK, place)


def _set(file: BinaryIO, kind: int, place: int) -> None:
    """Lock or unlock one byte. Linux can tie locks to the open file; elsewhere they belong to the process."""
    if hasattr(fcntl, "F_OFD_SETLK") and sys.platform == "linux":
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi0q", kind, os.SEEK_SET, place, 1, 0))
    else:
        how = {fcntl.F_RDLCK: fcntl.LOCK_SH, fcntl.F_WRLCK: fcntl.LOCK_EX, fcntl.F_UNLCK: fcntl.LOCK_UN}[kind]
        fcntl.lockf(file, how | fcntl.LOCK_NB, 1, place)


def share(
    tasks: Iterable[Planned], store: Store, locks: Locks, elsewhere: Callable[[int], None] = lambda _: None
) -> Iterator[Planned]:
    """The missing parts of these tasks, each locked until the next one is requested.

    Artifacts that another build works on come last, if they are still missing then. At the end, all artifacts of the
    tasks are in the store. `elsewhere` is called with the number of artifacts that other builds have made.
    """
    queue = deque(tasks)
    waiting = 0  # consecutive tasks that other builds work on
    while queue:
        task = queue.popleft()
        lacking = task.lacking(store)
        mine = locks.take(lacking)
        made = mine - task.lacking(store)  # by others, before the lock was taken
        locks.release(made)
        others = lacking - mine
        parts = task.only(mine - made), task.only(others)
        theirs = task.pieces - sum(part.pieces for part in parts if part)
        if theirs > 0:
            elsewhere(theirs)
        if rest := task.only(others):
            queue.append(rest)
        if own := task.only(mine - made):
            try:
                yield own
            finally:
                locks.release(mine - made)
            waiting = 0
        elif rest:
            waiting += 1
            if waiting >= len(queue):
                time.sleep(PAUSE)
                waiting = 0


@contextlib.contextmanager
def together(tasks: Iterable[Planned], store: Store, locks: Locks) -> Iterator[list[Planned]]:
    """The missing parts of these tasks, all locked together: waits until no other build works on any of them."""
    tasks = list(tasks)
    while True:
        lacking = {key for task in tasks for key in task.lacking(store)}
        mine = locks.take(lacking)
        if mine == lacking:
            break
        locks.release(mine)
        time.sleep(PAUSE)
    try:
        left = {key for task in tasks for key in task.lacking(store)}
        yield [part for task in tasks if (part := task.only(left))]
    finally:
        locks.release(mine)


def _place(key: str) -> int:
    """The offset of a key's byte in the file: its first 60 bits."""
    return int(key[:15], 16)

"""Progress of long work: a bar on a terminal, or a plain line every few seconds in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

Say = Callable[[str], None]  # prints one line to the user

EVERY = 5.0  # seconds between lines in a log


class Stage:
    """The progress of work of `total` pieces. Nothing is shown before the first report."""

    def __init__(self, title: str, total: int, unit: str, console: Console) -> None:
        self.title, self.total, self.unit = title, total, unit
        self.done = 0
        self._console = console
        self._bar: tuple[Progress, TaskID] | None = None
        self._start = self._said = time.monotonic()

    def advance(self, pieces: int, what: str = "") -> None:
        """Report that `pieces` more are done. `what`: the current work, in words."""
        self.reach(self.done + pieces, what)

    def of(self, done: int, total: int) -> None:
        """Report that `done` of `total` pieces are done: for work whose total is unknown at the start."""
        self.total = total
        self.reach(done)

    def reach(self, done: int, what: str = "") -> None:
        """Report that `done` pieces are done so far."""
        self.done = done
        now = time.monotonic()
        rate = done / max(now - self._start, 1e-6)
        if self._console.is_terminal:
            progress, task = self._bar = self._bar or self._begin()
            progress.update(task, completed=done, total=self.total, rate=f"{rate:,.1f} {self.unit}/s", what=what)
        elif now - self._said >= EVERY or (done == self.total and now - self._start >= 1):
            self._said = now
            left = f", {clock((self.total - done) / rate)} left" if rate and done < self.total else ""
            sys.stderr.write(f"{self.title}: {done:,}/{self.total:,} {what} ({rate:,.1f} {self.unit}/s{left})\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Stop updating the bar."""
        if self._bar:
            self._bar[0].stop()

    def _begin(self) -> tuple[Progress, TaskID]:
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.fields[what]}"),
            console=self._console,
        )
        progress.start()
        return progress, progress.add_task(self.title, total=self.total, rate="", what="")


@contextmanager
def stage(title: str, total: int, unit: str) -> Iterator[Stage]:
    """A stage of `total` pieces; `unit`: the plural name of a piece."""
    work = Stage(title, total, unit, Console(stderr=True))
    try:
        yield work
    finally:
        work.end()


def clock(seconds: float) -> str:
    """A duration in words: 42 s, 3 min 10 s, 1 h 20 min."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"

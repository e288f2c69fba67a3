"""Delays Ctrl-C and SIGTERM while a short piece of work must not be interrupted."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

HELD = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """A context whose body is not interrupted: a signal that arrives meanwhile takes effect at its end.

    Only the main thread of a program gets signals; in other threads this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    handlers = {number: signal.getsignal(number) for number in HELD}
    for number, handler in handlers.items():
        if callable(handler):
            signal.signal(number, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if callable(handler):
                signal.signal(number, handler)
        for first, frame in came[:1]:
            handler = handlers[signal.Signals(first)]
            if callable(handler):
                handler(first, frame)

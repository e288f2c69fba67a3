"""What a worker of a cluster does: one task at a time, in a context that it makes once."""

import os
import socket
import threading
import time
from functools import lru_cache

from generator.build.cluster import handshake as agreed
from generator.build.cluster.handshake import Handshake
from generator.build.context import Context
from generator.build.tasks import Task
from generator.errors import InputError

_turn = threading.Lock()  # whatever threads the worker has: one task's TensorFlow uses all cores that it may


@lru_cache(maxsize=1)
def _context(terms: Handshake) -> Context:
    return agreed.context(terms)


def fault(terms: Handshake) -> str | None:
    """What keeps this worker from working under the terms, in words, or None."""
    try:
        _context(terms)
    except InputError as error:
        return str(error)
    return None


def perform(task: Task, terms: Handshake) -> float:
    """Do a task; what it makes is in the store. Returns the seconds that it took.

    The terms are held against what this worker sees before its first task, however late it came: raises InputError if
    it is not fit.
    """
    with _turn:
        start = time.monotonic()
        try:
            context = _context(terms)
        except InputError as error:
            raise InputError(f"the worker on {socket.gethostname()} (process {os.getpid()}) {error}") from None
        task.run(context, lambda *_: None)
        return time.monotonic() - start

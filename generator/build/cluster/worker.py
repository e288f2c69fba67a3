"""What a worker of a cluster does: one task at a time, in a workshop that it makes once."""

import os
import socket
import threading
import time
from functools import lru_cache

from generator.build.cluster import handshake as agreed
from generator.build.cluster.handshake import Terms
from generator.build.context import Workshop
from generator.build.tasks import Task
from generator.build.work import run
from generator.errors import InputError

_turn = threading.Lock()  # whatever threads the worker has: one task's TensorFlow uses all cores that it may


@lru_cache(maxsize=1)
def _workshop(terms: Terms) -> Workshop:
    return agreed.workshop(terms)


def fault(terms: Terms) -> str | None:
    """What keeps this worker from working under the terms, in words, or None."""
    try:
        _workshop(terms)
    except InputError as error:
        return str(error)
    return None


def perform(task: Task, terms: Terms) -> float:
    """Do a task; what it makes is in the store. Returns the seconds that it took.

    The terms are held against what this worker sees before its first task, however late it came: raises InputError if
    it is not fit.
    """
    with _turn:
        start = time.monotonic()
        try:
            workshop = _workshop(terms)
        except InputError as error:
            raise InputError(f"the worker on {socket.gethostname()} (process {os.getpid()}) {error}") from None
        run(task, workshop, lambda *_: None)
        return time.monotonic() - start

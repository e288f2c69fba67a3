"""The worker's side of a cluster: does one task at a time, in a context that is made once."""

import os
import socket
import threading
import time
from functools import lru_cache

from generator.build.cluster import handshake as handshakes
from generator.build.cluster.handshake import Handshake
from generator.build.context import Context
from generator.build.tasks import Task
from generator.errors import InputError

_turn = threading.Lock()  # one task at a time, because its TensorFlow uses all allowed cores


@lru_cache(maxsize=1)
def _context(handshake: Handshake) -> Context:
    return handshakes.context(handshake)


def fault(handshake: Handshake) -> str | None:
    """Why this worker does not fit the driver's handshake, in words; None if it fits."""
    try:
        _context(handshake)
    except InputError as error:
        return str(error)
    return None


def perform(task: Task, handshake: Handshake) -> float:
    """Do a task, and put its artifacts into the store. Returns the seconds that it took.

    The handshake is checked before the first task of every worker, also of those that join later. Raises InputError if
    this worker does not fit.
    """
    with _turn:
        start = time.monotonic()
        try:
            context = _context(handshake)
        except InputError as error:
            raise InputError(f"the worker on {socket.gethostname()} (process {os.getpid()}) {error}") from None
        task.run(context, lambda *_: None)
        return time.monotonic() - start

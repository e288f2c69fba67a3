import os
import signal
import threading

import pytest

from generator.store import artifacts as stores
from generator.store.artifacts import Store
from generator.store.canonical import key
from generator.system.files import write_atomically
from generator.system.signals import held_back


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_the_end(number):
    def stop(*_):
        raise KeyboardInterrupt

    before, done = signal.signal(number, stop), []
    try:
        with pytest.raises(KeyboardInterrupt), held_back():  # noqa: PT012 (what comes after the signals is the point)
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)
            done.append("to the end")
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, before)
    assert done == ["to the end"]


def test_other_threads_are_left_alone():
    handler, found = signal.getsignal(signal.SIGINT), []

    def work():
        with held_back():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [handler]


def test_the_write_in_hand_is_finished(tmp_path, monkeypatch):
    def interrupted(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        write_atomically(*arguments)

    monkeypatch.setattr(stores, "write_atomically", interrupted)
    inputs = {"n": 1}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # the background's is to ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            Store(tmp_path).put(inputs, b"whole", "png", {}, {})
    finally:
        signal.signal(signal.SIGINT, before)
    assert Store(tmp_path).read(key(inputs)) == b"whole"

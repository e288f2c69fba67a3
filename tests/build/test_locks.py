"""Builds that share a store: each artifact is made once, a dead build blocks nobody."""

import subprocess
import sys
import threading

from generator.build import locks as module
from generator.build.locks import Locks, share, together
from generator.build.tasks import Cut, Job
from generator.store.artifacts import Store

KEYS = [f"{n:x}" * 64 for n in range(10)]
A, B, C, D, E, *_ = KEYS


def cut(*keys):
    return Cut("patches", "block1_conv1", A, tuple(Job(*job) for job in enumerate(keys)))


def make(store, *keys):
    for key in keys:
        store._commit(key, {}, b"made", "png", {}, {})


def finish(store, locks, key):
    """Make what is locked, and give it free."""
    make(store, key)
    locks.release([key])


def test_what_one_has_locked_another_has_not(tmp_path):
    with Locks(tmp_path) as one, Locks(tmp_path) as other:
        assert one.take([A, B]) == {A, B}
        assert other.take([A, B, C]) == {C}
        one.release([A])
        assert other.take([A, B]) == {A}
    with Locks(tmp_path) as third:
        assert third.take([A, B, C]) == {A, B, C}


HOLDER = """
import sys, time
from pathlib import Path
from generator.build.locks import Locks
with Locks(Path(sys.argv[1])) as locks:
    locks.join()
    print(len(locks.take(sys.argv[2:])), flush=True)
    time.sleep(60)
"""


def test_the_locks_of_a_killed_process_are_free_at_once(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), A], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"1\n"
        with Locks(tmp_path) as locks:
            assert locks.take([A, B]) == {B}
            assert not locks.alone()
        holder.kill()
    with Locks(tmp_path) as locks:
        assert locks.take([A]) == {A}
        assert locks.alone()


def test_builds_run_together_and_housekeeping_alone(tmp_path):
    with Locks(tmp_path) as one, Locks(tmp_path) as other:
        one.join()
        other.join()
        with Locks(tmp_path) as housekeeper:
            assert not housekeeper.alone()
    with Locks(tmp_path) as housekeeper:
        assert housekeeper.alone()


def test_what_is_made_already_is_not_made_again(tmp_path):
    store = Store(tmp_path)
    heard: list[int] = []
    make(store, A)
    with Locks(tmp_path) as locks:
        (left,) = share([cut(A, B), cut(A)], store, locks, heard.append)
    assert left == Cut("patches", "block1_conv1", A, (Job(1, B),))
    assert sum(heard) == 2


def test_what_another_is_at_comes_last_and_is_left_to_it(tmp_path):
    store = Store(tmp_path)
    heard: list[int] = []
    with Locks(tmp_path) as locks, Locks(tmp_path) as other:
        other.take([A, B, C])
        mine = share([cut(A, D), cut(B), cut(E)], store, locks, heard.append)
        assert set(next(mine).makes()) == {D}
        assert other.take([D]) == set()
        make(store, D)
        assert set(next(mine).makes()) == {E}
        assert other.take([D]) == {D}  # given up when the next one was asked for
        make(store, E, A)
        other.release([A, B])  # A is made, B has been given up
        assert set(next(mine).makes()) == {B}
        assert list(mine) == []
    assert sum(heard) == 1


def test_it_waits_for_what_another_is_at(tmp_path, monkeypatch):
    store = Store(tmp_path)
    monkeypatch.setattr(module, "PAUSE", 0.01)
    with Locks(tmp_path) as locks, Locks(tmp_path) as other:
        other.take([A])
        timer = threading.Timer(0.1, finish, (store, other, A))
        timer.start()
        assert list(share([cut(A)], store, locks)) == []
        timer.join()
    assert store.has(A)


def test_all_of_it_at_once_waits_for_others(tmp_path, monkeypatch):
    store = Store(tmp_path)
    monkeypatch.setattr(module, "PAUSE", 0.01)
    with Locks(tmp_path) as locks, Locks(tmp_path) as other:
        other.take([A])
        timer = threading.Timer(0.1, finish, (store, other, A))
        timer.start()
        with together([cut(A, B), cut(A)], store, locks) as left:
            assert [set(task.makes()) for task in left] == [{B}]
            assert other.take([A, B]) == {A}
        timer.join()


def test_where_there_are_no_locks_everything_is_granted(tmp_path, monkeypatch):
    def none(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(module, "_set", none)
    with Locks(tmp_path) as one, Locks(tmp_path) as other:
        assert one.take([A]) == other.take([A]) == {A}
        assert not one.held
        one.release([A])

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.system import files
from generator.system.files import clear_leftovers, write_atomically


def test_replaces_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "new" / "file"
    write_atomically(target, b"old")
    write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_a_failed_write_keeps_the_old_bytes(tmp_path, monkeypatch):
    target = tmp_path / "file"
    write_atomically(target, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


WRITER = """
import sys, time
from generator.system import files
from pathlib import Path
files.os.fsync = lambda _: (print("writing", flush=True), time.sleep(60))
files.write_atomically(Path(sys.argv[1]), b"never whole")
"""


def test_what_a_killed_writer_left_is_cleared_and_what_a_living_one_writes_is_not(tmp_path):
    target = tmp_path / "deep" / "file"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        (temporary,) = target.parent.iterdir()
        os.utime(temporary, (0, 0))  # a clock proves nothing
        assert clear_leftovers(tmp_path) == 0
        writer.send_signal(signal.SIGKILL)
    assert temporary.exists()
    assert clear_leftovers(tmp_path) == 1
    assert list(target.parent.iterdir()) == []


def test_a_file_taken_for_a_leftover_before_it_was_locked_is_written_again(tmp_path, monkeypatch):
    lock = files._lock
    cleared: list[bool] = []

    def late(handle, **options):
        if not cleared:
            cleared.append(True)
            with monkeypatch.context() as patch:
                patch.setattr(files, "_lock", lock)
                assert clear_leftovers(tmp_path) == 1
        return lock(handle, **options)

    monkeypatch.setattr(files, "_lock", late)
    write_atomically(tmp_path / "file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"whole"


def test_without_locks_only_what_is_old_is_cleared(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "fcntl", None)
    for name in (".old.tmp", ".young.tmp", "plain.tmp", ".other"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / ".old.tmp", (0, time.time() - files.AGE - 60))
    assert clear_leftovers(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other", ".young.tmp", "plain.tmp"]


def test_all_of_it_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    target, synced = tmp_path / "file", []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append((os.fstat(handle).st_size, target.exists())))
    write_atomically(target, b"x" * 100)
    assert synced == [(100, False)]
    write_atomically(target, b"y", durable=False)
    assert len(synced) == 1


def test_others_may_read_it(tmp_path):
    write_atomically(tmp_path / "file", b"x")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644

import shutil
import sys

import pytest

from generator.bench import rates


def test_a_new_process_gets_as_far_as_a_task():
    assert rates._start() > 0.1  # CPU seconds; raises unless the process ended well


def test_a_process_that_fails_is_not_taken_for_a_fast_one(monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))

    with pytest.raises(RuntimeError, match="could not get ready"):
        rates._start()

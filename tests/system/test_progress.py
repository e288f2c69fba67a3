import time

import pytest

from generator.system.progress import clock, stage


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (5025, "1 h 23 min")]
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_a_log_gets_a_line_now_and_then(capsys, monkeypatch):
    now = iter(range(0, 1000, 3))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with stage("patches", 4, "filters") as bar:
        for _ in range(4):
            bar.advance(1, "block1_conv1")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("patches: 2/4 block1_conv1 (")
    assert "left)" in lines[0]
    assert lines[-1].startswith("patches: 4/4")


def test_short_work_is_silent_in_a_log(capsys):
    with stage("patches", 2, "filters") as bar:
        bar.of(1, 2)
        bar.reach(2)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with stage("patches", 4, "filters") as bar:
        bar.reach(4, "block1_conv1")
    assert "4/4" in capsys.readouterr().err


def test_a_stage_that_does_nothing_shows_nothing(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with stage("download", 1, "B"):
        pass
    assert capsys.readouterr().err == ""

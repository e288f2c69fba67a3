"""Runs killed at random moments lose at most the batch in hand, and end in the same bytes. `ROUNDS=60` for more."""

import os
import random
import signal
import subprocess
import sys
import time

from tests.sitecheck import problems

ROUNDS = int(os.environ.get("ROUNDS", "2"))


def start(bench):
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "atlas", *bench.flags()], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def wait_for(bench, artifacts, process):
    """Until so many files are in the store, or the run is over."""
    while process.poll() is None and len(list((bench.store / "objects").glob("*/*"))) < artifacts:
        time.sleep(0.02)


def test_sigkill_at_any_moment(built, fresh):
    chance = random.Random(os.environ.get("SEED", "7"))  # noqa: S311 (moments, not secrets)
    for number in range(ROUNDS):
        process = start(fresh)
        wait_for(fresh, chance.randint(0, len(built.objects()) * (number + 1) // ROUNDS), process)
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.communicate()
    if (fresh.store / "objects").exists():
        assert fresh.run("store verify") == 0
    assert fresh.run() == 0
    assert fresh.objects() == built.objects()
    assert problems(fresh.site) == []


def test_sigterm_leaves_a_site_and_says_how_to_go_on(fresh):
    process = start(fresh)
    wait_for(fresh, 10, process)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 143
    assert b"goes on where it stopped" in told
    assert problems(fresh.site) == []

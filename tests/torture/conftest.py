"""Doing harm, and counting what survives.

`make test` does most harm a few times; `make torture ROUNDS=60` as often as the reliability page says. Both end with a
table of what was done, how often, and what happened.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import attentive, lay_out
from tests.made import fingerprints

ROUNDS = int(os.environ.get("ROUNDS", "0"))  # 0: a short version
FULL = 60  # rounds after which the figures of the reliability page are reached
WIDTHS = (4, 4, 6, 6, 8)
long = pytest.mark.skipif(not ROUNDS, reason="takes too long for every day: make torture")
OF_THIS_MACHINE = {"store/memo/speed.json", "store/memo/web.json"}
TABLE = pytest.StashKey[list[tuple[str, str, str]]]()


def often(short, full):
    """How often to do something that is done `full` times in FULL rounds."""
    return max(1, full * ROUNDS // FULL) if ROUNDS else short


def pytest_configure(config):
    config.stash[TABLE] = []


@pytest.fixture
def report(request):
    """Add a row to the table at the end: `report("what was done", how_often, "what happened")`."""

    def add(done, times, happened):
        request.config.stash[TABLE].append((done, f"{times:,}", happened))

    return add


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash.get(TABLE, [])
    if rows:
        rows = [("what was done", "times", "what happened"), *rows]
        wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
        terminalreporter.section("torture")
        for done, times, happened in rows:
            terminalreporter.write_line(f"{done:<{wide[0]}}  {times:>{wide[1]}}  {happened}")


def unmeasured(**more):
    """The environment of a process that harm is done to: ours, but it notes nothing for coverage.

    The note would be harmed with it: it cannot be written either, and what is said of that is not the build's.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")} | more


class Victim:
    """A small atlas to do harm to, and what its store and site are like when nobody does."""

    def __init__(self, root: Path) -> None:
        self.bench = lay_out(root, WIDTHS)
        self.reference: dict[str, str] = {}

    def start(self, *more, command="atlas", **options):
        """A build in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", command, *self.bench.flags(), *more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **{"preexec_fn": attentive, "env": unmeasured()} | options,
        )

    def build(self, *more):
        """A build that nobody disturbs; returns what it said."""
        process = self.start(*more)
        _, told = process.communicate()
        assert process.returncode == 0, told
        return told

    def files(self):
        """sha256 of every file of the store and the site, but for what is remembered of this machine.

        That is how fast it was, and when which file of the store was last seen whole.
        """
        found = {f"store/{name}": digest for name, digest in fingerprints(self.bench.store).items()}
        found |= {f"site/{name}": digest for name, digest in fingerprints(self.bench.site).items()}
        return {name: digest for name, digest in found.items() if name not in OF_THIS_MACHINE}

    def objects(self):
        """How many files of artifacts there are."""
        return len(list((self.bench.store / "objects").glob("*/[!.]*")))


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """An atlas that was built without harm, to copy from."""
    victim = Victim(tmp_path_factory.mktemp("whole"))
    assert victim.bench.run() == 0
    return victim

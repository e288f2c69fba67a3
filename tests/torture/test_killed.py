"""Builds killed at random moments lose at most the batch in hand, and end in the same bytes."""

import json
import os
import random
import signal
import time
from collections import Counter

import pytest

from tests.sitecheck import problems
from tests.torture.conftest import Victim, long, often

SEED = os.environ.get("SEED", "7")
CHAIN = 6  # kills before a build may go on to its end
STAGES = {  # by the kind of the artifacts that it makes, in the order in which it is reached
    "visualization": "gradient ascent",
    "responses": "the pass",
    "evidence": "evidence",
    "album": "crops",
    "photograph": "crops",
    "patches": "crops",
    "spectrum": "crops",
    "deconvnet": "projections",
    "gradient": "projections",
    "footprints": "the second pass",
    "measures": "measures",
}


def test_sigkill_at_any_moment(whole, report):
    """The store and the site of killed runs and of one that was not are the same, byte for byte, in the same place."""
    kills = often(1, 60)
    chance = random.Random(SEED)  # noqa: S311 (moments, not secrets)
    victim = whole  # which it is again at the end
    reference, order = victim.files(), history(victim)
    stages: Counter[str] = Counter()
    left, ends = 0, 0
    while stages.total() < kills:
        victim.bench.empty()
        for moment in sorted(draw(order, chance) for _ in range(min(CHAIN, kills - stages.total()))):
            stage, leavings = kill(victim, order, moment, chance)
            stages[stage] += 1
            left += leavings
        victim.build()
        assert victim.files() == reference
        ends += 1
    assert problems(victim.bench.site) == []
    where = ", ".join(f"{count} in {stage}" for stage, count in stages.most_common())
    happened = f"store and site byte-identical after each of {ends} runs to the end; {left} half-written files cleared"
    report(f"builds killed by SIGKILL ({where})", kills, happened)


def history(victim):
    """The kinds of the artifacts in the order in which they were made."""
    cards = sorted((victim.bench.store / "objects").glob("*/*.json"), key=lambda card: card.stat().st_mtime_ns)
    return [json.loads(card.read_bytes())["inputs"]["kind"] for card in cards]


def draw(order, chance):
    """A moment, as a number of artifacts: every stage is as likely as every other."""
    stage = chance.choice(["start-up", *dict.fromkeys(STAGES.values()), "rendering"])
    if stage == "start-up":
        return -1
    places = [place for place, kind in enumerate(order) if STAGES.get(kind) == stage]
    return chance.choice(places) if places else len(order)


def kill(victim, order, moment, chance):
    """Start a build, kill it at about a moment. Returns the stage it was in, and how many half-written files it left.

    A build that is quicker than the hand that is to kill it counts as killed while rendering only if it was.
    """
    before = made(victim)
    process = victim.start()
    if moment <= before and moment < len(order):
        time.sleep(chance.uniform(0, 3))  # while Python, the config, the photographs are being read
    else:
        while process.poll() is None and made(victim) < moment:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 2 if moment == len(order) else 0.3))
    process.kill()
    process.communicate()
    left = len(list(victim.bench.store.rglob(".*.tmp")))
    if process.returncode != -signal.SIGKILL:
        return "its last moment", left
    now = made(victim)
    if now == len(order):
        return "rendering", left
    return ("start-up" if now == before else STAGES.get(order[now], "start-up")), left


def made(victim):
    """How many artifacts are committed."""
    return len(list((victim.bench.store / "objects").glob("*/[!.]*.json")))


def wait(process, until):
    while process.poll() is None and not until():
        time.sleep(0.01)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_asked_to_stop_it_leaves_a_site_and_says_how_to_go_on(number, code, tmp_path, report):
    times = often(1, 10)
    for round_ in range(times):
        victim = Victim(tmp_path / str(round_))
        process = victim.start()
        wait(process, lambda victim=victim, more=round_: victim.objects() >= 10 + 20 * more)
        process.send_signal(number)
        _, told = process.communicate(timeout=300)
        assert process.returncode == code
        assert "the same command again to continue" in told
        assert problems(victim.bench.site) == []
        cards = {path.stem for path in (victim.bench.store / "objects").glob("*/*.json")}
        assert {path.stem for path in (victim.bench.store / "objects").glob("*/*")} == cards  # no half artifact
        assert list(victim.bench.store.rglob(".*.tmp")) == []
    report(f"builds asked to stop by {number.name}", times, f"write in hand finished, site left whole, exit {code}")


def left(group):
    """Whether any process of a group still is."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@long
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_cluster_of_this_machine_ends_with_its_build(number, code, tmp_path, report):
    """A terminal's Ctrl-C goes to the workers as well, SIGTERM to the driver alone."""
    victim = Victim(tmp_path)
    process = victim.start("--executor", "dask", start_new_session=True)
    wait(process, lambda: victim.objects() >= 10)
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    _, told = process.communicate(timeout=300)
    assert process.returncode == code, told
    assert "the same command again to continue" in told
    assert problems(victim.bench.site) == []
    end = time.monotonic() + 30
    while left(process.pid):
        assert time.monotonic() < end
        time.sleep(0.1)
    victim.build()
    report(f"Dask workers of one machine, {number.name}", 1, f"all workers ended, site left whole, exit {code}")

"""Builds killed at random moments lose at most the batch in hand, and end in the same bytes."""

import json
import os
import random
import signal
import time
from collections import Counter

import pytest

from tests.sitecheck import problems
from tests.torture.conftest import Victim, often

SEED = os.environ.get("SEED", "7")
STAGES = {  # what the first artifact that is missing belongs to: the stage that was killed
    "visualization": "gradient ascent",
    "responses": "the pass",
    "evidence": "evidence",
    "patches": "crops",
    "spectrum": "crops",
    "means": "crops",
    "deconvnet": "projections",
    "gradient": "projections",
    "measures": "measures",
}


def test_sigkill_at_any_moment(tmp_path, report):
    """The store and the site of killed runs and of one that was not are the same, byte for byte, in the same place."""
    kills = often(3, 60)
    chance = random.Random(SEED)  # noqa: S311 (moments, not secrets)
    victim = Victim(tmp_path)
    victim.build()
    reference, artifacts = victim.files(), victim.objects()
    victim.bench.empty()
    stages, left, ends = Counter(), 0, 0
    while stages.total() < kills:
        if stages.total() % 12 == 0 and stages:
            ends += finish(victim, reference)
            victim.bench.empty()
        stage, leavings = kill(victim, artifacts, chance)
        if stage is None:  # it was quicker than the hand that was to kill it
            ends += finish(victim, reference)
            victim.bench.empty()
            continue
        stages[stage] += 1
        left += leavings
    ends += finish(victim, reference)
    assert problems(victim.bench.site) == []
    where = ", ".join(f"{count} in {stage}" for stage, count in stages.most_common())
    happened = f"store and site byte-identical after each of {ends} runs to the end; {left} half-written files cleared"
    report(f"builds killed by SIGKILL ({where})", kills, happened)


def finish(victim, reference):
    """Go on to the end, and compare; counts as one."""
    victim.build()
    assert victim.files() == reference
    return 1


def kill(victim, artifacts, chance):
    """Start a build and kill it somewhere. Returns the stage it was in, and how many half-written files it left."""
    before = victim.objects()
    process = victim.start()
    kind = chance.random()
    if kind < 0.15:  # while Python, the config, the photographs are being read
        time.sleep(chance.uniform(0, 3))
    elif kind < 0.8:  # when some more artifacts are there
        wait(process, lambda: victim.objects() >= chance.uniform(before, min(before + artifacts / 3, artifacts)))
        time.sleep(chance.uniform(0, 0.3))
    else:  # when everything is, and the site is being rendered
        wait(process, lambda: victim.objects() >= artifacts)
        time.sleep(chance.uniform(0, 2))
    if process.poll() is not None:
        process.communicate()
        return None, 0
    process.kill()
    process.communicate()
    left = len(list(victim.bench.store.rglob(".*.tmp")))
    return stage(victim, before, artifacts), left


def wait(process, until):
    while process.poll() is None and not until():
        time.sleep(0.01)


def stage(victim, before, artifacts):
    """What a killed build was at, as its store tells."""
    if victim.objects() >= artifacts:
        return "rendering"
    if victim.objects() == before:
        return "start-up"
    cards = (victim.bench.store / "objects").glob("*/[!.]*.json")
    found = Counter(json.loads(card.read_bytes())["inputs"]["kind"] for card in cards)
    wanted = {"visualization": 56, "responses": 5, "evidence": 5}
    return next(name for kind, name in STAGES.items() if found[kind] < wanted.get(kind, 28))


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
        assert "goes on where it stopped" in told
        assert problems(victim.bench.site) == []
        cards = {path.stem for path in (victim.bench.store / "objects").glob("*/*.json")}
        assert {path.stem for path in (victim.bench.store / "objects").glob("*/*")} == cards  # no half artifact
        assert list(victim.bench.store.rglob(".*.tmp")) == []
    report(f"builds asked to stop by {number.name}", times, f"write in hand finished, site left whole, exit {code}")

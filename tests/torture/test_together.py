"""Builds at once on one store: all finish right, and nothing is computed twice."""

import json
import re
import signal
import time

from generator.store import manifest
from tests.sitecheck import problems
from tests.torture.conftest import Victim, long, often


def computed(told):
    """How many artifacts a build made itself, by what it said."""
    planned, others = (
        sum(int(number.replace(",", "")) for number in re.findall(words, told))
        for words in (r"To compute: ([\d,]+) of", r"made the other ([\d,]+)")
    )
    return planned - others


def together(victim, *flags):
    """Start a build for each list of flags at once; what each said, when all are done."""
    builds = [victim.start(*more) for more in flags]
    told = [build.communicate(timeout=900)[1] for build in builds]
    assert [build.returncode for build in builds] == [0] * len(builds), told
    return told


def wanted(victim):
    """The keys of all sites of a store."""
    sites = [manifest.load(path) for path in (victim.bench.store / "manifests").glob("*.json")]
    return set().union(*(site.keys() for site in sites))


def stored(victim):
    return {path.parent.name + path.stem for path in (victim.bench.store / "objects").glob("*/*.json")}


@long
def test_the_same_config_twice_at_once(whole, tmp_path, report):
    times, both = often(1, 12), 0
    for number in range(times):
        victim = Victim(tmp_path / str(number))
        told = together(victim, [], [])
        shares = [computed(text) for text in told]
        assert sum(shares) == len(wanted(victim))
        assert wanted(victim) <= stored(victim)
        assert victim.bench.objects() == whole.bench.objects()
        assert problems(victim.bench.site) == []
        both += all(shares)
    report("two builds of one config at once", times, f"nothing computed twice; in {both} both computed a part")


@long
def test_different_configs_at_once(whole, tmp_path, report):
    times = often(1, 12)
    for number in range(times):
        victim = Victim(tmp_path / str(number))
        other = ["--site-dir", str(victim.bench.root / "other"), "--layers", "block1 block2_conv1", "--filters", "3"]
        told = together(victim, ["--layers", "block1_conv2 block2"], other)
        assert sum(map(computed, told)) == len(wanted(victim))
        assert wanted(victim) <= stored(victim)
        own = dict(victim.bench.objects().items() - whole.bench.objects().items())
        suffixes = {json.loads(card)["suffix"] for name, card in own.items() if name.endswith(".json")}
        assert suffixes == {"evidence"}  # which names only neighbours that are in the atlas
        assert problems(victim.bench.site) == problems(victim.bench.root / "other") == []
    report("two builds of different configs at once", times, "nothing computed twice, both sites whole")


@long
def test_one_is_killed_and_the_other_does_its_part_too(whole, tmp_path, report):
    times = often(1, 12)
    for number in range(times):
        victim = Victim(tmp_path / str(number))
        first, second = victim.start(), victim.start()
        while victim.objects() < 10 + 15 * number and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        _, told = second.communicate(timeout=900)
        assert second.returncode == 0, told
        assert victim.bench.objects() == whole.bench.objects()
        assert victim.bench.run() == 0
        assert list(victim.bench.store.rglob(".*.tmp")) == []  # what the dead one left, the next one clears away
    report("one of two builds killed", times, "the other finished at once with the same bytes")


@long
def test_housekeeping_beside_a_running_build(whole, tmp_path, report):
    times, refused = often(1, 6), 0
    for number in range(times):
        victim = Victim(tmp_path / str(number))
        process = victim.start()
        while victim.objects() < 20 and process.poll() is None:
            time.sleep(0.01)
        while process.poll() is None:
            refused += victim.bench.run("store gc", "--yes") == 1
            time.sleep(0.05)
        _, told = process.communicate()
        assert process.returncode == 0, told
        assert victim.bench.objects() == whole.bench.objects()
    report("builds with `store gc --yes` all the while", times, f"refused {refused} times, nothing lost")

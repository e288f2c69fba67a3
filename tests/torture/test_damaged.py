"""A damaged store: every harm is found, named, and mended; none is ever shown."""

import logging
import os
import random
import shutil
from collections import Counter

import pytest

from generator.network import sketches
from generator.responses import albums
from generator.store import manifest
from generator.store.artifacts import Store
from tests.made import fingerprints
from tests.torture.conftest import Victim, long, often

SEED = os.environ.get("SEED", "7")
AT_ONCE = 20  # artifacts


def flip(path, chance):
    """One bit."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def harm(kind, card, other, chance):
    """Damage the artifact of a card, or swap it with another. Returns the keys that were harmed."""
    payload, theirs = (next(p for p in c.parent.glob(f"{c.stem}.*") if p != c) for c in (card, other))
    half = chance.choice([card, payload])
    match kind:
        case "one bit flipped":
            flip(half, chance)
        case "truncated":
            half.write_bytes(half.read_bytes()[: chance.randrange(1, half.stat().st_size)])
        case "emptied":
            half.write_bytes(b"")
        case "one half deleted":
            half.unlink()
        case _:  # two swapped
            pairs = {"both halves": [(card, other), (payload, theirs)], "payloads": [(payload, theirs)]}
            for one, two in pairs.get(kind.split(": ")[-1], [(card, other)]):
                swapped = one.read_bytes(), two.read_bytes()
                one.write_bytes(swapped[1])
                two.write_bytes(swapped[0])
            return {card.parent.name + card.stem, other.parent.name + other.stem}
    return {card.parent.name + card.stem}


KINDS = [
    *("one bit flipped", "truncated", "emptied", "one half deleted"),
    *("two swapped: payloads", "two swapped: JSONs", "two swapped: both halves"),
]


@pytest.fixture
def victim(whole, tmp_path):
    """A whole atlas of its own, built where it stands."""
    made = Victim(tmp_path / "atlas")
    shutil.copytree(whole.bench.store / "objects", made.bench.store / "objects")
    assert made.bench.run() == 0
    made.reference = made.files()
    return made


def damage(victim, count, chance, harmed):
    """Harm some artifacts; {key: how}."""
    cards = sorted((victim.bench.store / "objects").glob("*/*.json"))
    chosen = chance.sample(cards, 2 * count)
    found: dict[str, str] = {}
    for card, other in zip(chosen[:count], chosen[count:], strict=True):
        kind = chance.choice(KINDS)
        suffixes = [{p.suffix for p in c.parent.glob(f"{c.stem}.*")} for c in (card, other)]
        if kind.startswith("two") and suffixes[0] != suffixes[1]:
            kind = "one bit flipped"
        harmed[kind] += 1
        found |= dict.fromkeys(harm(kind, card, other, chance), kind)
    return found


@long
def test_every_damage_is_found_named_and_mended(victim, report, capsys, caplog):
    harmed: Counter[str] = Counter()
    chance, times = random.Random(SEED), often(20, 500)  # noqa: S311 (damage, not secrets)
    for number in range(-(-times // AT_ONCE)):
        found = damage(victim, min(AT_ONCE, times - number * AT_ONCE), chance, harmed)
        if number % 2:
            on_read(victim, found, caplog)
        else:
            by_verify(victim, found, capsys)
        assert victim.files() == victim.reference
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(harmed.items()))
    report(f"artifacts damaged ({kinds})", harmed.total(), "all found, named and made again; none shown on any page")


def by_verify(victim, found, capsys):
    capsys.readouterr()
    victim.bench.run("store verify")
    told = capsys.readouterr().err
    assert [key for key in found if key not in told and f"{key[:2]}/{key[2:]}" not in told] == []
    assert victim.bench.run() == 0


def on_read(victim, found, caplog):
    """Nothing is verified first: the next build itself has to notice, and must not show anything of it."""
    shutil.rmtree(victim.bench.store / "web")  # so that every picture is read
    store = Store(victim.bench.store)
    for key, kind in found.items():
        with caplog.at_level(logging.WARNING, "generator.store.artifacts"):
            caplog.clear()
            assert store.read(key) is None, kind
            assert key[2:] in caplog.text or "deleted" in kind  # without its JSON there is nothing to be damaged
    assert victim.bench.run() == 0


@long
def test_a_build_that_meets_damage_on_its_way_makes_it_again(victim, report, caplog):
    """Same-sized damage looks whole until it is read: in the middle of a build, or when the pages are made."""
    times = often(2, 20)
    chance = random.Random(SEED)  # noqa: S311 (damage, not secrets)
    for _ in range(times):
        caplog.clear()
        flipped = chance.sample(sorted((victim.bench.store / "objects").glob("*/*.[!j]*")), 3)
        for path in flipped:
            flip(path, chance)
        shutil.rmtree(victim.bench.store / "web")
        measures = [p for p in (victim.bench.store / "objects").glob("*/*.measures") if chance.random() < 0.2]
        for path in measures:  # so that pictures are read to be measured
            path.unlink()
        assert victim.bench.run() == 0
        more = victim.files().items() - victim.reference.items()  # what the first rendering derived for its gaps
        assert victim.reference.items() <= victim.files().items()
        assert [name for name, _ in more if not name.startswith("store/web/")] == []
        assert [path for path in flipped if path.stem not in caplog.text and path not in measures] == []
    report("builds that came upon three flipped bits on their way", times, "made again within the same run, exit 0")


@long
def test_gc_removes_exactly_what_no_site_refers_to(victim, report, capsys):
    """Two sites share a store; one of them is built anew with less."""
    times, chance = often(1, 10), random.Random(SEED)  # noqa: S311 (configs, not secrets)
    for _ in range(times):
        own, other = (f"{chance.randrange(4)}-{chance.randrange(4, 8)}" for _ in range(2))
        second = ["--site-dir", str(victim.bench.root / "second")]
        assert victim.bench.run("atlas", "--filters", own) == 0
        assert victim.bench.run("atlas", "--filters", other, *second) == 0
        wanted = set()
        for path in (victim.bench.store / "manifests").glob("*.json"):
            site = manifest.load(path)
            wanted |= albums.everything(site, Store(victim.bench.store)) | set(sketches.keys_of(site).values())
        before = set(Store(victim.bench.store))
        capsys.readouterr()
        assert victim.bench.run("store gc") == 0
        assert f"{len(before - wanted):,} artifacts" in capsys.readouterr().err
        assert set(Store(victim.bench.store)) == before
        assert victim.bench.run("store gc", "--yes") == 0
        assert set(Store(victim.bench.store)) == wanted
        assert victim.bench.run() == 0
        assert fingerprints(victim.bench.site)
    report("garbage collections of a store with two sites", times, "removed exactly what neither site refers to")

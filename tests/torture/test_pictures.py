"""Pictures made to do harm: none crashes, hangs or eats the memory; each left out is named on the site."""

import json
import os
import random
import subprocess
import sys

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.corpus.photographs import UnreadableError, decode
from tests.sitecheck import problems
from tests.torture import pictures
from tests.torture.conftest import ROUNDS, Victim, often

SEED = os.environ.get("SEED", "7")
SECONDS = 5  # of processor time for one file
MEMORY = 2048  # MiB that decoding one file may take; larger pictures come one at a time
SEEDS = pictures.seeds()


def test_damaged_pictures_and_bombs(report):
    count = often(60, 8000)
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.pictures", SEED, str(count)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"input {done.stderr[-300:]}"
    found = json.loads(done.stdout)
    assert found["slowest"] < SECONDS
    assert found["grown"] < MEMORY
    read = found["outcomes"]["pixels"]
    happened = f"{read:,} gave pixels, the others a reason; slowest {found['slowest']:.1f} s, {found['grown']:.0f} MiB"
    report("damaged pictures and decompression bombs", count, happened)


EXAMPLES = often(50, 2000)


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def hypothesis_pictures(data):
    payload = bytearray(data.draw(st.sampled_from([payload for _, payload in SEEDS])))
    for _ in range(data.draw(st.integers(0, 5))):
        place = data.draw(st.integers(0, len(payload) - 1))
        new = data.draw(st.binary(max_size=20))
        payload[place : place + data.draw(st.integers(0, 20))] = new
        payload = payload or bytearray(b"\0")
    try:
        pixels = decode(bytes(payload[: data.draw(st.integers(0, len(payload)))]), pictures.SIDE)
    except UnreadableError as error:
        assert str(error)  # noqa: PT017 (a reason, if it is none)
    else:
        assert pixels.shape == (pictures.SIDE, pictures.SIDE, 3)
        assert pixels.dtype == np.uint8


def test_what_hypothesis_makes_of_pictures(report):
    hypothesis_pictures()
    report("pictures made by Hypothesis", EXAMPLES, "pixels or a reason")


def test_every_file_left_out_is_named_on_the_site(tmp_path, report):
    victim = Victim(tmp_path / "atlas")
    chance = random.Random(SEED)  # noqa: S311 (damage, not secrets)
    count = 400 if ROUNDS else 40
    folder = victim.bench.root / "photographs" / "damaged"
    folder.mkdir()
    for number in range(count):
        payload = pictures.damaged(chance.choice(SEEDS)[1], SEEDS, chance)
        (folder / f"{number}<i>&.jpg").write_bytes(payload)
    assert victim.bench.run("atlas", "--layers", "block1_conv1", "--filters", "1") == 0
    assert problems(victim.bench.site) == []
    skipped = json.loads((victim.bench.site / "data" / "manifest.json").read_text())["photographs"]["skipped"]
    page = (victim.bench.site / "skipped.html").read_text()
    assert f"{len(skipped):,} files" in page
    for name, _ in skipped:
        assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in page
    assert "<i>" not in page
    assert 'skipped.html">' in (victim.bench.site / "index.html").read_text()
    report("damaged pictures in a folder", count, f"{len(skipped)} left out, each named on the site with its reason")

"""A pass that many share gives the bytes of one that nobody shares, in any order, done twice, interrupted."""

import random

import pytest

from generator.build import passes
from generator.build.context import Workshop
from generator.build.graph import Flow
from generator.build.tasks import Conclude, Merge, Part, Respond
from generator.build.work import run
from generator.corpus.sources import procedural
from generator.responses import accumulators, shards
from generator.store.artifacts import Store

PHOTOGRAPHS = 70


@pytest.fixture(scope="module")
def corpus():
    return procedural(PHOTOGRAPHS)


@pytest.fixture
def small(monkeypatch):
    """Five parts, merged by twos."""
    monkeypatch.setattr(accumulators, "PART", 16)
    monkeypatch.setattr(shards, "RUN", 2)


def workshop(narrow, corpus, root):
    return Workshop(narrow, corpus, Store(root))


@pytest.fixture
def task(narrow):
    """The pass for two layers."""
    return Respond((("block1_conv2", "a" * 64), ("block2_conv1", "b" * 64)))


def objects(work):
    return {path.name: path.read_bytes() for path in (work.store.root / "objects").glob("*/*")}


def test_shares_cover_the_corpus_in_order(task, small):
    shares = list(passes.shared_out(task, PHOTOGRAPHS))
    assert [(s.first, s.last) for s in shares if isinstance(s, Part)] == [
        (0, 16),
        (16, 32),
        (32, 48),
        (48, 64),
        (64, 70),
    ]
    merges = [s for s in shares if isinstance(s, Merge) and s.layer == "block2_conv1"]
    assert [m.parts for m in merges] == [((0, 16), (16, 32)), ((32, 48), (48, 64)), ((64, 70),)]
    assert {m.key for m in merges} == {"b" * 64}


def test_any_order_twice_and_interrupted(narrow, corpus, task, small, tmp_path):
    alone = workshop(narrow, corpus, tmp_path / "alone")
    run(task, alone, lambda *_: None)
    shared = workshop(narrow, corpus, tmp_path / "shared")
    for seed, stop in ((1, 6), (2, 99)):  # the first run is killed after six tasks; nothing tells the second
        chance, flow, done = random.Random(seed), Flow(list(passes.shared_out(task, PHOTOGRAPHS))), 0  # noqa: S311 (an order, not a secret)
        ready = list(flow.ready())
        while ready and done < stop:
            number = ready.pop(chance.randrange(len(ready)))
            for _ in range(chance.choice((1, 2))):  # a worker that was taken for dead does it as well
                run(flow.tasks[number], shared, lambda *_: None)
            ready += flow.done(number)
            done += 1
    assert objects(shared) == objects(alone)
    passes.sweep(shared.checkpoints, task)
    assert list(shared.checkpoints.iterdir()) == []


def test_parts_that_are_there_are_not_looked_at_again(narrow, corpus, task, small, tmp_path, monkeypatch):
    work = workshop(narrow, corpus, tmp_path / "store")
    shares = list(passes.shared_out(task, PHOTOGRAPHS))
    flow = Flow(shares)
    for number in list(flow.ready())[:2]:
        run(shares[number], work, lambda *_: None)
    first_merge = next(s for s in shares if isinstance(s, Merge))
    run(first_merge, work, lambda *_: None)
    monkeypatch.setattr(Workshop, "network", property(lambda _: pytest.fail("it looks again")))
    for share in [*shares[:2], first_merge]:
        run(share, work, lambda *_: None)


def test_a_part_that_has_gone_is_told(narrow, corpus, task, small, tmp_path):
    from generator.errors import BuildError

    work = workshop(narrow, corpus, tmp_path / "store")
    merge = next(s for s in passes.shared_out(task, PHOTOGRAPHS) if isinstance(s, Merge))
    with pytest.raises(BuildError, match="Run the same again"):
        run(merge, work, lambda *_: None)


def test_a_damaged_part_is_removed_and_told(narrow, corpus, task, small, tmp_path):
    from generator.errors import BuildError

    work = workshop(narrow, corpus, tmp_path / "store")
    shelf = work.shelf(shards.folder(task.layers), "block1_conv2")
    shelf.put(0, 16, accumulators.empty(4))
    shelf.put(16, 32, accumulators.empty(4))
    damaged = next(work.checkpoints.rglob("16-32.npz"))
    damaged.write_bytes(damaged.read_bytes()[:99])
    merge = next(s for s in passes.shared_out(task, PHOTOGRAPHS) if isinstance(s, Merge))
    with pytest.raises(BuildError):
        run(merge, work, lambda *_: None)
    assert not damaged.exists()


def test_what_waits_for_what(task, small):
    shares = list(passes.shared_out(task, PHOTOGRAPHS))
    tasks = [Conclude("block2_conv1", "e", "b" * 64, "a" * 64), *shares]
    flow = Flow(tasks)
    order = []
    ready = list(flow.ready())
    assert all(isinstance(tasks[number], Part) for number in ready)
    while ready:
        order.append(ready.pop())
        ready += flow.done(order[-1])
    assert flow.left == 0
    place = {tasks[number]: n for n, number in enumerate(order)}
    for merge in (t for t in tasks if isinstance(t, Merge)):
        before = [t for t in shares if isinstance(t, Part) and (t.first, t.last) in merge.parts]
        before += [m for m in shares if isinstance(m, Merge) and m.layer == merge.layer and m.parts < merge.parts]
        assert all(place[t] < place[merge] for t in before)
    assert order[-1] == 0

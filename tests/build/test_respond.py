"""A pass that many share gives the bytes of one that nobody shares, in any order, done twice, interrupted."""

import functools
import random
import shutil

import pytest

from generator.build.context import Context
from generator.build.graph import Graph
from generator.build.tasks import Conclude, LayerJob, Merge, Part, Respond, Task, respond
from generator.corpus.sources import procedural
from generator.errors import LostError
from generator.responses import accumulators, shards
from generator.store import keys
from generator.store.artifacts import Store

PHOTOGRAPHS = 70


@pytest.fixture(scope="module")
def corpus():
    return procedural(PHOTOGRAPHS)


@pytest.fixture
def small(monkeypatch):
    """Five parts, merged by twos."""
    monkeypatch.setattr(accumulators, "PART", 16)
    monkeypatch.setattr(respond, "RUN", 2)


def context(narrow, corpus, root):
    return Context(narrow, corpus, Store(root))


@pytest.fixture
def task(narrow, corpus):
    """The pass for two layers."""
    names = ("block1_conv2", "block2_conv1")
    kinds = (keys.layer_responses, keys.layer_maxima)
    found = [[kind(narrow.digest(name), name, corpus.digest).key for name in names] for kind in kinds]
    return Respond(tuple(map(LayerJob, names, *found)))


def objects(work):
    return {path.name: path.read_bytes() for path in (work.store.root / "objects").glob("*/*")}


def test_shares_cover_the_corpus_in_order(task, small):
    shares = list(task.spread(PHOTOGRAPHS, lambda _: 1.0))
    assert [(s.first, s.last) for s in shares if isinstance(s, Part)] == [
        (0, 16),
        (16, 32),
        (32, 48),
        (48, 64),
        (64, 70),
    ]
    merges = [s for s in shares if isinstance(s, Merge) and s.layer == "block2_conv1"]
    assert [m.parts for m in merges] == [((0, 16), (16, 32)), ((32, 48), (48, 64)), ((64, 70),)]
    assert {m.key for m in merges} == {task.jobs[1].key}


def test_any_order_twice_and_interrupted(narrow, corpus, task, small, tmp_path):
    alone = context(narrow, corpus, tmp_path / "alone")
    task.run(alone, lambda *_: None)
    shared = context(narrow, corpus, tmp_path / "shared")
    for seed, stop in ((1, 6), (2, 99)):  # the first run is killed after six tasks; nothing tells the second
        chance, flow, done = random.Random(seed), Graph(list(task.spread(PHOTOGRAPHS, lambda _: 1.0))), 0  # noqa: S311 (an order, not a secret)
        ready = list(flow.ready())
        while ready and done < stop:
            number = ready.pop(chance.randrange(len(ready)))
            for _ in range(chance.choice((1, 2))):  # a worker that was taken for dead does it as well
                flow.tasks[number].run(shared, lambda *_: None)
            ready += flow.done(number)
            done += 1
    assert objects(shared) == objects(alone)
    respond.sweep(shared.checkpoints, task.jobs)
    assert list(shared.checkpoints.iterdir()) == []


@pytest.mark.parametrize("how", ["alone", "shared"])
def test_responses_that_are_there_stay_when_maxima_are_added(narrow, corpus, task, small, tmp_path, how):
    """They may come from another machine, with other last bits, and much depends on them."""
    work = context(narrow, corpus, tmp_path)
    job = task.jobs[1]
    inputs = keys.layer_responses(narrow.digest(job.layer), job.layer, corpus.digest)
    work.store.put(inputs, b"as they were", "npz", {}, {})
    own = Respond((job._replace(stored=True),))
    flow = Graph([own] if how == "alone" else list(own.spread(PHOTOGRAPHS, lambda _: 1.0)))
    while flow.left:
        number = next(flow.ready())
        flow.tasks[number].run(work, lambda *_: None)
        flow.done(number)
    assert work.store.read(job.key) == b"as they were"
    assert work.store.has(job.maxima)


@pytest.mark.parametrize("how", ["alone", "shared"])
def test_a_log_that_has_gone_is_written_anew(narrow, corpus, task, small, tmp_path, monkeypatch, how):
    from generator.responses import scan

    monkeypatch.setattr(scan, "respond", functools.partial(scan.respond, every=0.0))

    def stop(done, _):
        if done == 48:  # photographs
            raise KeyboardInterrupt

    work = context(narrow, corpus, tmp_path / "store")
    own = Respond(task.jobs[:1])
    shares = [own] if how == "alone" else list(own.spread(PHOTOGRAPHS, lambda _: 1.0))
    if how == "alone":
        folder = work.checkpoints / shards.folder(own.jobs)
        with pytest.raises(KeyboardInterrupt):
            own.run(work, stop)
        shutil.rmtree(folder)
        assert folder.with_suffix(".npz").exists()
        own.run(work, lambda *_: None)
    else:
        flow = Graph(shares)
        for number in list(flow.ready()):
            shares[number].run(work, lambda *_: None)
        damaged = next(work.checkpoints.rglob("16-32.npz"), None)
        log = next(path for path in work.checkpoints.rglob("maxima*/16-32.npz"))
        assert damaged
        log.write_bytes(b"half")
        *merges, last = [share for share in shares if isinstance(share, Merge)]
        for merge in merges:
            merge.run(work, lambda *_: None)
        with pytest.raises(LostError):
            last.run(work, lambda *_: None)
        for share in shares:
            share.run(work, lambda *_: None)
    assert all(work.store.has(key) for key in own.makes())


def test_parts_that_are_there_are_not_looked_at_again(narrow, corpus, task, small, tmp_path, monkeypatch):
    work = context(narrow, corpus, tmp_path / "store")
    shares = list(task.spread(PHOTOGRAPHS, lambda _: 1.0))
    flow = Graph(shares)
    for number in list(flow.ready())[:2]:
        shares[number].run(work, lambda *_: None)
    first_merge = next(s for s in shares if isinstance(s, Merge))
    first_merge.run(work, lambda *_: None)
    monkeypatch.setattr(Context, "network", property(lambda _: pytest.fail("it looks again")))
    for share in [*shares[:2], first_merge]:
        share.run(work, lambda *_: None)


def test_a_part_that_has_gone_is_told(narrow, corpus, task, small, tmp_path):
    from generator.errors import BuildError

    work = context(narrow, corpus, tmp_path / "store")
    merge = next(s for s in task.spread(PHOTOGRAPHS, lambda _: 1.0) if isinstance(s, Merge))
    with pytest.raises(BuildError, match="Run the same again"):
        merge.run(work, lambda *_: None)


def test_a_damaged_part_is_removed_and_told(narrow, corpus, task, small, tmp_path):
    from generator.errors import BuildError

    work = context(narrow, corpus, tmp_path / "store")
    saved = work.shard_folder(shards.folder(task.jobs), "block1_conv2")
    saved.put(0, 16, accumulators.empty(4))
    saved.put(16, 32, accumulators.empty(4))
    damaged = next(work.checkpoints.rglob("16-32.npz"))
    damaged.write_bytes(damaged.read_bytes()[:99])
    merge = next(s for s in task.spread(PHOTOGRAPHS, lambda _: 1.0) if isinstance(s, Merge))
    with pytest.raises(BuildError):
        merge.run(work, lambda *_: None)
    assert not damaged.exists()


def test_what_waits_for_what(task, small):
    shares = list(task.spread(PHOTOGRAPHS, lambda _: 1.0))
    tasks = [Conclude("block2_conv1", "e", task.jobs[1].key, task.jobs[0].key), *shares]
    flow = Graph(tasks)
    order = []
    ready = list(flow.ready())
    assert all(isinstance(tasks[number], Part) for number in ready)
    while ready:
        order.append(ready.pop())
        ready += flow.done(order[-1])
    assert flow.left == 0
    place = {tasks[number]: n for n, number in enumerate(order)}
    for merge in (t for t in tasks if isinstance(t, Merge)):
        before: list[Task] = [t for t in shares if isinstance(t, Part) and (t.first, t.last) in merge.parts]
        before += [m for m in shares if isinstance(m, Merge) and m.layer == merge.layer and m.parts < merge.parts]
        assert all(place[t] < place[merge] for t in before)
    assert order[-1] == 0

import sys

import pytest

import generator.build.cluster
from generator.build import executors
from generator.build.context import Context
from generator.build.executors import InProcess
from generator.build.locks import Locks
from generator.build.tasks import KINDS, Conclude, Cut, Job, LayerJob, Respond
from generator.errors import InputError


@pytest.fixture
def context(narrow, tmp_path):
    return Context(narrow, None, executors_store(tmp_path))


def executors_store(tmp_path):
    from generator.store.artifacts import Store

    return Store(tmp_path / "store")


LAYER = "block1_conv1"
R, K, E = ("a" * 64, "b" * 64, "c" * 64)
TASKS = [
    Cut("patches", LAYER, R, (Job(0, K),)),
    Conclude(LAYER, E, R, None),
    Respond((LayerJob(LAYER, R),)),
]


def test_kind_by_kind_in_the_order_in_which_they_read_each_other(context, monkeypatch):
    done = []
    for kind in KINDS:
        monkeypatch.setattr(kind, "run", lambda task, *_: done.append(task))
    InProcess(context, Locks(context.store.root)).carry_out(TASKS)
    assert done == TASKS[::-1]


def test_what_is_raised_stops_the_caller(context, monkeypatch):
    done = []

    def interrupted(task, *_):
        done.append(task)
        raise KeyboardInterrupt

    for kind in KINDS:
        monkeypatch.setattr(kind, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        InProcess(context, Locks(context.store.root)).carry_out(TASKS)
    assert len(done) == 1


@pytest.mark.parametrize("spec", ["in-process", "dask", "dask://host:8786", "dask://10.0.0.1:1", "dask://[::1]:8786"])
def test_names_of_executors(spec):
    executors.check(spec)


@pytest.mark.parametrize("spec", ["desk", "dask://", "dask://host", "dask://host:", "dask://:8786", "tcp://host:8786"])
def test_other_names_are_refused(spec):
    with pytest.raises(InputError, match="dask://HOST:PORT"):
        executors.check(spec)


def test_without_dask_the_extra_is_named(context, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "generator.build.cluster.driver", raising=False)
    monkeypatch.delattr(generator.build.cluster, "driver", raising=False)
    with (
        pytest.raises(InputError, match=r"pip install 'filter-atlas\[cluster\]'"),
        executors.opened("dask", context, Locks(context.store.root), print),
    ):
        pass

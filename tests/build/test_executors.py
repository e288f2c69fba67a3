import sys

import pytest

import generator.build.cluster
from generator.build import executors
from generator.build.context import Workshop
from generator.build.executors import InProcess
from generator.build.locks import Claims
from generator.build.tasks import Conclude, Cut, Respond
from generator.errors import InputError


@pytest.fixture
def workshop(narrow, tmp_path):
    return Workshop(narrow, None, executors_store(tmp_path))


def executors_store(tmp_path):
    from generator.store.artifacts import Store

    return Store(tmp_path / "store")


LAYER = "block1_conv1"
R, K, E = ("a" * 64, "b" * 64, "c" * 64)
TASKS = [
    Cut("patches", LAYER, R, ((0, K),)),
    Conclude(LAYER, E, R, None),
    Respond(((LAYER, R),)),
]


def test_kind_by_kind_in_the_order_in_which_they_read_each_other(workshop, monkeypatch):
    done = []
    monkeypatch.setattr(executors, "run", lambda task, *_: done.append(task))
    InProcess(workshop, Claims(workshop.store.root)).carry_out(TASKS)
    assert done == TASKS[::-1]


def test_what_is_raised_stops_the_caller(workshop, monkeypatch):
    done = []

    def interrupted(task, *_):
        done.append(task)
        raise KeyboardInterrupt

    monkeypatch.setattr(executors, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        InProcess(workshop, Claims(workshop.store.root)).carry_out(TASKS)
    assert len(done) == 1


@pytest.mark.parametrize("spec", ["in-process", "dask", "dask://host:8786", "dask://10.0.0.1:1", "dask://[::1]:8786"])
def test_names_of_executors(spec):
    executors.check(spec)


@pytest.mark.parametrize("spec", ["desk", "dask://", "dask://host", "dask://host:", "dask://:8786", "tcp://host:8786"])
def test_other_names_are_refused(spec):
    with pytest.raises(InputError, match="dask://HOST:PORT"):
        executors.check(spec)


def test_without_dask_the_extra_is_named(workshop, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "generator.build.cluster.driver", raising=False)
    monkeypatch.delattr(generator.build.cluster, "driver", raising=False)
    with (
        pytest.raises(InputError, match=r"pip install 'filter-atlas\[cluster\]'"),
        executors.engaged("dask", workshop, Claims(workshop.store.root), print),
    ):
        pass

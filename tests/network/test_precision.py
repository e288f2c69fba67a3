"""What pictures are computed in, decided without TensorFlow."""

import json

import pytest

from generator.build.context import Context
from generator.network import precision, timing
from generator.network.precision import choose, expected
from generator.store.artifacts import Store
from generator.system import devices, machine
from tests.conftest import drawn_corpus

FLAGS = {"with": "fpu avx512f avx512_bf16", "amx": "fpu amx_bf16", "without": "fpu avx512f avx512_vnni"}


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    """A machine with these flags; None: it does not tell."""
    monkeypatch.setattr(machine, "NVIDIA", ())
    for name in precision.LIMITS:
        monkeypatch.delenv(name, raising=False)

    def make(flags):
        monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
        if flags:
            (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags\t\t: {FLAGS[flags]}\n")

    return make


def never():
    raise AssertionError("timed for nothing")


@pytest.mark.parametrize(("flags", "name"), [("with", "bfloat16"), ("amx", "bfloat16"), ("without", "float32")])
def test_the_processors_flags_decide(here, tmp_path, flags, name):
    here(flags)
    found = choose("auto", tmp_path, never)
    assert found.name == name
    assert "instructions" in found.why
    assert expected("auto", tmp_path) == found


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_who_sets_it_gets_it(here, tmp_path, name):
    here("without")
    assert choose(name, tmp_path, never).name == name
    assert ("no instructions" in choose(name, tmp_path, never).why) == (name == "bfloat16")


@pytest.mark.parametrize(("times", "name"), [(1.9, "bfloat16"), (1.1, "float32"), (0.01, "float32")])
def test_a_machine_that_does_not_tell_is_timed_once(here, tmp_path, times, name):
    here(None)
    assert expected("auto", tmp_path) is None
    assert choose("auto", tmp_path, lambda: times).name == name
    assert choose("auto", tmp_path, never).name == name
    found = expected("auto", tmp_path)
    assert found is not None
    assert f"{times:.1f} times" in found.why


def test_a_timing_is_not_taken_for_another_machines(here, tmp_path, monkeypatch):
    here(None)
    choose("auto", tmp_path, lambda: 3.0)
    monkeypatch.setattr(machine, "cores", lambda: 99)
    assert expected("auto", tmp_path) is None
    choose("auto", tmp_path, lambda: 0.5)
    assert len(json.loads((tmp_path / "memo" / "precision.json").read_text())) == 2


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}'])
def test_a_damaged_memory_is_a_new_timing(here, tmp_path, text):
    here(None)
    (tmp_path / "memo").mkdir()
    (tmp_path / "memo" / "precision.json").write_text(text)
    assert choose("auto", tmp_path, lambda: 2.0).name == "bfloat16"


def test_a_store_that_cannot_be_written_means_float32(here, tmp_path):
    here(None)
    (tmp_path / "file").touch()
    assert choose("auto", tmp_path / "file", lambda: 2.0).name == "float32"


@pytest.mark.parametrize("name", precision.LIMITS)
def test_where_libraries_are_held_back_flags_tell_nothing(here, tmp_path, monkeypatch, name):
    here("with")
    monkeypatch.setenv(name, "0")
    assert expected("auto", tmp_path) is None


def test_nor_beside_a_gpu(here, tmp_path, monkeypatch):
    here("with")
    monkeypatch.setattr(machine, "NVIDIA", (tmp_path,))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert devices.may_be_gpu()
    assert expected("auto", tmp_path) is None
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    found = expected("auto", tmp_path)
    assert found is not None
    assert found.name == "bfloat16"


def test_the_timing_is_a_number():
    assert 0.001 < timing.times_as_fast_in_bfloat16() < 1000


def test_a_build_says_it_and_records_it_beside_its_pictures_alone(here, narrow, tmp_path):
    said: list[str] = []
    root = tmp_path / "photographs"
    root.mkdir()
    corpus = drawn_corpus(root, 2)
    for setting in ("float32", "bfloat16"):
        context = Context(narrow, corpus, Store(tmp_path / "store"), said.append, setting)
        assert context.network.precision == setting
        assert context.made_pictures == context.made | {"precision": setting}
        assert "precision" not in context.made
    (line,) = (line for line in said if "computed in" in line)
    assert line.startswith("Pictures are computed in bfloat16: as set")

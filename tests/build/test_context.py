import os
import subprocess
import sys
import tempfile

import pytest
import tensorflow as tf

from generator.build import context
from generator.errors import BuildError
from generator.system import machine
from generator.system.machine import Machine


@pytest.fixture
def gpus(monkeypatch):
    """TensorFlow as if it saw two GPUs; what it is told."""
    told: list[object] = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind}:0", f"{kind}:1"])
    experimental = tf.config.experimental
    monkeypatch.setattr(experimental, "set_memory_growth", lambda device, on: told.append((device, on)))
    monkeypatch.setattr(experimental, "get_device_details", lambda device: {"device_name": f"NVIDIA {device}"})
    monkeypatch.setattr(experimental, "enable_op_determinism", lambda: told.append("same bits"))
    monkeypatch.setattr(experimental, "enable_tensor_float_32_execution", lambda on: told.append(("rounded", on)))
    return told


def test_a_gpus_memory_is_taken_as_it_is_needed(gpus):
    """Without a setting: whatever devices TensorFlow sees are used, and none is filled at once."""
    said: list[str] = []
    context.import_network(said.append)
    assert gpus == [("GPU:0", True), ("GPU:1", True)]
    assert said == ["Computing on GPU: NVIDIA GPU:0 (the first of 2; CUDA_VISIBLE_DEVICES names another)."]


def test_a_gpu_is_asked_to_repeat_itself(gpus, monkeypatch):
    monkeypatch.delenv("TF_DETERMINISTIC_OPS", raising=False)
    context.repeat_on_gpus()
    assert gpus == [("rounded", False), "same bits"]
    gpus.clear()
    monkeypatch.setenv("TF_DETERMINISTIC_OPS", "0")
    context.repeat_on_gpus()
    assert gpus == [("rounded", False)]


def test_a_processor_is_asked_for_nothing(gpus, monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: [])
    context.repeat_on_gpus()
    assert gpus == []


@pytest.fixture
def unloaded(monkeypatch):
    """A process in which TensorFlow is not loaded, and cannot be."""
    monkeypatch.delitem(sys.modules, "tensorflow")
    real = __import__

    def refuse(name, *rest, **named):
        if name == "tensorflow":
            raise ImportError("libtensorflow_cc.so.2: cannot open shared object file\nmore")
        return real(name, *rest, **named)

    monkeypatch.setattr("builtins.__import__", refuse)


def test_a_tensorflow_that_does_not_load_is_told(unloaded, monkeypatch):
    with pytest.raises(BuildError, match=r"cannot open shared object file.*make install"):
        context.import_network()
    monkeypatch.setattr(machine, "this", lambda: Machine("Linux", "x86_64", musl=True))
    with pytest.raises(BuildError, match="musl"):
        context.import_network()


def test_without_a_home_keras_is_given_a_folder_of_its_own(unloaded, monkeypatch, tmp_path):
    """It would make one called ~ in the working folder."""
    monkeypatch.setattr(context, "own_home", lambda: None)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", "mine")
    with pytest.raises(BuildError):
        context.import_network()
    assert os.environ["KERAS_HOME"] == "mine"
    monkeypatch.delenv("KERAS_HOME")
    with pytest.raises(BuildError):
        context.import_network()
    assert os.environ["KERAS_HOME"] == str(tmp_path / ".keras")


@pytest.mark.parametrize(("ended", "words"), [(-6, "no AVX"), (-4, "no AVX"), (1, "cannot be loaded")])
def test_without_avx_a_crash_is_foreseen(unloaded, monkeypatch, ended, words):
    """Tried in a process of its own: TensorFlow would end this one. One built without AVX is let through."""
    monkeypatch.setattr(machine, "avx", lambda: False)
    tried = []

    def run(command, **_):
        tried.append(command[1:])
        return subprocess.CompletedProcess(command, ended)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(BuildError, match=words):
        context.import_network()
    assert tried == [["-c", "import tensorflow"]]

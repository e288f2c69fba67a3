"""What computes, told with and without TensorFlow."""

import pytest

from generator.system import devices, machine


@pytest.fixture
def here(monkeypatch, tmp_path):
    """A machine with or without an NVIDIA GPU and the CUDA packages."""

    def make(nvidia=False, cuda=False, hidden=None):
        (tmp_path / "nvidia0").touch()
        monkeypatch.setattr(machine, "NVIDIA", (tmp_path / "nvidia0",) if nvidia else (tmp_path / "nothing",))
        monkeypatch.setattr(machine, "cores", lambda: 2)
        monkeypatch.setattr(devices, "installed", lambda _: "9.0" if cuda else None)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        if hidden is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)

    return make


def test_a_processor(here, monkeypatch):
    here()
    assert devices.computing([]) == ["Computing on the processor (2 cores)."]
    assert devices.expected() == "the processor (2 cores)"
    monkeypatch.setattr(machine, "cores", lambda: 1)
    assert devices.expected() == "the processor (1 core)"


def test_gpus(here):
    here(nvidia=True, cuda=True)
    assert devices.computing(["NVIDIA A"]) == ["Computing on GPU: NVIDIA A."]
    (line,) = devices.computing(["NVIDIA A", "NVIDIA B"])
    assert line.startswith("Computing on GPU: NVIDIA A (the first of 2")
    assert "the build says what computes" in devices.expected()


def test_a_gpu_that_tensorflow_does_not_see_is_said_with_the_way_out(here):
    here(nvidia=True)
    first, second = devices.computing([])
    assert first == "Computing on the processor (2 cores)."
    assert "TensorFlow finds no GPU" in second
    assert "make install GPU=yes" in second
    assert "make install GPU=yes" in devices.expected()
    here(nvidia=True, cuda=True)
    assert "nvidia-smi" in devices.computing([])[1]


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_who_hides_a_gpu_is_not_told_to_install_anything(here, hidden):
    here(nvidia=True, hidden=hidden)
    assert devices.computing([]) == ["Computing on the processor (2 cores)."]
    assert "hides the GPU" in devices.expected()

"""What is said of machines on which TensorFlow cannot run, before anything is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.system import machine
from generator.system.machine import Machine, fault

ROOT = Path(__file__).parents[2]
FINE = {
    "a usual server": Machine("Linux", "x86_64", avx=True),
    "a processor that does not tell": Machine("Linux", "x86_64"),
    "an ARM server": Machine("Linux", "aarch64"),
    "a Mac of today": Machine("Darwin", "arm64"),
    "Windows": Machine("Windows", "amd64"),
}
UNFIT = {
    "Darwin on x86_64": Machine("Darwin", "x86_64"),
    "Windows on arm64": Machine("Windows", "arm64"),
    "Linux on ppc64le": Machine("Linux", "ppc64le"),
    "FreeBSD on amd64": Machine("FreeBSD", "amd64"),
    "32-bit Python": Machine("Linux", "aarch64", bits=32),
    "musl, the C library of Alpine Linux": Machine("Linux", "x86_64", musl=True),
    "free-threaded Python": Machine("Linux", "x86_64", free_threaded=True),
    "pypy": Machine("Linux", "x86_64", implementation="pypy"),
    "no AVX": Machine("Linux", "x86_64", avx=False),
}


@pytest.mark.parametrize("which", FINE)
def test_nothing_is_said_of_a_machine_that_will_do(which):
    assert fault(FINE[which]) is None


@pytest.mark.parametrize("words", UNFIT)
def test_the_cause_is_named_in_one_line(words):
    said = fault(UNFIT[words])
    assert said is not None
    assert words in said
    assert "use" in said.lower()
    assert "\n" not in said


def test_cuda_is_for_linux():
    assert fault(FINE["a usual server"], gpu=True) is None
    said = fault(FINE["a Mac of today"], gpu=True)
    assert said is not None
    assert "GPU=yes" in said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("flags\t\t: fpu sse4_2 avx avx2\n", True),
        ("flags\t\t: fpu sse4_2 xsave\n", False),
        ("flags : fpu avx512f\n", False),
        ("Features : fp asimd\n", None),
    ],
)
def test_the_processors_flags(tmp_path, monkeypatch, text, found):
    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
    assert machine.avx() is None
    (tmp_path / "cpuinfo").write_text(f"processor : 0\n{text}")
    assert machine.avx() is found


def test_it_runs_before_anything_is_installed():
    """By itself, without the package, as `make install` calls it."""
    assert "-I generator/system/machine.py" in (ROOT / "Makefile").read_text()
    run = [sys.executable, "-I", "-S", "generator/system/machine.py"]
    assert subprocess.run(run, cwd=ROOT, capture_output=True, check=False).returncode == 0
    script = (ROOT / "generator/system/machine.py").read_text()
    unfit = script.replace("return Machine(", "return Machine('Linux', 'riscv64') or Machine(")
    told = subprocess.run([sys.executable, "-I", "-S", "-c", unfit], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert "Linux on riscv64" in told.stderr


def make(folder, *arguments):
    run = ["make", "--no-print-directory", "-n", "install", *arguments]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)


def test_the_stamp_knows_whether_cuda_was_asked_for(tmp_path):
    """`make atlas` keeps a venv with CUDA; asking for the other kind makes it anew."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-gpu.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    assert "-r requirements.lock" in make(tmp_path).stdout
    (tmp_path / ".venv").mkdir()
    ready = tmp_path / ".venv/.ready"
    for had, other, lock in (
        ("", "yes", "requirements-gpu.lock"),  # a venv from before stamps knew
        ("no\n", "yes", "requirements-gpu.lock"),
        ("yes\n", "no", "requirements.lock"),
    ):
        ready.write_text(had)
        assert "pip install" not in make(tmp_path).stdout
        assert "pip install" not in make(tmp_path, f"GPU={'no' if other == 'yes' else 'yes'}").stdout
        again = make(tmp_path, f"GPU={other}").stdout
        assert f"-r {lock}" in again
        assert ("--gpu" in again) == (other == "yes")
        assert f"echo {other} > .venv/.ready" in again
        (tmp_path / lock).touch()
    wrong = make(tmp_path, "GPU=perhaps")
    assert wrong.returncode == 2
    assert "it has to be yes or no" in wrong.stderr


def test_a_new_lock_keeps_the_kind(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-gpu.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/.ready").write_text("yes\n")
    os.utime(tmp_path / ".venv/.ready", (0, 0))
    assert "-r requirements-gpu.lock" in make(tmp_path).stdout


def test_the_lock_for_gpus_is_the_other_and_cuda():
    def pinned(name):
        lines = (ROOT / name).read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("--")]
        return {line.removesuffix(" \\") for line in lines if "==" in line}

    plain, cuda = pinned("requirements.lock"), pinned("requirements-gpu.lock")
    assert plain < cuda
    assert all(line.startswith("nvidia-") and "sys_platform == 'linux'" in line for line in cuda - plain)
    assert any(line.startswith("nvidia-cudnn-cu12==") for line in cuda)


def test_installing_does_not_mind_a_user_who_installs_for_the_user():
    """pip refuses `user = true` within a venv; PIP_USER=0 wins over pip.conf and over PIP_USER=1."""
    printed = subprocess.run(
        ["make", "-n", "-B", "install"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    calls = [line for line in printed.splitlines() if "pip install" in line]
    assert len(calls) == 2
    assert all(line.startswith("PIP_USER=0 ") for line in calls)

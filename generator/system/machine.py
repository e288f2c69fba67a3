"""Checks whether TensorFlow can run on this machine, before installation, because pip's own message is unclear.

`python -I generator/system/machine.py [--gpu]` runs before any package is installed, so it imports
only the standard library.
"""

import os
import platform
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
NVIDIA = tuple(  # the device file, the driver's file, the driver's library under Windows (WSL)
    Path(name) for name in ("/dev/nvidia0", "/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1")
)
WHEELS = {  # processors for which TensorFlow publishes packages, by system
    "Linux": ("x86_64", "aarch64"),
    "Darwin": ("arm64",),
    "Windows": ("amd64", "x86_64"),
}
INSTEAD = {
    "Linux": "Use Linux on x86_64 or aarch64, macOS on Apple silicon, or Windows on AMD64.",
    "Darwin": "On Apple silicon use a native Python (arm64); on an Intel Mac, a Linux container.",
    "Windows": "Use a Python for AMD64, which Windows emulates, or another machine.",
}
CUDA = "Linux"  # the only system with packages of the CUDA libraries


@dataclass(frozen=True)
class Machine:
    """The properties that decide whether TensorFlow has a package for a machine."""

    system: str  # from platform.system()
    processor: str  # from platform.machine()
    bits: int = 64
    musl: bool = False  # not glibc
    free_threaded: bool = False
    implementation: str = "cpython"
    avx: bool | None = None  # None: unknown


def this() -> Machine:
    """The current machine and Python."""
    system = platform.system()
    built = sysconfig.get_platform()  # on Windows: the processor that Python was built for, emulated or not
    return Machine(
        system=system,
        processor=built.removeprefix("win-") if system == "Windows" else platform.machine(),
        bits=64 if sys.maxsize > 2**32 else 32,
        musl="musl" in (sysconfig.get_config_var("SOABI") or "") or platform.libc_ver()[0] == "musl",
        free_threaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        implementation=sys.implementation.name,
        avx=avx(),
    )


def flags() -> frozenset[str] | None:
    """The feature flags of an x86 processor, as Linux names them; None where the system does not tell."""
    with suppress(OSError):
        for line in CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("flags"):  # ARM has no such line
                return frozenset(line.partition(":")[2].split())
    return None


def avx() -> bool | None:
    """Whether the processor has AVX; None where the system does not tell."""
    found = flags()
    return None if found is None else "avx" in found


def has_nvidia() -> bool:
    """Whether there is an NVIDIA graphics card, or a driver for one."""
    return any(path.exists() for path in NVIDIA)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fault(machine: Machine, gpu: bool = False) -> str | None:
    """Why TensorFlow cannot run on this machine, and what to do; None if no reason is known. `gpu`: with CUDA."""
    return next((message for found, message in _faults(machine, gpu) if found), None)


def _faults(machine: Machine, gpu: bool) -> list[tuple[bool, str]]:
    """All possible faults, the most basic first: whether the machine has it, and the message."""
    system, processor, none = machine.system, machine.processor, "TensorFlow has no package for"
    return [
        (machine.implementation != "cpython", f"{none} {machine.implementation}. Use CPython."),
        (machine.free_threaded, f"{none} free-threaded Python (3.13t). Use the usual build of the same version."),
        (machine.bits != 64, f"{none} 32-bit Python. Use a 64-bit system and a 64-bit Python."),
        (
            machine.musl,
            f"{none} musl, the C library of Alpine Linux. "
            "Use a system with glibc, e.g. Debian or the image python:3.13-slim.",
        ),
        (
            processor.lower() not in WHEELS.get(system, ()),
            f"{none} {system} on {processor}. {INSTEAD.get(system, INSTEAD['Linux'])}",
        ),
        (
            machine.avx is False,
            "This processor has no AVX instructions, without which TensorFlow's packages crash. Use another machine. "
            "If this is an x86 container on an ARM computer, use an image for ARM.",
        ),
        (
            gpu and system != CUDA,
            f"GPU=yes: CUDA packages exist only for Linux (also in WSL), and this is {system}. Leave GPU=yes out.",
        ),
    ]


def main(arguments: list[str]) -> int:
    """Print the reason and return exit code 2 if TensorFlow cannot run here."""
    found = fault(this(), gpu="--gpu" in arguments)
    if found:
        sys.stderr.write(f"{found}\n")
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Describes the device that computes: the processor or a GPU. TensorFlow is not loaded, so not all is known."""

import os
from collections.abc import Sequence

from generator.system import machine
from generator.system.packages import installed

INSTALL = "make install GPU=yes"


def computing(gpus: Sequence[str]) -> list[str]:
    """The lines that a build prints once TensorFlow is loaded. `gpus`: names of the GPUs it sees; it uses the first."""
    if gpus:
        others = f" (the first of {len(gpus)}; CUDA_VISIBLE_DEVICES names another)" if len(gpus) > 1 else ""
        return [f"Computing on GPU: {gpus[0]}{others}."]
    said = [f"Computing on {_processor()}."]
    if may_be_gpu():
        said.append(f"There is an NVIDIA GPU or its driver, but TensorFlow finds no GPU: {_remedy()}.")
    return said


def expected() -> str:
    """The device that will probably compute, as far as this is known without TensorFlow."""
    if not machine.has_nvidia():
        return _processor()
    if _hidden():
        return f"{_processor()}; CUDA_VISIBLE_DEVICES hides the GPU"
    if has_cuda():
        return "NVIDIA's GPU if TensorFlow can use it: the build says what computes"
    return f"{_processor()}, unless the system has CUDA: for the GPU, {INSTALL}"


def may_be_gpu() -> bool:
    """Whether there is an NVIDIA GPU, or a driver for one, and the user has not hidden it."""
    return machine.has_nvidia() and not _hidden()


def has_cuda() -> bool:
    """Whether the Python packages with the CUDA libraries are installed."""
    return installed("nvidia-cudnn-cu12") is not None


def _processor() -> str:
    number = machine.cores()
    return f"the processor ({number} core{'s' if number > 1 else ''})"


def _hidden() -> bool:
    """Whether the user has hidden the GPUs on purpose."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1")


def _remedy() -> str:
    if has_cuda():
        return "the CUDA packages are here, so look at the driver with nvidia-smi"
    return f"the CUDA packages come with {INSTALL}"

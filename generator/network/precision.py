"""Which numbers lead to pictures: float32, or bfloat16 where the machine is faster with it.

bfloat16 has float32's range and 8 bits of precision in place of 24. It is a property of the machine, like its device:
recorded beside an artifact and no part of its key, so that a store moves between machines. Whatever somebody reads as a
number stays float32 (see `network`). Loads no TensorFlow.
"""

import contextlib
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator.store import canonical
from generator.system import devices, machine
from generator.system.files import write_atomically

AUTO, FLOAT32, BFLOAT16 = CHOICES = "auto", "float32", "bfloat16"
INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}  # of x86 processors, as Linux names them
LIMITS = "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"  # with these, flags tell nothing
PAYS = 1.2  # times as fast as float32, at least, in a short timing


@dataclass(frozen=True)
class Choice:
    """A precision, and why in a few words."""

    name: str  # FLOAT32 | BFLOAT16
    why: str


def choose(setting: str, root: Path, times_as_fast: Callable[[], float]) -> Choice:
    """What a build computes in. `setting`: one of CHOICES; `root`: of the store, which remembers a timing.

    `times_as_fast`: how many times as fast as float32 a convolution is in bfloat16. It is called where neither the
    processor's flags nor an earlier timing tell.
    """
    found = expected(setting, root)
    if found is None:
        _remember(root, times_as_fast())
        found = expected(setting, root) or Choice(FLOAT32, f"a timing could not be kept in {root}")
    return found


def expected(setting: str, root: Path) -> Choice | None:
    """The same as far as it is known; None if only a timing can tell."""
    if setting != AUTO:
        slow = setting == BFLOAT16 and _by_flags() is False
        return Choice(setting, "as set, though this processor has no instructions for it" if slow else "as set")
    by_flags = _by_flags()
    if by_flags is not None:
        return (
            Choice(BFLOAT16, "the processor has instructions for it")
            if by_flags
            else Choice(FLOAT32, "the processor has no instructions for bfloat16")
        )
    times = _remembered(root)
    if times is None:
        return None
    return Choice(BFLOAT16 if times >= PAYS else FLOAT32, f"in a timing, bfloat16 was {times:.1f} times as fast")


def _by_flags() -> bool | None:
    """Whether bfloat16 is fast here, by the processor's flags; None where they do not tell."""
    if devices.may_be_gpu() or any(os.environ.get(name) for name in LIMITS):
        return None
    flags = machine.flags()
    return None if flags is None else not INSTRUCTIONS.isdisjoint(flags)


def _file(root: Path) -> Path:
    return root / "memo" / "precision.json"


def _here() -> str:
    """What a timing holds for."""
    try:
        tensorflow = version("tensorflow")
    except PackageNotFoundError:
        tensorflow = "missing"
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all")
    limits = [os.environ.get(name) for name in LIMITS]
    own = [platform.system(), platform.machine(), platform.processor(), machine.cores(), devices.may_be_gpu()]
    return canonical.key({"tensorflow": tensorflow, "visible": visible, "limits": limits, "machine": own})


def _remembered(root: Path) -> float | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # nothing remembered, or not by us
        return float(json.loads(_file(root).read_text(encoding="utf-8"))[_here()])
    return None


def _remember(root: Path, times: float) -> None:
    """A store may be used by several machines: the last timing of each is kept."""
    found: dict[str, float] = {}
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = dict(json.loads(_file(root).read_text(encoding="utf-8")))
    with contextlib.suppress(OSError):
        write_atomically(_file(root), canonical.canonical(found | {_here(): times}).encode())

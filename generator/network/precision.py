"""The precision in which pictures are computed: float32, or bfloat16 where the machine is faster with it.

bfloat16 has float32's range, but 8 bits of precision instead of 24. The precision is a property of the machine, like
the device: it is recorded with an artifact but is not part of its key, so that a store can move between machines. All
reported numbers stay float32 (see `network.forward`). This module does not load TensorFlow.
"""

import contextlib
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.store import canonical
from generator.system import devices, machine
from generator.system.files import write_atomically
from generator.system.packages import installed

AUTO, FLOAT32, BFLOAT16 = CHOICES = "auto", "float32", "bfloat16"
INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}  # of x86 processors, as Linux names them
LIMITS = "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"  # if one is set, flags decide nothing
PAYS = 1.2  # bfloat16 is used if it is this many times as fast as float32 in a short timing


@dataclass(frozen=True)
class Choice:
    """A precision, and the reason for it in a few words."""

    name: str  # FLOAT32 | BFLOAT16
    why: str


def choose(setting: str, root: Path, times_as_fast: Callable[[], float]) -> Choice:
    """The precision of a build. `setting`: one of CHOICES; `root`: the store's folder, which keeps timings.

    `times_as_fast` measures how many times as fast as in float32 a convolution is in bfloat16. It is called only if
    neither the processor's flags nor an earlier timing decide.
    """
    found = expected(setting, root)
    if found is None:
        _remember(root, times_as_fast())
        found = expected(setting, root) or Choice(FLOAT32, f"a timing could not be kept in {root}")
    return found


def expected(setting: str, root: Path) -> Choice | None:
    """The same choice without a timing; None if only a timing can decide."""
    if setting != AUTO:
        slow = setting == BFLOAT16 and _by_flags() is False
        return Choice(setting, "as set, though this processor has no instructions for it" if slow else "as set")
    by_flags = _by_flags()
    if by_flags:
        return Choice(BFLOAT16, "the processor has instructions for it")
    if by_flags is False:
        return Choice(FLOAT32, "the processor has no instructions for bfloat16")
    times = _remembered(root)
    if times is None:
        return None
    return Choice(BFLOAT16 if times >= PAYS else FLOAT32, f"in a timing, bfloat16 was {times:.1f} times as fast")


def _by_flags() -> bool | None:
    """Whether bfloat16 is fast here, by the processor's flags; None if they do not decide."""
    if devices.may_be_gpu() or any(os.environ.get(name) for name in LIMITS):
        return None
    flags = machine.flags()
    return None if flags is None else not INSTRUCTIONS.isdisjoint(flags)


def _file(root: Path) -> Path:
    return root / "memo" / "precision.json"


def _here() -> str:
    """The key of this machine and its settings, for which a timing is valid."""
    tensorflow = installed("tensorflow") or "missing"
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all")
    limits = [os.environ.get(name) for name in LIMITS]
    own = [platform.system(), platform.machine(), platform.processor(), machine.cores(), devices.may_be_gpu()]
    return canonical.key({"tensorflow": tensorflow, "visible": visible, "limits": limits, "machine": own})


def _remembered(root: Path) -> float | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # no timing, or a foreign file
        return float(json.loads(_file(root).read_text(encoding="utf-8"))[_here()])
    return None


def _remember(root: Path, times: float) -> None:
    """Save a timing. The last timing of each machine is kept, because several may use one store."""
    found: dict[str, float] = {}
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = dict(json.loads(_file(root).read_text(encoding="utf-8")))
    with contextlib.suppress(OSError):
        write_atomically(_file(root), canonical.canonical(found | {_here(): times}).encode())

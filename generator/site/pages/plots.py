"""Plots as SVG paths, which templates cannot compute."""

import math
from collections.abc import Sequence
from itertools import groupby

from generator.responses.evidence import Evidence

HEIGHT = 100  # of a plot, in its own units; each bar is one unit wide


def density(evidence: Evidence) -> str:
    """The histogram of activations as an outline of bars, 1 wide and at most HEIGHT high; "" without photographs.

    Bars have equal widths on a logarithmic scale, as in `Evidence.histogram`. Neighbours of one height, in whole units,
    are one line: each page has such a path.
    """
    most = max((bar.photographs for bar in evidence.histogram), default=0)
    if not most:
        return ""
    tops = [HEIGHT - round(HEIGHT * bar.photographs / most) for bar in evidence.histogram]
    lines = (f"V{top}h{sum(1 for _ in same)}" for top, same in groupby(tops))
    return f"M0 {HEIGHT}{''.join(lines)}V{HEIGHT}z"


def places(evidence: Evidence) -> list[float]:
    """The horizontal positions of the quantiles in the plot of `density`."""
    if not evidence.histogram:
        return []
    first, last = math.log2(evidence.histogram[0].low), math.log2(evidence.histogram[-1].high)
    bars = len(evidence.histogram)
    return [bars * (math.log2(value) - first) / (last - first) for _, value in evidence.quantiles if value > 0]


def colours(kernel: Sequence[Sequence[Sequence[float]]]) -> list[list[str]]:
    """The RGB weights of a first-layer filter, (height, width, 3), as colours: zero is grey, the largest 0 or 255."""
    largest = max((abs(weight) for row in kernel for pixel in row for weight in pixel), default=0) or 1
    return [
        ["#" + "".join(f"{round(127.5 + 127.5 * weight / largest):02x}" for weight in pixel) for pixel in row]
        for row in kernel
    ]

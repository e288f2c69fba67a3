"""What the benchmark shows: sheets of both recipes side by side, and a plot of what they reach at which cost."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, GAP = 112, 4  # pixels of a picture on a sheet, and between two
COLOURS = {"classic": "#888888", "fourier": "#c2410c"}


def sheet(path: Path, rows: Sequence[Sequence[NDArray[np.uint8]]]) -> None:
    """A PNG with a row of pictures a recipe, all shown at one size."""
    columns = max(len(row) for row in rows)
    whole = Image.new("RGB", (columns * (SIDE + GAP) - GAP, len(rows) * (SIDE + GAP) - GAP), "white")
    for i, row in enumerate(rows):
        for j, pixels in enumerate(row):
            shown = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.NEAREST)
            whole.paste(shown, (j * (SIDE + GAP), i * (SIDE + GAP)))
    whole.save(path, optimize=True)


def plot(points: Sequence[tuple[str, float, float]]) -> str:
    """An SVG of (recipe, CPU seconds a filter, activation as a multiple of the classic recipe's), a point a layer."""
    width, height, rim = 480, 320, 48
    seconds = [max(s, 1e-4) for _, s, _ in points] or [1.0]
    left, right = math.log10(min(seconds)) - 0.2, math.log10(max(seconds)) + 0.2
    top = max([value for *_, value in points] + [1.0]) * 1.15

    def across(second: float) -> float:
        return rim + (math.log10(max(second, 1e-4)) - left) / (right - left) * (width - 2 * rim)

    def up(value: float) -> float:
        return height - rim - value / top * (height - 2 * rim)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g font-size="12">',
        f'<path d="M{rim} {rim}V{height - rim}H{width - rim}" fill="none" stroke="#444444"/>',
        f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">CPU seconds a filter (logarithmic)</text>',
        f'<text x="{rim}" y="{rim - 24}">activation of the saved texture, classic = 1; a point a layer</text>',
        *(
            f'<text x="{rim - 8}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick}</text>'
            for tick in range(int(top) + 1)
        ),
    ]
    for power in range(math.ceil(left), math.floor(right) + 1):
        x, second = across(10.0**power), 10.0**power
        lines += [f'<text x="{x:.1f}" y="{height - rim + 16}" text-anchor="middle">{second:g}</text>']
    for recipe, second, value in points:
        lines += [f'<circle cx="{across(second):.1f}" cy="{up(value):.1f}" r="5" fill="{COLOURS[recipe]}"/>']
    for i, (recipe, colour) in enumerate(COLOURS.items()):
        lines += [f'<circle cx="{width - 90}" cy="{rim + 18 * i}" r="5" fill="{colour}"/>']
        lines += [f'<text x="{width - 78}" y="{rim + 18 * i + 4}">{recipe}</text>']
    return "\n".join([*lines, "</g></svg>"]) + "\n"

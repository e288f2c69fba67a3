"""The benchmark's pictures: sheets of all recipes side by side, and a plot of activation against cost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, GAP = 96, 4  # pixels of a picture on a sheet, and between pictures
COLUMNS = 8
COLOURS = {  # of the recipes' points; without colours, their places distinguish them
    "classic": "#767676",
    "no budget": "#0e7490",
    "fourier": "#c2410c",
    "lucid": "#15803d",
    "MACO": "#7e22ce",
    "MACO, full": "#581c87",
    "tf-keras-vis": "#1d4ed8",
}


@dataclass(frozen=True)
class Point:
    """The activation and the cost of a recipe in a layer."""

    recipe: str
    layer: str
    seconds: float  # of CPU time per filter
    value: float  # activation as a multiple of something


@dataclass(frozen=True)
class Sheet:
    """Pictures of some filters, one recipe per row."""

    image: Image.Image
    rows: tuple[str, ...]  # recipes, from top to bottom


def shown(filters: Sequence[int], columns: int = COLUMNS) -> list[int]:
    """The filters that a sheet shows, spread evenly over the given ones."""
    columns = min(columns, len(filters))
    return [filters[at * len(filters) // columns] for at in range(columns)]


def sheet(rows: Mapping[str, Mapping[int, NDArray[np.uint8]]], filters: Sequence[int]) -> Sheet:
    """A row per recipe and a column per filter, all pictures in one size; blank where a recipe made none."""
    wide, high = (number * (SIDE + GAP) - GAP for number in (len(filters), len(rows)))
    whole = Image.new("RGB", (wide, high), "white")
    for i, row in enumerate(rows.values()):
        for j, f in enumerate(filters):
            if f in row:
                picture = Image.fromarray(row[f])
                how = Image.Resampling.NEAREST if picture.width <= SIDE else Image.Resampling.LANCZOS
                whole.paste(picture.resize((SIDE, SIDE), how), (j * (SIDE + GAP), i * (SIDE + GAP)))
    return Sheet(whole, tuple(rows))


def plot(points: Sequence[Point], one: str = "classic", silent: Sequence[str] = ()) -> str:
    """An SVG of activation against cost for each recipe and layer, with lines from classic to this project's recipe.

    This project's points are named: 4.2 is block4_conv2.
    `one`: the meaning of an activation of 1; `silent`: layers that have no points because that is unknown.
    """
    width, height, rim, legend = 760, 420, 52, 110
    seconds = [max(point.seconds, 1e-4) for point in points] or [1.0]
    left, right = math.log10(min(seconds)) - 0.2, math.log10(max(seconds)) + 0.4
    top = max([point.value for point in points] + [1.0]) * 1.25

    def across(second: float) -> float:
        return rim + (math.log10(max(second, 1e-4)) - left) / (right - left) * (width - rim - legend)

    def up(value: float) -> float:
        return height - rim - value / top * (height - 2 * rim)

    def place(point: Point) -> str:
        return f"{across(point.seconds):.1f} {up(point.value):.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g font-size="12" fill="#222222">',
        f'<path d="M{rim} {rim}V{height - rim}H{width - legend}" fill="none" stroke="#444444"/>',
        f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">CPU seconds a filter (logarithmic)</text>',
        f'<text x="{rim}" y="{rim - 26}">activation of the saved texture, median, {one} = 1</text>',
        *([f'<text x="{rim}" y="{rim - 10}">no points: classic is {", ".join(silent)}</text>'] if silent else []),
        *(
            f'<text x="{rim - 8}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick}</text>'
            for tick in range(0, int(top) + 1, math.ceil(top / 12))
        ),
    ]
    for power in range(math.ceil(left), math.floor(right) + 1):
        second = 10.0**power
        lines += [f'<text x="{across(second):.1f}" y="{height - rim + 16}" text-anchor="middle">{second:g}</text>']
    for layer in dict.fromkeys(point.layer for point in points):
        own = {point.recipe: place(point) for point in points if point.layer == layer}
        if {"classic", "fourier"} <= set(own):
            lines += [f'<path d="M{own["classic"]}L{own["fourier"]}" stroke="#bbbbbb"/>']
    for point in sorted(points, key=lambda point: point.recipe == "fourier"):  # named points lie on top
        x, y, named = across(point.seconds), up(point.value), point.recipe == "fourier"
        ring = ' stroke="#ffffff"' if named else ""
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{10 if named else 5}" fill="{COLOURS[point.recipe]}"{ring}/>']
        if named:
            name = point.layer.removeprefix("block").replace("_conv", ".")
            lines += [
                f'<text x="{x:.1f}" y="{y + 3:.1f}" font-size="9" fill="#ffffff" text-anchor="middle">{name}</text>'
            ]
    for i, recipe in enumerate(dict.fromkeys(point.recipe for point in points)):
        lines += [f'<circle cx="{width - legend + 16}" cy="{rim + 18 * i}" r="5" fill="{COLOURS[recipe]}"/>']
        lines += [f'<text x="{width - legend + 28}" y="{rim + 18 * i + 4}">{recipe}</text>']
    return "\n".join([*lines, "</g></svg>"]) + "\n"

"""What the benchmark's numbers are to reach, and whether they do."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.bench.climbs import Row
from generator.bench.overhead import Pass

TEXTURE, TEXTURE_THIN = 3.0, 2.0  # times classic's activation; block2_conv2 has filters for lines one pixel thin
COST = 0.40  # of classic's CPU time
ABOVE = 0.98  # of the filters above classic's
SATURATED = 0.03  # of a texture's values, from block 2 on
UNNEEDED = 0.015  # of a texture's variance
NATURAL = 0.99  # of the live filters at or above the best natural patch
NEURON = 2.8  # times the best natural patch, in block3_conv1
FIRST = 0.90  # of block3_conv1's neuron pictures
STEP = 1.15  # over a bare step
PASS, PASS_DECODING = 1.10, 1.25  # over a bare forward pass without decoding
SCRIPT = "script of 2016"
WHOLE = 0.75  # of the script's projected time, for the profile `standard`
QUICK = 15.0  # minutes
MEMORY = 4.0  # GiB


@dataclass(frozen=True)
class Figure:
    """One number, and what it is to be. `wanted` is None where a number is only to be stated."""

    what: str
    where: str  # a layer, or ""
    value: float
    wanted: float | None
    least: bool = True  # whether `wanted` is the least or the most

    @property
    def reached(self) -> bool | None:
        """Whether the number is as wanted; None if nothing is."""
        if self.wanted is None:
            return None
        return self.value >= self.wanted if self.least else self.value <= self.wanted


def of_rows(rows: Iterable[Row]) -> Iterator[Figure]:
    """The figures of the pictures, layer by layer, where the weights are real."""
    real = [row for row in rows if row.real]
    classic = {(row.layer, row.objective): row for row in real if row.recipe == "classic"}
    for row in real:
        if row.recipe == "fourier":
            yield from _texture(row, classic[row.layer, "channel"]) if row.objective == "channel" else _neuron(row)


def _texture(row: Row, classic: Row) -> Iterator[Figure]:
    least = TEXTURE_THIN if row.layer == "block2_conv2" else TEXTURE
    yield Figure("texture's activation over classic's", row.layer, row.against_classic or 0.0, least)
    yield Figure("its CPU time over classic's", row.layer, row.cpu / classic.cpu, COST, least=False)
    yield Figure("share of filters above classic's", row.layer, row.above_classic or 0.0, ABOVE)
    most = None if row.layer.startswith("block1") else SATURATED
    yield Figure("values at 0 or 255", row.layer, row.saturated or 0.0, most, least=False)
    yield Figure("unneeded variance", row.layer, row.unneeded or 0.0, UNNEEDED, least=False)
    if row.first is not None:
        yield Figure("textures whose filter ranks first", row.layer, row.first, None)


def _neuron(row: Row) -> Iterator[Figure]:
    middle = row.layer == "block3_conv1"
    if row.at_natural is not None and row.against_natural is not None:
        yield Figure("neuron pictures at or above the best patch", row.layer, row.at_natural, NATURAL)
        wanted = NEURON if middle else None
        yield Figure("neuron picture's activation over the best patch's", row.layer, row.against_natural, wanted)
    if row.first is not None:
        wanted = FIRST if middle else None
        yield Figure("neuron pictures whose filter ranks first", row.layer, row.first, wanted)


def of_parts(steps: Mapping[str, float], hours: Mapping[str, float], memory: float) -> Iterator[Figure]:
    """The figures of speed and memory. `hours`: projected, by profile and for the script; `memory`: GiB."""
    for layer, ratio in steps.items():
        yield Figure("step over a bare step", layer, ratio, STEP, least=False)
    ratio = hours["standard"] / hours[SCRIPT]
    yield Figure("standard's hours over the script's", "", ratio, WHOLE, least=False)
    yield Figure("memory at default settings, GiB", "", memory, MEMORY, least=False)


def of_pass(found: Pass, photographs: int, quick: float) -> Iterator[Figure]:
    """The figures of the pass over the photographs. `quick`: hours of gradient ascent."""
    yield Figure("pass over a bare forward pass", "", found.over_batches, PASS, least=False)
    yield Figure("the same, with decoding", "", found.with_decoding, PASS_DECODING, least=False)
    cores = os.cpu_count() or 1
    minutes = 60 * quick + (found.full + found.conclusion + found.decoding) * photographs / cores / 60
    yield Figure("quick: ascent and pass, minutes", "", minutes, QUICK, least=False)


def line(figure: Figure) -> str:
    """One line for people."""
    said = {True: "reached", False: "SHORT", None: "stated"}[figure.reached]
    wanted = "" if figure.wanted is None else f"{'at least' if figure.least else 'at most'} {figure.wanted:g}"
    return f"{said:8} {figure.what:50} {figure.where:13} {figure.value:8.3f}  {wanted}"

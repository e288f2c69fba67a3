"""Patterns made of lines: gratings, stripes, zigzags, rings, spirals and their kin.

Each function draws one picture of its class and tells the truth about it: `orientation` is how the lines run (degrees
counter-clockwise from the horizontal, 0 to 180), `scale` the period in pixels of a 224 px picture.
"""

from typing import TypeAlias

import numpy as np

from generator.corpus.drawings.colour import (
    ANY,
    BLACK,
    HABIT,
    WHITE,
    Colour,
    Pixels,
    as_hex,
    family,
    lighter,
    oklch,
    pair,
    usual,
    vivid,
)
from generator.corpus.drawings.plane import Field, Plane, blend, cells, centred, fill, inside, noise, plane, triangle

Truth: TypeAlias = dict[str, float | str]
Drawn: TypeAlias = tuple[Pixels, Truth]
Rng: TypeAlias = np.random.Generator


def two(ink: Colour, paper: Colour, **numbers: float) -> Truth:
    """The truth about a picture in two main colours."""
    return {**numbers, "ink": as_hex(ink), "paper": as_hex(paper)}


def period(rng: Rng, low: float, high: float) -> float:
    """A length between two, every ratio as likely as any other."""
    return float(low * (high / low) ** rng.random())


def _printed(where: Plane, ink: Colour, paper: Colour, share: Field) -> Pixels:
    return blend(fill(where, paper), ink, share)


def grating(rng: Rng, size: int) -> Drawn:
    """A sine wave between two colours, as in a vision laboratory."""
    where, wave = plane(rng, size, slant=0.05, warp=0.3), period(rng, 6, 56)
    ink, paper = pair(rng, (255, 275), (55, 75))
    share = 0.5 + 0.5 * np.sin(where.u * np.float32(2 * np.pi / wave))
    return _printed(where, ink, paper, share), two(ink, paper, orientation=where.angle, scale=wave)


def stripes(rng: Rng, size: int) -> Drawn:
    """Awning stripes: two to four flat colours of unequal width."""
    where, repeat = plane(rng, size, slant=0.08, warp=0.5), period(rng, 14, 90)
    colours = family(rng, 4, usual(rng, 15, 40), (90,)) if rng.random() < 0.4 else list(pair(rng, (18, 35), (80, 105)))
    edges = np.cumsum(rng.uniform(0.6, 1.4, len(colours)))
    edges = edges / edges[-1] * repeat
    phase = where.u - np.floor(where.u / np.float32(repeat)) * np.float32(repeat)
    pixels = fill(where, colours[-1])
    for colour, left, right in zip(colours, [0.0, *edges], edges[:-1], strict=False):
        pixels = blend(
            pixels, colour, inside(np.minimum(phase - np.float32(left), np.float32(right) - phase), where.pixel)
        )
    return pixels, two(colours[0], colours[1], orientation=where.angle, scale=repeat)


def zigzag(rng: Rng, size: int) -> Drawn:
    """Chevrons: bars that turn sharply back and forth."""
    where, bars = plane(rng, size), period(rng, 14, 44)
    swing = bars * rng.uniform(1.4, 2.6)
    folded = where.u + triangle(where.v, swing) * np.float32(rng.uniform(1.2, 2.0))
    ink, paper = pair(rng, (295, 315), (95, 110))
    pixels = _printed(where, ink, paper, inside(triangle(folded, bars) * np.float32(0.6), where.pixel))
    if rng.random() < 0.5:
        pixels = blend(pixels, vivid(rng), inside(triangle(folded, bars * 2) - np.float32(bars * 0.3), where.pixel))
    return pixels, two(ink, paper, orientation=where.angle, scale=bars)


def ripples(rng: Rng, size: int) -> Drawn:
    """Bars that swing in round waves, like water drawn by a child."""
    where, bars = plane(rng, size), period(rng, 12, 40)
    swing = bars * rng.uniform(2.2, 4)
    bent = where.u + np.sin(where.v * np.float32(2 * np.pi / swing)) * np.float32(bars * rng.uniform(0.35, 0.6))
    ink, paper = pair(rng, (245, 265), (195, 215))
    thick = np.float32(bars * rng.uniform(-0.08, 0.08))
    pixels = _printed(where, ink, paper, inside(triangle(bent, bars) + thick, where.pixel))
    return pixels, two(ink, paper, orientation=where.angle, scale=bars)


def rings(rng: Rng, size: int) -> Drawn:
    """Circles around one middle."""
    where, radius, _ = centred(rng, size)
    wave = period(rng, 10, 48)
    ink, paper = pair(rng, (335, 355), (140, 160))
    shift = np.float32(rng.uniform(0, wave))
    pixels = _printed(where, ink, paper, inside(triangle(radius + shift, wave), where.pixel))
    if rng.random() < 0.5:
        third = triangle(radius + shift, wave * 2) - np.float32(wave * 0.25)
        pixels = blend(pixels, vivid(rng), inside(third, where.pixel))
    return pixels, two(ink, paper, scale=wave)


def spiral(rng: Rng, size: int) -> Drawn:
    """One to three arms that wind outwards."""
    where, radius, angle = centred(rng, size, stray=30)
    wave, arms = period(rng, 18, 56), int(rng.integers(1, 4))
    turned = radius + angle * np.float32(rng.choice((-1, 1)) * wave * arms / (2 * np.pi))
    ink, paper = pair(rng, (350, 370), (180, 195))
    pixels = _printed(where, ink, paper, inside(triangle(turned, wave), where.pixel))
    return pixels, two(ink, paper, scale=wave)


def rays(rng: Rng, size: int) -> Drawn:
    """A sunburst: sectors around one middle."""
    where, radius, angle = centred(rng, size)
    count = int(rng.integers(6, 17))
    turn = np.float32(rng.uniform(0, 2 * np.pi))
    sector = triangle(angle + turn + np.float32(rng.normal(0, 0.002)) * radius, 2 * np.pi / count)
    ink, paper = pair(rng, (25, 45), (95, 108))
    pixels = _printed(where, ink, paper, inside(sector * np.maximum(radius, 1), where.pixel))
    if rng.random() < 0.6:
        disc = np.float32(rng.uniform(12, 34)) - radius
        pixels = blend(pixels, vivid(rng), inside(disc, where.pixel))
    return pixels, two(ink, paper, sectors=float(count))


def checks(rng: Rng, size: int) -> Drawn:
    """A chessboard, now and then stretched; `orientation` is that of one of its two sides, 0 to 90."""
    where, repeat = plane(rng, size, slant=0.25), period(rng, 16, 76)
    stretch = rng.uniform(0.8, 1.25)
    one, other = triangle(where.u, repeat), triangle(where.v, repeat * stretch)
    edge = np.minimum(np.abs(one), np.abs(other)) * np.sign(one) * np.sign(other)
    ink, paper = pair(rng, (140, 155), (70, 95))
    truth = two(ink, paper, orientation=where.angle % 90, scale=repeat)
    return _printed(where, ink, paper, inside(edge, where.pixel)), truth


def plaid(rng: Rng, size: int) -> Drawn:
    """A tartan: the same bands woven across each other, with the fine diagonal of twill."""
    where, sett = plane(rng, size, warp=0.5), period(rng, 44, 110)
    colours = family(rng, 4, usual(rng, 10, 35), (180,))  # reds and greens
    pixels = fill(where, colours[0])
    for axis in (where.u, where.v):
        for colour in colours[1:]:
            place, thick = np.float32(rng.uniform(0, sett)), np.float32(rng.uniform(-0.22, -0.08) * sett)
            band = inside(triangle(axis + place, sett) + thick, where.pixel)
            pixels = blend(pixels, colour, band * np.float32(rng.uniform(0.45, 0.75)))
    twill = np.sin((where.u + where.v) * np.float32(2 * np.pi / 5.5))
    pixels = blend(pixels, BLACK, np.float32(0.06) * (1 + twill))
    return pixels, two(colours[1], colours[0], orientation=where.angle % 90, scale=sett)


def lattice(rng: Rng, size: int) -> Drawn:
    """A trellis of thin crossing laths with light and shade."""
    where, gap = plane(rng, size, slant=0.2), period(rng, 24, 60)
    ink, paper = pair(rng, (45, 65), (130, 145))
    pixels = fill(where, paper)
    for axis in (where.u, where.v):
        _, off = cells(axis, gap)
        lath = np.float32(gap * 0.16) - np.abs(off)
        shade = blend(fill(where, ink), WHITE, 0.35 * inside(off - np.float32(gap * 0.04), gap * 0.12))
        pixels = blend(pixels, BLACK, 0.35 * inside(lath + np.float32(gap * 0.05), gap * 0.1))
        pixels = blend(pixels, shade, inside(lath, where.pixel))
    return pixels, two(ink, paper, orientation=where.angle % 90, scale=gap)


def zebra(rng: Rng, size: int) -> Drawn:
    """Stripes that swell, fork and end, as on a zebra's side."""
    where, wave = plane(rng, size, warp=0), period(rng, 18, 46)
    bend = noise(rng, size, 55, 2) * np.float32(wave * 0.75)
    edge = triangle(where.u + bend, wave) + noise(rng, size, 30, 2) * np.float32(wave * 0.13)
    ink, paper = pair(rng, ANY, ANY)
    if rng.random() < HABIT:  # the one class whose colour is to have none
        ink, paper = oklch(rng.uniform(0.15, 0.35), 0.01, 60), oklch(rng.uniform(0.85, 0.95), 0.02, 90)
    pixels = _printed(where, ink, lighter(paper, 0.2), inside(edge, where.pixel * 1.5))
    return pixels, two(ink, paper, orientation=where.angle, scale=wave)

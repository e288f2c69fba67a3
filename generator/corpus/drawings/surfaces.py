"""Patterns made of cells and stuff: bricks, scales, weave, wood, marble and their kin. Truth as in `lines`."""

import numpy as np

from generator.corpus.drawings.colour import BLACK, WHITE, Pixels, darker, family, lighter, oklch, pair, usual, vivid
from generator.corpus.drawings.lines import Drawn, Rng, period, two
from generator.corpus.drawings.plane import (
    Field,
    Plane,
    blend,
    cells,
    centred,
    drawn_from,
    fill,
    inside,
    lottery,
    noise,
    plane,
    triangle,
)


def dots(rng: Rng, size: int) -> Drawn:
    """Round dots in rows, straight or staggered, flat or like pearls."""
    where, gap = plane(rng, size, slant=0.2), period(rng, 14, 56)
    row, up = cells(where.u, gap)
    column, across = cells(where.v + np.float32(gap / 2 * (rng.random() < 0.5)) * (row & 1), gap)
    distance = np.float32(gap * rng.uniform(0.22, 0.4)) - np.hypot(up, across)
    ink, paper = pair(rng, (335, 360), (100, 120))
    pixels = blend(fill(where, paper), ink, inside(distance, where.pixel))
    if rng.random() < 0.5:
        other = vivid(rng)
        chosen = (lottery(rng, row, column) > 0.6).astype(np.float32)
        pixels = blend(pixels, other, chosen * inside(distance, where.pixel))
    if rng.random() < 0.4:
        gleam = np.float32(gap * 0.12) - np.hypot(up + np.float32(gap * 0.1), across + np.float32(gap * 0.1))
        pixels = blend(pixels, WHITE, 0.7 * inside(gleam, gap * 0.1))
    return pixels, two(ink, paper, scale=gap)


def bricks(rng: Rng, size: int) -> Drawn:
    """A wall in running bond; every brick has its own tint."""
    where, high = plane(rng, size, level=rng.random() < 0.7, slant=0.25), period(rng, 14, 38)
    long = high * rng.uniform(2, 2.8)
    row, up = cells(where.u, high)
    column, across = cells(where.v + np.float32(long / 2) * (row & 1), long)
    joint = high * rng.uniform(0.05, 0.11)
    edge = np.minimum(np.float32(high / 2) - np.abs(up), np.float32(long / 2) - np.abs(across)) - np.float32(joint)
    brick = oklch(
        rng.uniform(0.4, 0.7),
        rng.uniform(0.05, 0.16),
        rng.uniform(*usual(rng, 25, 50)),
    )
    mortar = lighter(brick, 0.6) if rng.random() < 0.6 else darker(brick, 0.6)
    face = blend(fill(where, darker(brick, 0.35)), lighter(brick, 0.25), lottery(rng, row, column))
    face = blend(face, BLACK, 0.12 * (1 + noise(rng, size, 7, 2)).clip(0, 2))
    face = blend(face, WHITE, 0.25 * inside(-edge + np.float32(joint), joint) * (up < 0))
    pixels = blend(fill(where, mortar), face, inside(edge, where.pixel))
    return pixels, two(brick, mortar, orientation=where.angle, scale=high)


def scales(rng: Rng, size: int) -> Drawn:
    """Overlapping round scales, each row over the one behind, as on a fish or a roof."""
    where, wide = plane(rng, size, slant=0.2), period(rng, 18, 56)
    rise, radius = wide * 0.5, wide * 0.52
    colours = family(rng, 2, usual(rng, 175, 200), (40,))
    pixels = fill(where, colours[0])
    first = np.floor(where.u / np.float32(rise)).astype(np.int32)
    tint, tickets = rng.uniform(0.2, 0.9), rng.random(1024, np.float32)
    for step in (-1, 0, 1):  # the rows that can reach a pixel, from the back to the front
        row = first + step
        up = where.u - (row.astype(np.float32) + np.float32(0.5)) * np.float32(rise)
        column, across = cells(where.v + np.float32(wide / 2) * (row & 1), wide)
        distance = np.float32(radius) - np.hypot(up, across)
        face = blend(fill(where, colours[0]), colours[1], np.float32(tint) * drawn_from(tickets, row, column))
        face = blend(face, WHITE, (0.4 * distance / np.float32(radius)).clip(0, 1))
        face = blend(face, BLACK, 0.6 * inside(np.float32(wide * 0.05) - distance, wide * 0.06))
        pixels = blend(pixels, face, inside(distance, where.pixel) * (up > -rise * 1.1))
    return pixels, two(colours[0], colours[1], orientation=where.angle, scale=wide)


def weave(rng: Rng, size: int) -> Drawn:
    """Basketwork: flat strands that go over and under in turn."""
    where, strand = plane(rng, size), period(rng, 14, 40)
    row, up = cells(where.u, strand)
    column, across = cells(where.v, strand)
    over = ((row + column) & 1).astype(np.float32)
    warp, weft = pair(rng, (75, 95), (45, 70))
    if rng.random() < 0.5:
        weft = lighter(warp, 0.35)
    half = np.float32(strand / 2)
    pixels = fill(where, darker(warp, 0.75))
    for mine, off, along, colour in ((over, up, across, warp), (1 - over, across, up, weft)):
        bulge = np.cos(along / half * np.float32(np.pi / 2))  # a strand dives at the ends of its cell
        face = blend(fill(where, darker(colour, 0.55)), lighter(colour, 0.15), bulge.clip(0, 1))
        face = blend(face, BLACK, 0.15 * (1 + np.sin(off * np.float32(2 * np.pi / 4.5))))
        pixels = blend(pixels, face, mine * inside(half * np.float32(0.88) - np.abs(off), where.pixel))
    return pixels, two(warp, weft, orientation=where.angle % 90, scale=strand * 2)


def honeycomb(rng: Rng, size: int) -> Drawn:
    """Six-sided cells with rims."""
    where, wide = plane(rng, size, slant=0.2), period(rng, 18, 56)
    best, second, number = _nearest(where, wide, 0.0, rng)
    ink, paper = pair(rng, (55, 75), (80, 95))
    deep = blend(fill(where, paper), lighter(paper, 0.5), 0.7 * lottery(rng, number))
    deep = blend(deep, BLACK, (0.5 * best / np.float32(wide)).clip(0, 1))
    rim = np.float32(wide * 0.11) - (second - best)
    return blend(deep, ink, inside(rim, where.pixel)), two(ink, paper, scale=wide)


def mosaic(rng: Rng, size: int) -> Drawn:
    """Irregular many-coloured pieces with leads between, like a church window."""
    where, wide = plane(rng, size), period(rng, 20, 54)
    best, second, number = _nearest(where, wide, 0.42, rng)
    colours = family(rng, 5)
    lead = darker(colours[0], 0.85) if rng.random() < 0.6 else lighter(colours[0], 0.85)
    ticket = lottery(rng, number)
    pixels = fill(where, colours[0])
    for step, colour in enumerate(colours[1:], start=1):
        pixels = blend(pixels, colour, (ticket > step / 5).astype(np.float32))
    pixels = blend(pixels, WHITE, (0.3 - 0.6 * best / np.float32(wide)).clip(0, 1))
    rim = np.float32(rng.uniform(2.5, 5)) - (second - best)
    return blend(pixels, lead, inside(rim, where.pixel)), two(colours[0], lead, scale=wide)


def _nearest(where: Plane, wide: float, stray: float, rng: Rng) -> tuple[Field, Field, np.ndarray]:
    """Distances to the nearest and the second nearest seed of staggered rows, and the number of the nearest's cell."""
    row, _ = cells(where.u, wide * 0.866)
    strays = rng.uniform(-stray * wide, stray * wide, (2, 1024)).astype(np.float32)
    best = np.full(where.u.shape, 1e9, np.float32)
    second, number = best.copy(), np.zeros(where.u.shape, np.int32)
    for up in (-1, 0, 1):
        there = row + up
        shift = np.float32(wide / 2) * (there & 1)
        middle = np.floor((where.v + shift) / np.float32(wide)).astype(np.int32)
        for side in (-1, 0, 1):
            name = (there * 7919) ^ ((middle + side) * 104729)
            x = (middle + side).astype(np.float32) * np.float32(wide) + np.float32(wide / 2) - shift
            y = (there.astype(np.float32) + np.float32(0.5)) * np.float32(wide * 0.866)
            distance = np.hypot(where.u - y - strays[0][name & 1023], where.v - x - strays[1][name & 1023])
            nearer = distance < best
            second = np.where(nearer, best, np.minimum(second, distance))
            number = np.where(nearer, name, number)
            best = np.where(nearer, distance, best)
    return best, second, number


def wood(rng: Rng, size: int) -> Drawn:
    """Boards with grain."""
    where, board = plane(rng, size, level=False), period(rng, 48, 110)
    row, up = cells(where.u, board)
    grain = period(rng, 7, 14)
    offset = lottery(rng, row) * 300
    long = np.sin(where.v / 60 + offset) * 9 + np.sin(where.v / 23 + offset * 2) * 2.5
    bowed = (up + long) * (1 + 0.3 * np.cos(where.v / 80 + offset))
    light = oklch(rng.uniform(0.6, 0.82), rng.uniform(0.05, 0.11), rng.uniform(45, 85))
    dark = darker(light, rng.uniform(0.35, 0.6))
    share = 0.5 + 0.5 * np.sin(np.abs(bowed) * np.float32(2 * np.pi / grain) + noise(rng, size, 20) * 1.5)
    pixels = blend(fill(where, light), dark, (share**3) * 0.9)
    pixels = blend(pixels, dark, 0.3 * lottery(rng, row))
    pixels = blend(pixels, BLACK, 0.75 * inside(np.abs(up) - np.float32(board / 2 - 1.2), where.pixel))
    return pixels, two(dark, light, orientation=where.angle, scale=grain)


def marble(rng: Rng, size: int) -> Drawn:
    """Polished stone: veins that wander through clouds."""
    where = plane(rng, size, warp=0)
    swirl = noise(rng, size, 90, 4)
    veins = np.abs(np.sin(where.u * np.float32(np.pi / period(rng, 40, 80)) + swirl * 3.2))
    ink, paper = pair(rng, (150, 170), (150, 170))
    clouds = blend(fill(where, paper), ink, (0.25 + 0.3 * noise(rng, size, 60, 3)).clip(0, 1))
    return blend(clouds, ink, (np.float32(0.9) * (1 - veins) ** 3).clip(0, 1)), two(ink, paper)


def leopard(rng: Rng, size: int) -> Drawn:
    """Rosettes: broken dark rings around a darker ground."""
    where, wide = plane(rng, size), period(rng, 26, 50)
    best, _, number = _nearest(where, wide, 0.25, rng)
    ragged = best + noise(rng, size, 12, 2) * np.float32(wide * 0.09)
    radius = np.float32(wide * 0.24) * (0.75 + 0.4 * lottery(rng, number))
    hue = rng.uniform(*usual(rng, 60, 85))
    coat, heart = oklch(rng.uniform(0.68, 0.88), 0.1, hue), oklch(0.55, 0.11, hue - 15)
    ink = darker(heart, rng.uniform(0.65, 0.9))
    pixels = blend(fill(where, coat), heart, inside(radius - ragged, 2))
    gap = noise(rng, size, 16) > -0.3
    ring = np.float32(wide * 0.075) - np.abs(ragged - radius)
    pixels = blend(pixels, ink, inside(ring, where.pixel * 1.5) * gap)
    return pixels, two(ink, coat, scale=wide)


def bubbles(rng: Rng, size: int) -> Drawn:
    """Glassy bubbles of all sizes over a deep ground."""
    where, radius, _ = centred(rng, size)
    colours = family(rng, 2, usual(rng, 220, 245), (40,))
    pixels = blend(fill(where, darker(colours[0], 0.3)), darker(colours[1], 0.1), (radius / 200).clip(0, 1))
    middles = rng.uniform(-10, 234, (34, 2))
    sizes = np.sort(rng.uniform(5, 30, 34) * rng.uniform(0.7, 1.2))
    axis = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(where.pixel)
    for (x, y), r in zip(middles, sizes, strict=True):
        rows, columns = _span(y, r, where.pixel, size), _span(x, r, where.pixel, size)
        down, right = (axis[rows] - np.float32(y))[:, None], (axis[columns] - np.float32(x))[None, :]
        distance = np.hypot(down, right) / np.float32(r)
        rim = np.where(distance < 1, 0.12 + 0.7 * distance**5, 0) * inside((1 - distance) * np.float32(r), where.pixel)
        gleam = inside(np.float32(0.2) - np.hypot(down / np.float32(r) + 0.4, right / np.float32(r) + 0.4), 0.12)
        spot = pixels[rows, columns]
        spot = blend(spot, lighter(colours[1], 0.7), rim.astype(np.float32))
        pixels[rows, columns] = blend(spot, WHITE, 0.9 * gleam)
    return pixels, two(colours[1], colours[0])


def _span(middle: float, radius: float, pixel: float, size: int) -> slice:
    return slice(max(int((middle - radius) / pixel) - 1, 0), max(min(int((middle + radius) / pixel) + 2, size), 0))


def tiles(rng: Rng, size: int) -> Drawn:
    """Glazed tiles with a mirrored ornament."""
    where, wide = plane(rng, size, warp=0.3), period(rng, 46, 90)
    _, up = cells(where.u, wide)
    _, across = cells(where.v, wide)
    high, low = np.maximum(np.abs(up), np.abs(across)), np.minimum(np.abs(up), np.abs(across))
    half = wide / 2
    colours = family(rng, 4, usual(rng, 250, 265), (40,))
    pixels: Pixels = fill(where, lighter(colours[0], 0.6))
    middle, corner = np.hypot(high, low), np.hypot(np.float32(half) - high, np.float32(half) - low)
    petal = np.float32(half * 0.33) - np.hypot(high - np.float32(half * rng.uniform(0.35, 0.55)), low * np.float32(1.3))
    pixels = blend(pixels, colours[1], inside(petal, where.pixel))
    pixels = blend(
        pixels,
        colours[2],
        inside(triangle(corner, half * rng.uniform(0.4, 0.7)) * (corner < half * 0.75), where.pixel)
        * (corner < half * 0.75),
    )
    pixels = blend(pixels, colours[3], inside(np.float32(half * rng.uniform(0.15, 0.25)) - middle, where.pixel))
    pixels = blend(pixels, colours[1], inside(np.abs(high) - np.float32(half * 0.95), where.pixel))
    return pixels, two(colours[1], colours[0], orientation=where.angle % 90, scale=wide)

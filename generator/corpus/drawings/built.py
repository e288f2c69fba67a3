"""Things that people make: houses, windows, wheels, bicycles, cars, boats, balloons, umbrellas."""

import math

import numpy as np

from generator.corpus.drawings.colour import (
    BLACK,
    HABIT,
    WHITE,
    Colour,
    as_hex,
    darker,
    family,
    lighter,
    oklch,
    usual,
    vivid,
)
from generator.corpus.drawings.lines import Rng, Truth
from generator.corpus.drawings.pen import Pen, Point, around, oval

GLASS = oklch(0.78, 0.06, 235)


def house(rng: Rng, pen: Pen) -> Truth:
    """A house with a gable, a door and windows."""
    wall, roof = (
        oklch(rng.uniform(0.65, 0.93), rng.uniform(0.03, 0.12), rng.uniform(*usual(rng, 85, 105))),
        oklch(rng.uniform(0.35, 0.55), rng.uniform(0.08, 0.16), rng.uniform(15, 45)),
    )
    door, frame = vivid(rng, light=(0.35, 0.6)), lighter(wall, 0.8)
    if rng.random() < 0.7:
        pen.box(0.4, -0.95, 0.62, -0.3, darker(roof, 0.2))
        pen.box(0.36, -1.0, 0.66, -0.9, darker(roof, 0.5))
    pen.box(-0.85, -0.15, 0.85, 1.0, wall)
    for y in np.arange(0.0, 1.0, 0.13) if rng.random() < 0.5 else ():
        pen.stroke([(-0.84, y), (0.84, y)], 0.015, darker(wall, 0.25))
    pen.polygon(
        [(-1.05, -0.1), (-0.55, -0.85), (0.55, -0.85), (1.05, -0.1)]
        if rng.random() < 0.4
        else [(-1.08, -0.1), (0, -1.0), (1.08, -0.1)],
        roof,
    )
    pen.box(-1.05, -0.14, 1.05, -0.06, darker(roof, 0.45))
    pen.box(-0.2, 0.38, 0.2, 1.0, darker(door, 0.4))
    pen.box(-0.16, 0.42, 0.16, 1.0, door)
    pen.disc(0.1, 0.72, 0.03, lighter(door, 0.8))
    glass = oklch(0.9, 0.1, 95) if rng.random() < 0.35 else GLASS
    for middle in (-0.53, 0.53):
        _pane(pen, middle - 0.2, 0.18, middle + 0.2, 0.6, frame, glass)
    _pane(pen, -0.16, -0.05 + 0.1, 0.16, 0.3, frame, glass)
    return {"ink": as_hex(wall), "roof": as_hex(roof)}


def _pane(pen: Pen, left: float, top: float, right: float, bottom: float, frame: Colour, glass: Colour) -> None:
    pen.box(left - 0.04, top - 0.04, right + 0.04, bottom + 0.04, darker(frame, 0.35))
    pen.box(left, top, right, bottom, glass)
    pen.polygon(
        [(left, bottom), (left, top + (bottom - top) * 0.4), (right - (right - left) * 0.4, top), (right, top)],
        lighter(glass, 0.35),
    )
    pen.stroke([((left + right) / 2, top), ((left + right) / 2, bottom)], 0.04, frame)
    pen.stroke([(left, (top + bottom) / 2), (right, (top + bottom) / 2)], 0.04, frame)


def windows(rng: Rng, pen: Pen) -> Truth:
    """A tower block: rows of windows, some of them lit."""
    wall, glass, lit = (
        family(rng, 2, usual(rng, 265, 290))[0],
        oklch(rng.uniform(0.25, 0.6), 0.06, rng.uniform(200, 280)),
        oklch(0.9, 0.13, rng.uniform(70, 100)),
    )
    columns, rows = int(rng.integers(3, 7)), int(rng.integers(4, 9))
    pen.box(-0.92, -1.15, 0.92, 1.3, darker(wall, 0.1))
    pen.box(0.7, -1.15, 0.92, 1.3, darker(wall, 0.35))
    pen.box(-0.98, -1.22, 0.98, -1.12, darker(wall, 0.5))
    wide, high, fill = 1.6 / columns, 2.25 / rows, rng.uniform(0.5, 0.75)
    for row in range(rows):
        for column in range(columns):
            left, top = -0.88 + column * wide + wide * (1 - fill) / 2, -1.02 + row * high + high * (1 - fill) / 2
            pen.box(left - 0.02, top - 0.02, left + wide * fill + 0.02, top + high * fill + 0.05, lighter(wall, 0.4))
            pane = lit if rng.random() < 0.3 else glass
            pen.box(left, top, left + wide * fill, top + high * fill, pane)
            pen.polygon([(left, top + high * fill), (left, top), (left + wide * fill, top)], lighter(pane, 0.2))
    return {"ink": as_hex(wall), "columns": float(columns), "rows": float(rows)}


def wheel(rng: Rng, pen: Pen) -> Truth:
    """A cartwheel, or a bicycle's with thin spokes."""
    thin = rng.random() < 0.4
    rim = oklch(rng.uniform(0.3, 0.65), rng.uniform(0.05, 0.13), rng.uniform(*usual(rng, 45, 65)))
    spoke = lighter(rim, 0.4) if thin else darker(rim, 0.15)
    count = int(rng.integers(16, 27)) if thin else int(rng.integers(6, 13))
    for x, y in around(count, 0.84, rng.uniform(0, 360)):
        pen.stroke([(0, 0), (x, y)], 0.03 if thin else 0.1, spoke)
    pen.ring(0, 0, 0.9, 0.17 if thin else 0.22, darker(rim, 0.6))
    pen.ring(0, 0, 0.9, 0.06 if thin else 0.13, lighter(rim, 0.15))
    pen.disc(0, 0, 0.1 if thin else 0.22, darker(rim, 0.4))
    pen.disc(0, 0, 0.05 if thin else 0.12, lighter(rim, 0.5))
    return {"ink": as_hex(rim), "spokes": float(count)}


def bicycle(rng: Rng, pen: Pen) -> Truth:
    """A bicycle from the side."""
    frame, tyre = vivid(rng, usual(rng, 170, 195), (0.45, 0.75)), oklch(rng.uniform(0.15, 0.35), 0.02, 0)
    hubs: tuple[Point, Point] = ((-0.66, 0.4), (0.66, 0.4))
    for hub_x, hub_y in hubs:
        for x, y in around(14, 0.42, rng.uniform(0, 25)):
            pen.stroke([(hub_x, hub_y), (hub_x + x, hub_y + y)], 0.018, oklch(0.75, 0.01, 250))
        pen.ring(hub_x, hub_y, 0.44, 0.075, tyre)
        pen.disc(hub_x, hub_y, 0.06, tyre)
    crank, seat, head = (-0.08, 0.42), (-0.26, -0.3), (0.42, -0.28)
    for line in ([hubs[0], crank, head, seat, hubs[0]], [crank, seat], [hubs[1], head]):
        pen.stroke(line, 0.085, darker(frame, 0.3))
        pen.stroke(line, 0.06, frame)
    pen.stroke([seat, (-0.31, -0.46)], 0.055, tyre)
    pen.blob([(-0.52, -0.5), (-0.3, -0.54), (-0.1, -0.49), (-0.3, -0.42)], tyre)
    pen.stroke([head, (0.38, -0.52)], 0.055, tyre)
    pen.curve([(0.38, -0.52), (0.58, -0.56), (0.66, -0.42), (0.54, -0.36)], 0.055, tyre)
    pen.ring(*crank, 0.12, 0.04, tyre)
    pen.stroke([(crank[0] - 0.1, crank[1] - 0.14), (crank[0] + 0.1, crank[1] + 0.14)], 0.045, tyre)
    return {"ink": as_hex(frame)}


def car(rng: Rng, pen: Pen) -> Truth:
    """A car from the side."""
    paint, tyre = vivid(rng, usual(rng, 20, 35), (0.45, 0.7)), oklch(0.22, 0.01, 0)
    pen.blob([(-0.62, -0.02), (-0.36, -0.44), (0.0, -0.52), (0.32, -0.46), (0.66, -0.02), (0, 0.1)], paint)
    pen.polygon([(-0.48, -0.04), (-0.3, -0.36), (-0.05, -0.41), (-0.05, -0.04)], GLASS)
    pen.polygon([(0.03, -0.04), (0.03, -0.41), (0.26, -0.37), (0.52, -0.04)], darker(GLASS, 0.1))
    pen.polygon([(-0.4, -0.04), (-0.22, -0.38), (-0.14, -0.39), (-0.3, -0.04)], lighter(GLASS, 0.5))
    pen.blob(
        [
            (-1.05, 0.3),
            (-1.0, 0.06),
            (-0.6, -0.06),
            (0.6, -0.06),
            (0.98, 0.06),
            (1.06, 0.32),
            (0.9, 0.42),
            (-0.9, 0.42),
        ],
        paint,
    )
    pen.polygon([(-1.02, 0.24), (1.04, 0.24), (0.94, 0.42), (-0.94, 0.42)], darker(paint, 0.35))
    pen.stroke([(0.0, -0.02), (0.0, 0.26)], 0.025, darker(paint, 0.5))
    pen.stroke([(-0.16, 0.06), (-0.07, 0.06)], 0.035, darker(paint, 0.6))
    pen.ellipse(-0.96, 0.12, 0.06, 0.08, oklch(0.93, 0.12, 100))
    pen.ellipse(0.98, 0.12, 0.05, 0.08, oklch(0.55, 0.2, 25))
    for x in (-0.58, 0.6):
        pen.disc(x, 0.4, 0.27, darker(paint, 0.7))
        pen.disc(x, 0.42, 0.235, tyre)
        pen.disc(x, 0.42, 0.14, oklch(0.8, 0.01, 250))
        for sx, sy in around(5, 0.12):
            pen.stroke([(x, 0.42), (x + sx, 0.42 + sy)], 0.03, darker(tyre, 0.1))
    return {"ink": as_hex(paint)}


def boat(rng: Rng, pen: Pen) -> Truth:
    """A sailing boat on the water."""
    sail, hull = (
        (oklch(0.95, 0.02, 90), vivid(rng, usual(rng, 20, 50), (0.35, 0.6)))
        if rng.random() < 0.5
        else (vivid(rng, light=(0.65, 0.9)), vivid(rng, usual(rng, 20, 50), (0.35, 0.6)))
    )
    sea = oklch(rng.uniform(0.5, 0.7), rng.uniform(0.07, 0.12), rng.uniform(190, 265))
    pen.stroke([(0, -1.02), (0, 0.5)], 0.055, oklch(0.45, 0.06, 60))
    pen.blob([(0.06, -0.95), (0.42, -0.4), (0.72, 0.3), (0.4, 0.34), (0.06, 0.32), (0.1, -0.3)], sail)
    pen.blob([(-0.06, -0.78), (-0.4, -0.2), (-0.66, 0.3), (-0.3, 0.33), (-0.06, 0.3)], darker(sail, 0.15))
    pen.stroke([(0.1, -0.3), (0.45, -0.3)], 0.09, hull)
    pen.polygon([(0.0, -1.04), (0.3, -0.98), (0.0, -0.9)], vivid(rng, (10, 40), (0.5, 0.6)))
    pen.polygon([(-0.95, 0.42), (1.0, 0.42), (0.7, 0.85), (-0.65, 0.85)], hull)
    pen.polygon([(-0.95, 0.42), (1.0, 0.42), (0.96, 0.52), (-0.88, 0.52)], lighter(hull, 0.6))
    for row, (y, shade) in enumerate(((0.78, sea), (0.92, darker(sea, 0.18)), (1.06, darker(sea, 0.34)))):
        xs = np.linspace(-1.35, 1.35, 40)
        crest = y + 0.045 * np.sin(xs * 9 + row * 1.7)
        pen.polygon([*zip(xs, crest, strict=True), (1.35, y + 0.2), (-1.35, y + 0.2)], shade)
    return {"ink": as_hex(hull), "sail": as_hex(sail)}


def balloon(rng: Rng, pen: Pen) -> Truth:
    """A hot-air balloon with coloured gores."""
    colours = family(rng, int(rng.integers(2, 4)), usual(rng, 15, 35), (90,))
    gores = 7
    heights = np.linspace(-1.05, 0.52, 24)
    share = (heights + 1.05) / 1.57
    half = 0.74 * np.sin(np.pi * np.clip(share * 0.84 + 0.02, 0, 1)) ** 0.62
    for gore in range(gores):
        edges = [math.sin(math.pi * (gore + step) / gores - math.pi / 2) for step in (0, 1)]
        left, right = np.stack([half * edges[0], heights], 1), np.stack([half * edges[1], heights], 1)
        shade = colours[gore % len(colours)]
        pen.polygon(np.concatenate([left, right[::-1]]), darker(shade, 0.1 * abs(gore - 2)))
    if rng.random() < 0.5:
        across = np.linspace(-0.72, 0.72, 15)  # the widest part is 0.74; seen from below, the band sags in the middle
        sag = -0.42 + 0.1 * (1 - (across / 0.72) ** 2)
        band = np.concatenate([np.stack([across, sag], 1), np.stack([across, sag + 0.2], 1)[::-1]])
        pen.polygon(band, lighter(colours[0], 0.6))
    basket = oklch(0.5, 0.09, 60)
    for x in (-0.22, 0.22):
        pen.stroke([(x * 1.2, 0.5), (x * 0.72, 0.8)], 0.025, darker(basket, 0.4))
    pen.polygon([(-0.19, 0.78), (0.19, 0.78), (0.15, 1.06), (-0.15, 1.06)], basket)
    pen.box(-0.21, 0.76, 0.21, 0.83, darker(basket, 0.35))
    return {"ink": as_hex(colours[0])}


def umbrella(rng: Rng, pen: Pen) -> Truth:
    """An open umbrella from the side."""
    colours = family(rng, 2, usual(rng, 295, 315), (40,))
    handle = oklch(rng.uniform(0.3, 0.55), 0.07, 55)
    pen.curve([(0, -0.9), (0, 0.4), (0, 0.85), (0.12, 1.02), (0.27, 0.9), (0.28, 0.8)], 0.075, handle)
    panels = int(rng.integers(4, 8))
    edges = np.linspace(-1.05, 1.05, panels + 1)
    for panel in range(panels):
        left, right = float(edges[panel]), float(edges[panel + 1])
        sides = [np.array([(0, -0.8), (x * 0.62, -0.5), (x * 0.93, -0.1), (x, 0.12)]) for x in (left, right)]
        scallop = oval((left + right) / 2, 0.12, (right - left) / 2, 0.1)[20:41][::-1]
        shape = np.concatenate([sides[0], scallop[::-1], sides[1][::-1]])
        pen.polygon(shape, darker(colours[panel % 2], 0.3 * panel / panels))
    pen.stroke([(0, -0.8), (0, -0.98)], 0.05, handle)
    return {"ink": as_hex(colours[0]), "panels": float(panels)}


def die(rng: Rng, pen: Pen) -> Truth:
    """A die that shows three faces."""
    body = oklch(0.95, 0.02, 90) if rng.random() < HABIT else vivid(rng, light=(0.45, 0.75))
    pip = WHITE if sum(body) < 1.9 else BLACK
    across, back, down = np.array([0.82, 0.34]), np.array([-0.82, 0.34]), np.array([0.0, 0.95])
    top = np.array([0, -0.95])
    faces = (
        (top, across, back, lighter(body, 0.25)),
        (top + back, across, down, body),
        (top + across, back, down, darker(body, 0.3)),
    )
    spots = {
        1: [(0.5, 0.5)],
        2: [(0.25, 0.25), (0.75, 0.75)],
        3: [(0.22, 0.22), (0.5, 0.5), (0.78, 0.78)],
        4: [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)],
        5: [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75), (0.5, 0.5)],
        6: [(0.25, 0.2), (0.25, 0.5), (0.25, 0.8), (0.75, 0.2), (0.75, 0.5), (0.75, 0.8)],
    }
    numbers = rng.permutation(6)[:3] + 1
    for (start, one, other, shade), number in zip(faces, numbers, strict=True):
        pen.polygon([start, start + one, start + one + other, start + other], shade)
        for a, b in spots[int(number)]:
            middle = start + one * a + other * b
            round_ = np.array(
                [middle + one * 0.1 * math.cos(t) + other * 0.1 * math.sin(t) for t in np.linspace(0, 2 * math.pi, 20)]
            )
            pen.polygon(round_, pip)
        pen.stroke([start, start + one, start + one + other, start + other, start], 0.03, darker(body, 0.5))
    return {"ink": as_hex(body), "numbers": "".join(str(number) for number in numbers)}

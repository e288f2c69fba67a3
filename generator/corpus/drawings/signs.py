"""Things that are signs and symbols: polygons, stars, hearts, letters, arrows, smileys, gears, clocks."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

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
    pair,
    usual,
    vivid,
)
from generator.corpus.drawings.lines import Rng, Truth
from generator.corpus.drawings.pen import Pen, Point, around, oval, star

HEARTS: tuple[tuple[tuple[float, float, float], ...], ...] = (  # x, y, radius
    ((0, 0, 1),),
    ((-0.5, -0.3, 0.62), (0.55, 0.4, 0.55)),
    ((-0.6, 0.1, 0.5), (0.5, -0.5, 0.5), (0.4, 0.6, 0.4), (-0.45, -0.75, 0.3)),
)
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabdefghkmnpqrstuyz2345679&?@"


def _main(colour: Colour, **more: str) -> Truth:
    return {"ink": as_hex(colour), **more}


def polygons(rng: Rng, pen: Pen) -> Truth:
    """Triangles, squares and pentagons that lie over each other."""
    colours = family(rng, 6)
    for step in range(int(rng.integers(5, 9))):
        corners = np.array(around(int(rng.integers(3, 6)), rng.uniform(0.3, 0.62), rng.uniform(0, 360)))
        where = rng.uniform(-0.75, 0.75, 2)
        pen.polygon(corners * 1.12 + where, darker(colours[step % 6], 0.45))
        pen.polygon(corners + where, colours[step % 6])
    return _main(colours[0])


def stars(rng: Rng, pen: Pen) -> Truth:
    """One star, or a sky of them."""
    colours = [vivid(rng, usual(rng, 85, 108), (0.75, 0.9)), *family(rng, 2, usual(rng, 85, 108), (40,))]
    count, points, inner = int(rng.choice((1, 3, 6))), int(rng.choice((5, 5, 5, 6, 8))), rng.uniform(0.36, 0.5)
    for step in range(count):
        radius = 1.0 if count == 1 else rng.uniform(0.28, 0.6)
        where = np.zeros(2) if count == 1 else np.array(around(count, 0.72)[step]) + rng.uniform(-0.12, 0.12, 2)
        corners = np.array(star(points, radius, inner, rng.uniform(0, 72)))
        pen.polygon(corners * 1.14 + where, darker(colours[step % 3], 0.5))
        pen.polygon(corners + where, colours[step % 3])
        for one in range(0, 2 * points, 2):  # facets: the left half of each point in shade
            pen.polygon(
                np.stack([where, corners[one] + where, corners[one - 1] + where]), darker(colours[step % 3], 0.2)
            )
    return _main(colours[0])


def hearts(rng: Rng, pen: Pen) -> Truth:
    """One to four hearts."""
    colour = vivid(rng, usual(rng, 0, 24), (0.5, 0.65))
    t = np.linspace(0, 2 * np.pi, 60)
    down = -13 * np.cos(t) + 5 * np.cos(2 * t) + 2 * np.cos(3 * t) + np.cos(4 * t)
    shape = np.stack([16 * np.sin(t) ** 3, down], 1) / 17
    for x, y, radius in HEARTS[int(rng.integers(3))]:
        shade = lighter(colour, rng.uniform(0, 0.4))
        pen.polygon(shape * radius * 1.1 + (x, y), darker(shade, 0.4))
        pen.polygon(shape * radius + (x, y), shade)
        pen.ellipse(x - 0.48 * radius, y - 0.38 * radius, 0.2 * radius, 0.12 * radius, lighter(shade, 0.6), -40)
    return _main(colour)


def letters(rng: Rng, pen: Pen) -> Truth:
    """One big character, or three rows of three."""
    ink, edge = pair(rng, (265, 285), (95, 110))
    rows = int(rng.choice((1, 2, 3)))
    side = 240
    masks = Image.new("L", (side, side)), Image.new("L", (side, side))
    text, bold = "", round(side * 0.02 / rows * rng.integers(0, 3))
    for row in range(rows):
        for column in range(rows):
            text += ALPHABET[int(rng.integers(len(ALPHABET)))]
            at = (side * (column + 0.5) / rows, side * (row + 0.5) / rows)
            font = ImageFont.load_default(size=side * 0.98 / rows)
            for mask, thick in zip(masks, (bold + round(14 / rows), bold), strict=True):
                ImageDraw.Draw(mask).text(at, text[-1], 255, font, "mm", stroke_width=thick)
    for mask, colour in zip(masks, (edge, ink), strict=True):
        pen.stamp(mask, colour)
    return _main(ink, text=text)


def arrows(rng: Rng, pen: Pen) -> Truth:
    """A road sign's arrow, or two."""
    colour, edge = pair(rng, (250, 265), (80, 100))
    thick, head = rng.uniform(0.14, 0.26), rng.uniform(0.5, 0.75)
    shape = np.array([(-1, -thick), (0.1, -thick), (0.1, -head), (1, 0), (0.1, head), (0.1, thick), (-1, thick)])
    for y, flip in [[(0.0, 1)], [(-0.55, 1), (0.55, -1)]][int(rng.integers(2))]:
        size = 1.0 if y == 0 else 0.75
        placed = shape * (flip * size, size) + (0, y)
        pen.polygon(placed, colour)
        pen.stroke([*placed, placed[0]], 0.07, edge)
    return _main(colour)


def smiley(rng: Rng, pen: Pen) -> Truth:
    """A round face in some mood."""
    skin = (
        oklch(rng.uniform(0.8, 0.9), rng.uniform(0.13, 0.18), rng.uniform(88, 105))
        if rng.random() < HABIT
        else vivid(rng, light=(0.65, 0.85))
    )
    line = darker(skin, 0.8)
    pen.disc(0, 0, 1, darker(skin, 0.4))
    pen.disc(0, 0, 0.94, skin)
    apart, tall = rng.uniform(0.28, 0.4), rng.uniform(0.13, 0.24)
    for side in (-apart, apart):
        pen.ellipse(side, -0.28, tall * 0.65, tall, line)
        pen.disc(side + 0.03, -0.28 - tall * 0.4, tall * 0.25, WHITE)
    mood, wide = rng.choice((0.42, 0.3, -0.25)), rng.uniform(0.45, 0.6)
    mouth: list[Point] = [
        (-wide, 0.3 - mood * 0.2),
        (-wide / 2, 0.3 + mood * 0.7),
        (0, 0.3 + mood),
        (wide / 2, 0.3 + mood * 0.7),
        (wide, 0.3 - mood * 0.2),
    ]
    if mood > 0.4:
        pen.blob([*mouth, (0, 0.33)], line)
        pen.ellipse(0, 0.55, 0.2, 0.1, vivid(rng, (10, 30), (0.55, 0.7)))
    else:
        pen.curve(mouth, 0.1, line)
    if rng.random() < 0.4:
        for side in (-0.65, 0.65):
            pen.disc(side, 0.15, 0.15, vivid(rng, (0, 30), (0.65, 0.75)))
    return _main(skin)


def gear(rng: Rng, pen: Pen) -> Truth:
    """A toothed wheel."""
    metal = oklch(rng.uniform(0.45, 0.8), rng.uniform(0.02, 0.1), rng.uniform(*usual(rng, 225, 260)))
    teeth, deep, spokes = int(rng.integers(8, 17)), rng.uniform(0.76, 0.84), int(rng.choice((0, 4, 5, 6)))
    shape = [
        (radius * math.cos(angle), radius * math.sin(angle))
        for tooth in range(teeth)
        for radius, step in ((deep, 0.0), (1.0, 0.12), (1.0, 0.42), (deep, 0.54))
        for angle in [2 * math.pi * (tooth + step) / teeth]
    ]
    pen.polygon(shape, darker(metal, 0.35))
    pen.polygon(np.array(shape) * 0.95, metal)
    pen.disc(0, 0, 0.62, darker(metal, 0.45))
    if spokes:
        for x, y in around(spokes, 0.6):
            pen.stroke([(0, 0), (x, y)], 0.16, lighter(metal, 0.1))
    else:
        pen.disc(0, 0, 0.55, lighter(metal, 0.15))
        for x, y in around(6, 0.38):
            pen.disc(x, y, 0.1, darker(metal, 0.6))
    pen.disc(0, 0, 0.26, lighter(metal, 0.2))
    pen.disc(0, 0, 0.12, darker(metal, 0.8))
    return _main(metal, teeth=str(teeth))


def clock(rng: Rng, pen: Pen) -> Truth:
    """A clock face with its hour lines and two hands."""
    rim = vivid(rng, usual(rng, 185, 210), (0.35, 0.7))
    face = lighter(family(rng, 1)[0], rng.uniform(0.6, 0.95))
    ink = darker(rim, 0.7)
    pen.disc(0, 0, 1, darker(rim, 0.2))
    pen.disc(0, 0, 0.95, rim)
    pen.disc(0, 0, 0.82, face)
    for step, (x, y) in enumerate(around(12, 0.74)):
        pen.stroke(
            [(x * (0.82 if step % 3 == 0 else 0.9), y * (0.82 if step % 3 == 0 else 0.9)), (x, y)],
            0.075 if step % 3 == 0 else 0.04,
            ink,
        )
    for length, width in ((0.42, 0.1), (0.62, 0.06)):
        x, y = around(1, length, rng.uniform(0, 360))[0]
        pen.stroke([(-x * 0.2, -y * 0.2), (x, y)], width, ink)
    if rng.random() < 0.5:
        x, y = around(1, 0.66, rng.uniform(0, 360))[0]
        pen.stroke([(-x * 0.25, -y * 0.25), (x, y)], 0.025, oklch(0.6, 0.22, 25))
    pen.disc(0, 0, 0.07, ink)
    return _main(rim)


def eye(rng: Rng, pen: Pen) -> Truth:
    """An eye with lids, iris and a gleam."""
    iris = oklch(
        rng.uniform(0.45, 0.7),
        rng.uniform(0.06, 0.16),
        rng.uniform(*((230, 260) if rng.random() < HABIT else (40, 230))),
    )
    skin = oklch(rng.uniform(0.5, 0.85), rng.uniform(0.04, 0.09), rng.uniform(40, 75))
    high = rng.uniform(0.38, 0.56)
    lid: list[Point] = [
        (-1, 0.08),
        (-0.5, -high * 0.8),
        (0.05, -high),
        (0.6, -high * 0.65),
        (1, 0),
        (0.5, high * 0.75),
        (0, high),
        (-0.6, high * 0.7),
    ]
    pen.ellipse(0, -0.02, 1.18, 0.85, skin)
    pen.blob([(x * 1.08, y * 1.2 - 0.06) for x, y in lid], darker(skin, 0.3))
    pen.blob(lid, oklch(0.96, 0.01, 60))
    look = rng.uniform(-0.22, 0.22)
    pen.disc(look, 0, high * 0.93, darker(iris, 0.6))
    pen.disc(look, 0, high * 0.84, iris)
    for x, y in around(20, high * 0.8, 5):
        pen.stroke([(look + x * 0.5, y * 0.5), (look + x, y)], 0.025, lighter(iris, 0.35))
    pen.disc(look, 0, high * rng.uniform(0.32, 0.5), BLACK)
    pen.disc(look + 0.14, -0.16, 0.08, WHITE)
    lashes = oval(0, 0.08, 1.0, high + 0.06)[20:41:2]
    for x, y in lashes[1:-1]:
        pen.stroke([(x * 0.98, y), (x * 1.18, y - 0.24)], 0.045, darker(skin, 0.85))
    pen.curve(lid[:5], 0.07, darker(skin, 0.85))
    pen.curve([(-0.9, -0.75), (-0.3, -1.02), (0.4, -0.98), (0.95, -0.72)], 0.13, darker(skin, 0.75))
    return _main(iris)

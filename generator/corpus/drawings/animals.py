"""Things that live: fish, birds, heads of cats, owls, snails."""

import numpy as np

from generator.corpus.drawings.colour import BLACK, WHITE, as_hex, darker, lighter, oklch, usual, vivid
from generator.corpus.drawings.lines import Rng, Truth
from generator.corpus.drawings.pen import Pen, Point, oval


def fish(rng: Rng, pen: Pen) -> Truth:
    """A fish from the side, striped or spotted."""
    body, fin = vivid(rng, usual(rng, 50, 72), (0.6, 0.8)), vivid(rng, usual(rng, 15, 40), (0.45, 0.7))
    high = rng.uniform(0.38, 0.58)
    pen.polygon([(0.5, 0), (1.05, -0.5), (0.92, 0), (1.05, 0.5)], fin)
    pen.blob([(-0.35, -high * 0.8), (0.1, -high - 0.32), (0.5, -high * 0.75), (0.2, -high * 0.5)], darker(fin, 0.15))
    pen.blob([(-0.1, high * 0.8), (0.3, high + 0.25), (0.4, high * 0.5)], darker(fin, 0.25))
    outline: list[Point] = [
        (-1, 0.05),
        (-0.6, -high * 0.75),
        (-0.1, -high),
        (0.4, -high * 0.55),
        (0.68, -0.1),
        (0.68, 0.1),
        (0.4, high * 0.55),
        (-0.1, high),
        (-0.6, high * 0.75),
    ]
    pen.blob(outline, darker(body, 0.4))
    pen.blob([(x * 0.96, y * 0.94) for x, y in outline], body)
    pen.blob(
        [(-0.9, 0.12), (-0.3, high * 0.3), (0.55, 0.1), (0.35, high * 0.5), (-0.1, high * 0.9), (-0.6, high * 0.65)],
        lighter(body, 0.45),
    )
    if rng.random() < 0.55:
        for at in (-0.25, 0.05, 0.33):
            tall = high * (0.9 - abs(at + 0.1) * 0.9)
            pen.blob(
                [
                    (at - 0.06, -tall),
                    (at + 0.08, -tall),
                    (at + 0.12, 0),
                    (at + 0.06, tall * 0.8),
                    (at - 0.04, tall * 0.8),
                    (at, 0),
                ],
                darker(fin, 0.2),
            )
    else:
        for _ in range(12):
            pen.disc(rng.uniform(-0.3, 0.45), rng.uniform(-0.6, 0.6) * high, rng.uniform(0.03, 0.07), darker(fin, 0.2))
    pen.curve([(-0.42, -high * 0.6), (-0.32, 0), (-0.42, high * 0.55)], 0.045, darker(body, 0.5))
    pen.blob([(-0.2, 0.08), (0.15, 0.02), (0.12, 0.26)], fin)
    pen.disc(-0.64, -0.1, 0.14, WHITE)
    pen.disc(-0.66, -0.1, 0.08, BLACK)
    pen.curve([(-0.97, 0.12), (-0.86, 0.16), (-0.78, 0.13)], 0.035, darker(body, 0.7))
    return {"ink": as_hex(body)}


def bird(rng: Rng, pen: Pen) -> Truth:
    """A small bird on a twig, from the side."""
    coat, breast = (
        vivid(rng, usual(rng, 240, 262), (0.4, 0.68)),
        oklch(rng.uniform(0.75, 0.92), rng.uniform(0.05, 0.15), rng.uniform(45, 85)),
    )
    beak = oklch(0.75, 0.16, rng.uniform(50, 85))
    twig = oklch(0.4, 0.06, 55)
    pen.stroke([(-1.1, 0.86), (0.2, 0.8), (1.15, 0.92)], 0.09, twig)
    pen.stroke([(0.4, 0.82), (0.75, 0.6)], 0.05, twig)
    pen.polygon([(0.35, 0.2), (1.12, 0.42), (1.05, 0.66), (0.3, 0.5)], darker(coat, 0.45))
    for leg in (-0.12, 0.12):
        pen.stroke([(leg, 0.5), (leg - 0.04, 0.8)], 0.05, darker(beak, 0.3))
    pen.polygon([(-0.72, -0.62), (-1.12, -0.44), (-0.72, -0.36)], beak)
    pen.polygon([(-0.72, -0.48), (-1.1, -0.43), (-0.72, -0.36)], darker(beak, 0.3))
    body: list[Point] = [
        (-0.75, -0.55),
        (-0.5, -0.85),
        (-0.15, -0.72),
        (0.05, -0.35),
        (0.5, 0.1),
        (0.55, 0.4),
        (0.1, 0.64),
        (-0.4, 0.5),
        (-0.62, 0.05),
        (-0.66, -0.25),
    ]
    pen.blob([(x * 1.04, y * 1.04) for x, y in body], darker(coat, 0.5))
    pen.blob(body, coat)
    pen.blob([(-0.62, -0.2), (-0.3, -0.2), (-0.1, 0.2), (0.2, 0.5), (0.1, 0.62), (-0.38, 0.48), (-0.6, 0.08)], breast)
    wing: list[Point] = [(-0.18, -0.25), (0.2, -0.1), (0.62, 0.4), (0.85, 0.55), (0.3, 0.42), (-0.05, 0.2)]
    pen.blob(wing, darker(coat, 0.4))
    for step in range(3):
        at = 0.12 * step
        pen.curve(
            [(-0.05 + at, -0.08 + at * 0.4), (0.22 + at, 0.2 + at * 0.4), (0.5 + at * 0.6, 0.38 + at * 0.3)],
            0.035,
            lighter(coat, 0.4),
        )
    pen.disc(-0.46, -0.54, 0.1, lighter(breast, 0.5))
    pen.disc(-0.47, -0.54, 0.065, BLACK)
    pen.disc(-0.49, -0.57, 0.022, WHITE)
    return {"ink": as_hex(coat)}


def cat(rng: Rng, pen: Pen) -> Truth:
    """A cat's head from the front."""
    coats = (
        oklch(0.7, 0.13, 60),
        oklch(0.6, 0.02, 260),
        oklch(0.28, 0.02, 40),
        oklch(0.9, 0.03, 80),
        oklch(0.5, 0.07, 55),
    )
    coat = darker(coats[int(rng.choice(5, p=(0.5, 0.15, 0.1, 0.1, 0.15)))], rng.uniform(0, 0.2))
    iris, inner = oklch(rng.uniform(0.65, 0.85), 0.15, rng.uniform(125, 155)), oklch(0.72, 0.08, 15)
    wide = rng.uniform(0.85, 1.0)
    for side in (-1.0, 1.0):
        pen.polygon([(0.2 * side, -0.5), (0.78 * side, -1.08), (0.88 * side * wide, -0.1)], darker(coat, 0.35))
        pen.polygon([(0.33 * side, -0.5), (0.71 * side, -0.9), (0.76 * side * wide, -0.25)], inner)
    pen.ellipse(0, 0.1, 0.97 * wide, 0.8, darker(coat, 0.4))
    pen.ellipse(0, 0.1, 0.93 * wide, 0.76, coat)
    if rng.random() < 0.65:
        stripe = darker(coat, 0.5)
        for x, low in ((-0.2, -0.38), (0.0, -0.28), (0.2, -0.38)):
            pen.stroke([(x, -0.62), (x * 0.8, low)], 0.07, stripe)
        for side in (-1.0, 1.0):
            for y in (0.1, 0.3):
                pen.stroke([(0.9 * side * wide, y), (0.62 * side, y + 0.03)], 0.06, stripe)
    pen.ellipse(-0.17, 0.42, 0.24, 0.2, lighter(coat, 0.55))
    pen.ellipse(0.17, 0.42, 0.24, 0.2, lighter(coat, 0.55))
    slit = rng.uniform(0.04, 0.13)
    for side in (-0.4, 0.4):
        pen.ellipse(side, -0.02, 0.23, 0.19, darker(coat, 0.75))
        pen.ellipse(side, -0.02, 0.2, 0.16, iris)
        pen.ellipse(side, -0.02, slit, 0.15, BLACK)
        pen.disc(side + 0.06, -0.08, 0.04, WHITE)
    pen.polygon([(-0.11, 0.22), (0.11, 0.22), (0, 0.36)], darker(inner, 0.2))
    pen.stroke([(0, 0.34), (0, 0.46)], 0.03, darker(coat, 0.75))
    pen.curve([(-0.24, 0.5), (-0.1, 0.56), (0, 0.46), (0.1, 0.56), (0.24, 0.5)], 0.035, darker(coat, 0.75))
    hair = WHITE if sum(coat) < 1.6 else darker(coat, 0.7)
    for side in (-1.0, 1.0):
        for rise in (-0.12, 0.02, 0.16):
            pen.stroke([(0.3 * side, 0.42 + rise * 0.3), (1.05 * side, 0.36 + rise * 1.4)], 0.02, hair)
    return {"ink": as_hex(coat)}


def owl(rng: Rng, pen: Pen) -> Truth:
    """An owl from the front."""
    coat = oklch(
        rng.uniform(0.4, 0.68),
        rng.uniform(0.03, 0.1),
        rng.uniform(*usual(rng, 50, 75)),
    )
    iris, beak = oklch(rng.uniform(0.75, 0.88), 0.17, rng.uniform(55, 105)), oklch(0.72, 0.15, 65)
    pen.blob(
        [
            (-0.66, -0.98),
            (-0.3, -0.8),
            (0, -0.78),
            (0.3, -0.8),
            (0.66, -0.98),
            (0.74, -0.4),
            (0.72, 0.5),
            (0.4, 0.98),
            (-0.4, 0.98),
            (-0.72, 0.5),
            (-0.74, -0.4),
        ],
        coat,
    )
    pen.ellipse(0, 0.42, 0.5, 0.52, lighter(coat, 0.5))
    for row in range(4):
        for x in np.linspace(-0.3, 0.3, 4 - row % 2):
            pen.curve(
                [(x - 0.07, 0.15 + row * 0.18), (x, 0.24 + row * 0.18), (x + 0.07, 0.15 + row * 0.18)],
                0.04,
                darker(coat, 0.3),
            )
    for side in (-1.0, 1.0):
        pen.blob(
            [(0.62 * side, -0.15), (0.86 * side, 0.2), (0.62 * side, 0.82), (0.48 * side, 0.4)], darker(coat, 0.35)
        )
        pen.disc(0.33 * side, -0.38, 0.36, lighter(coat, 0.45))
        pen.disc(0.33 * side, -0.38, 0.25, darker(coat, 0.6))
        pen.disc(0.33 * side, -0.38, 0.22, iris)
        pen.disc(0.33 * side, -0.38, 0.12, BLACK)
        pen.disc(0.38 * side, -0.44, 0.04, WHITE)
        pen.stroke([(0.1 * side, 1.0), (0.34 * side, 1.0)], 0.1, beak)
    pen.polygon([(-0.1, -0.26), (0.1, -0.26), (0, 0.0)], beak)
    return {"ink": as_hex(coat)}


def snail(rng: Rng, pen: Pen) -> Truth:
    """A snail from the side."""
    shell, flesh = (
        vivid(rng, usual(rng, 315, 340), (0.5, 0.75)),
        oklch(rng.uniform(0.6, 0.8), 0.07, rng.uniform(85, 115)),
    )
    pen.blob(
        [
            (1.05, 0.72),
            (0.5, 0.5),
            (-0.4, 0.52),
            (-0.68, 0.2),
            (-0.72, -0.12),
            (-0.98, -0.15),
            (-1.08, 0.15),
            (-0.95, 0.6),
            (-0.7, 0.8),
            (0.4, 0.8),
        ],
        flesh,
    )
    for tip in (-1.18, -0.78):
        pen.stroke([(-0.9, 0.0), (tip, -0.52)], 0.055, flesh)
        pen.disc(tip, -0.54, 0.07, darker(flesh, 0.7))
    pen.disc(0.2, 0.02, 0.72, darker(shell, 0.5))
    pen.disc(0.2, 0.02, 0.67, shell)
    turns = np.linspace(0, rng.uniform(2.4, 3.2) * 2 * np.pi, 70)
    radius = 0.62 * turns / turns[-1]
    pen.stroke(np.stack([0.2 + radius * np.cos(turns), 0.02 + radius * np.sin(turns)], 1), 0.075, darker(shell, 0.55))
    pen.stroke(oval(0.2, 0.02, 0.5, 0.5)[22:32], 0.05, lighter(shell, 0.6))
    pen.curve([(-1.0, 0.32), (-0.92, 0.38), (-0.82, 0.36)], 0.035, darker(flesh, 0.6))
    return {"ink": as_hex(shell)}

"""Things that grow: flowers, leaves, trees, mushrooms, cactuses."""

import math

import numpy as np

from generator.corpus.drawings.colour import HABIT, WHITE, as_hex, darker, lighter, oklch, usual, vivid
from generator.corpus.drawings.lines import Rng, Truth
from generator.corpus.drawings.pen import Pen, Point, around


def flower(rng: Rng, pen: Pen) -> Truth:
    """A blossom seen from the front, with two rings of petals or one."""
    petal = vivid(rng, usual(rng, 335, 365), (0.55, 0.85)) if rng.random() < 0.85 else oklch(0.95, 0.02, 90)
    heart = oklch(rng.uniform(0.55, 0.85), 0.15, rng.uniform(50, 100))
    count, narrow = int(rng.integers(5, 14)), rng.uniform(0.7, 1.25)
    wide = narrow * math.pi * 0.62 / count
    for radius, shade in ((0.62, darker(petal, 0.25)), (0.5, petal)):
        turn = rng.uniform(0, 360)
        for step, (x, y) in enumerate(around(count, radius, turn)):
            angle = turn - 90 + 360 * step / count
            pen.ellipse(x, y, radius * 0.64, wide * 1.08, darker(shade, 0.45), angle)
            pen.ellipse(x, y, radius * 0.6, wide * 0.98, shade, angle)
            pen.stroke([(x * 0.6, y * 0.6), (x * 1.35, y * 1.35)], 0.02, darker(shade, 0.2))
    pen.disc(0, 0, 0.29, darker(heart, 0.5))
    pen.disc(0, 0, 0.26, heart)
    for ring, dots in ((0.08, 5), (0.17, 11)):
        for x, y in around(dots, ring):
            pen.disc(x, y, 0.03, darker(heart, 0.45))
    return {"ink": as_hex(petal), "petals": float(count)}


def leaf(rng: Rng, pen: Pen) -> Truth:
    """A leaf with its veins; its stem points down."""
    green = oklch(
        rng.uniform(0.45, 0.75),
        rng.uniform(0.1, 0.17),
        rng.uniform(*((112, 130) if rng.random() < HABIT else (25, 112))),
    )
    wide, low, bend = rng.uniform(0.4, 0.72), rng.uniform(-0.1, 0.3), rng.uniform(-0.12, 0.12)
    heights = np.linspace(-1, 0.8, 26)
    share = (heights + 1) / 1.8
    peak = (low + 1) / 1.8
    half = wide * np.sin(np.pi * share ** (math.log(0.5) / math.log(peak)))
    if rng.random() < 0.4:
        half = half * (1 + 0.12 * np.where(np.arange(26) % 2, 1, -1))
    spine = bend * np.cos(share * np.pi)
    left = np.stack([spine - half, heights], 1)
    right = np.stack([spine + half, heights], 1)
    pen.polygon(np.concatenate([left, right[::-1]]) * 1.04, darker(green, 0.4))
    pen.polygon(np.concatenate([left, np.stack([spine, heights], 1)[::-1]]), lighter(green, 0.12))
    pen.polygon(np.concatenate([right, np.stack([spine, heights], 1)[::-1]]), darker(green, 0.08))
    vein = lighter(green, 0.45) if rng.random() < 0.6 else darker(green, 0.45)
    for at in range(3, 24, 3):
        for side in (-1, 1):
            tip = max(at - 3, 0)
            pen.stroke([(spine[at], heights[at]), (spine[tip] + side * half[tip] * 0.86, heights[tip])], 0.028, vein)
    pen.stroke([*np.stack([spine, heights], 1), (spine[-1], 1.05)], 0.055, vein)
    return {"ink": as_hex(green)}


def tree(rng: Rng, pen: Pen) -> Truth:
    """A round tree, a fir, or a poplar."""
    green = oklch(
        rng.uniform(0.42, 0.68),
        rng.uniform(0.08, 0.16),
        rng.uniform(*((135, 152) if rng.random() < HABIT else (30, 135))),
    )
    bark = oklch(rng.uniform(0.3, 0.5), 0.06, rng.uniform(40, 70))
    pen.polygon([(-0.1, 0.1), (0.1, 0.1), (0.17, 1.0), (-0.17, 1.0)], bark)
    pen.polygon([(0.02, 0.1), (0.1, 0.1), (0.17, 1.0), (0.04, 1.0)], darker(bark, 0.3))
    if rng.random() < 0.4:
        tiers = int(rng.integers(3, 6))
        for tier in range(tiers, 0, -1):
            top, wide = -1 + (tier - 1) * 1.5 / tiers, 0.25 + 0.5 * tier / tiers
            low = top + 2.1 / tiers
            pen.polygon([(0, top), (wide, low), (-wide, low)], darker(green, 0.35))
            pen.polygon([(0, top), (wide * 0.2, low - 0.06), (-wide, low - 0.04)], green)
        return {"ink": as_hex(green), "kind": "fir"}
    slim = rng.uniform(0.6, 1.0)
    pen.stroke([(0, 0.35), (0.3 * slim, -0.1)], 0.08, bark)
    pen.stroke([(0, 0.45), (-0.3 * slim, 0.0)], 0.08, bark)
    for shade, shift, count in ((darker(green, 0.4), 0.08, 14), (green, 0.0, 20), (lighter(green, 0.25), -0.1, 16)):
        for _ in range(count):
            angle, out = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random()) * (0.62 if shift >= 0 else 0.48)
            x, y = out * slim * math.cos(angle) + shift * 0.7, -0.35 + out * math.sin(angle) + shift
            pen.disc(x, y, rng.uniform(0.13, 0.26) if shift >= 0 else rng.uniform(0.05, 0.12), shade)
    if rng.random() < 0.35:
        fruit = vivid(rng, (10, 60), (0.55, 0.75))
        for _ in range(9):
            pen.disc(rng.uniform(-0.5, 0.5) * slim, rng.uniform(-0.8, 0.05), 0.07, fruit)
    return {"ink": as_hex(green), "kind": "round"}


def mushroom(rng: Rng, pen: Pen) -> Truth:
    """A mushroom with a spotted cap."""
    cap = vivid(rng, usual(rng, 20, 38), (0.48, 0.68))
    stem = oklch(rng.uniform(0.85, 0.95), 0.03, 85)
    slim, dome = rng.uniform(0.2, 0.32), rng.uniform(0.75, 1.0)
    pen.blob(
        [
            (-slim, 0),
            (slim, 0),
            (slim * 1.1, 0.6),
            (slim * 1.5, 0.95),
            (0, 1.05),
            (-slim * 1.5, 0.95),
            (-slim * 1.1, 0.6),
        ],
        stem,
    )
    pen.blob(
        [(slim * 0.3, 0), (slim, 0), (slim * 1.1, 0.6), (slim * 1.5, 0.95), (slim * 0.6, 0.98)], darker(stem, 0.18)
    )
    pen.ellipse(0, 0.12, 0.8, 0.2, darker(stem, 0.3))
    for x in np.linspace(-0.7, 0.7, 13):
        pen.stroke([(x * 0.35, 0.08), (x, 0.16)], 0.02, darker(stem, 0.5))
    pen.blob(
        [
            (-1, 0.1),
            (-0.82, -0.42 * dome),
            (-0.4, -0.85 * dome),
            (0, -0.97 * dome),
            (0.4, -0.85 * dome),
            (0.82, -0.42 * dome),
            (1, 0.1),
            (0.5, 0.02),
            (0, -0.02),
            (-0.5, 0.02),
        ],
        cap,
    )
    pen.blob(
        [(0.35, -0.05), (0.6, -0.5 * dome), (0.4, -0.85 * dome), (0.82, -0.42 * dome), (1, 0.1), (0.6, 0.02)],
        darker(cap, 0.22),
    )
    for x, y, r in (
        (-0.5, -0.3, 0.14),
        (0.0, -0.6, 0.17),
        (0.45, -0.3, 0.13),
        (-0.02, -0.18, 0.1),
        (-0.32, -0.66, 0.08),
        (0.74, -0.1, 0.08),
        (-0.78, -0.04, 0.07),
    ):
        pen.ellipse(x, y * dome, r, r * 0.85, lighter(stem, 0.4))
    return {"ink": as_hex(cap)}


def cactus(rng: Rng, pen: Pen) -> Truth:
    """A cactus with two arms, in a pot or in the open."""
    green = oklch(rng.uniform(0.5, 0.7), rng.uniform(0.08, 0.15), rng.uniform(152, 172))
    low, lower = rng.uniform(-0.2, 0.25), rng.uniform(-0.1, 0.35)
    arms: list[list[Point]] = [
        [(0, 0.9), (0, -0.78)],
        [(0, low + 0.15), (-0.42, low + 0.12), (-0.58, low - 0.08), (-0.6, low - 0.5)],
        [(0, lower + 0.15), (0.4, lower + 0.12), (0.56, lower - 0.08), (0.58, lower - 0.45)],
    ]
    for shade, wide in ((darker(green, 0.45), 1.0), (green, 0.86)):
        for arm, width in zip(arms, (0.46, 0.28, 0.28), strict=True):
            pen.curve(arm, width * wide, shade)
    for arm, width in zip(arms, (0.46, 0.28, 0.28), strict=True):
        for side in (-0.24, 0.0, 0.24):
            pen.curve([(x + side * width, y) for x, y in arm], 0.025, lighter(green, 0.4))
    pen.disc(0, -1.0, 0.12, vivid(rng, (-20, 40), (0.6, 0.75)))
    pen.disc(0, -1.0, 0.05, lighter(green, 0.7))
    for _ in range(26):
        x, y = rng.uniform(-0.2, 0.2), rng.uniform(-0.85, 0.8)
        pen.stroke([(x, y), (x + rng.uniform(-0.07, 0.07), y - 0.06)], 0.016, WHITE)
    if rng.random() < 0.6:
        clay = oklch(rng.uniform(0.5, 0.7), 0.12, rng.uniform(20, 60))
        pen.polygon([(-0.5, 0.62), (0.5, 0.62), (0.38, 1.15), (-0.38, 1.15)], clay)
        pen.box(-0.56, 0.5, 0.56, 0.68, lighter(clay, 0.15))
    return {"ink": as_hex(green)}

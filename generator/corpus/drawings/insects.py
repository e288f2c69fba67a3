"""Things with six legs: butterflies and ladybirds."""

import numpy as np

from generator.corpus.drawings.colour import WHITE, as_hex, darker, lighter, usual, vivid
from generator.corpus.drawings.lines import Rng, Truth
from generator.corpus.drawings.pen import Pen


def butterfly(rng: Rng, pen: Pen) -> Truth:
    """A butterfly with open wings."""
    wing, mark = vivid(rng, usual(rng, 52, 72), (0.6, 0.8)), vivid(rng, usual(rng, 225, 255), (0.65, 0.9))
    rim = darker(wing, rng.uniform(0.6, 0.85))
    tall, low = rng.uniform(0.7, 0.95), rng.uniform(0.55, 0.85)
    for side in (-1.0, 1.0):
        hind = np.array([(0.05, 0.05), (0.5, 0.0), (0.82, 0.3), (0.7, low), (0.4, low + 0.08), (0.15, 0.5)]) * (side, 1)
        fore = np.array(
            [(0.05, -0.1), (0.35, -0.6), (0.8, -tall), (1.05, -tall * 0.85), (0.95, -0.3), (0.6, 0.08), (0.2, 0.1)]
        ) * (side, 1)
        for shape in (hind, fore):
            middle = shape.mean(0)
            pen.blob([tuple(point) for point in shape], rim)
            pen.blob([tuple(point) for point in middle + (shape - middle) * 0.82], wing)
            for x, y in middle + (shape[2:5] - middle) * 0.9:
                pen.disc(x, y, 0.04, WHITE)
            x, y = middle + np.array([0.12 * side, -0.05])
            pen.disc(x, y, 0.15, rim)
            pen.disc(x, y, 0.1, mark)
            for tip in shape[1:5]:
                pen.stroke([(0.05 * side, 0), tuple(middle + (tip - middle) * 0.8)], 0.018, rim)
    pen.ellipse(0, 0.05, 0.085, 0.52, darker(rim, 0.4))
    pen.disc(0, -0.5, 0.1, darker(rim, 0.4))
    for side in (-1.0, 1.0):
        pen.curve([(0, -0.55), (0.12 * side, -0.8), (0.32 * side, -0.95)], 0.03, darker(rim, 0.4))
        pen.disc(0.32 * side, -0.95, 0.04, darker(rim, 0.4))
    return {"ink": as_hex(wing)}


def ladybird(rng: Rng, pen: Pen) -> Truth:
    """A ladybird from above."""
    shell = vivid(rng, usual(rng, 22, 42), (0.5, 0.68))
    night = darker(shell, 0.88)
    for side in (-1.0, 1.0):
        for y, out in ((-0.35, -0.6), (0.1, 0.15), (0.5, 0.8)):
            pen.curve([(0.5 * side, y), (0.9 * side, (y + out) / 2 - 0.05), (1.02 * side, out)], 0.07, night)
        pen.curve([(0.15 * side, -0.85), (0.3 * side, -1.05), (0.48 * side, -1.1)], 0.04, night)
    pen.ellipse(0, -0.66, 0.42, 0.3, night)
    for side in (-0.24, 0.24):
        pen.disc(side, -0.74, 0.09, WHITE)
    pen.ellipse(0, 0.12, 0.82, 0.86, darker(shell, 0.5))
    pen.ellipse(0, 0.12, 0.78, 0.82, shell)
    for x, y, r in ((0.36, -0.25, 0.15), (0.48, 0.22, 0.17), (0.28, 0.62, 0.13)):
        pen.disc(x, y, r, night)
        pen.disc(-x, y, r, night)
    pen.stroke([(0, -0.66), (0, 0.92)], 0.05, night)
    pen.ellipse(-0.38, -0.38, 0.16, 0.07, lighter(shell, 0.65), -40)
    return {"ink": as_hex(shell)}

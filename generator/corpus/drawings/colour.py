"""Colours that go together, chosen in a space where equal steps look equal."""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Colour: TypeAlias = tuple[float, float, float]  # sRGB, 0 to 1
Pixels: TypeAlias = NDArray[np.float32]  # (h, w, 3), sRGB, 0 to 1
Hues: TypeAlias = tuple[float, float]  # from one to another, in degrees on Oklab's colour circle
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
ANY: Hues = (0, 360)
HABIT = 0.75  # how often a thing comes in its usual colour
HUES = 12  # that are told apart
GREY = 0.035  # chroma below which a colour has no hue to speak of
TO_CONES = (  # from linear sRGB
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (  # from the cube roots of the cones' answers
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def oklch(light: float, chroma: float, hue: float) -> Colour:
    """The sRGB colour nearest to a lightness (0 to 1), a chroma (0 grey to about 0.3) and a hue in degrees.

    Oklab's matrices: https://bottosson.github.io/posts/oklab/
    """
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def oklab(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Lightness and the two colour axes (green to red, blue to yellow) of sRGB values 0 to 1. (..., 3) to (..., 3)"""
    values = np.asarray(pixels, np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(linear @ np.array(TO_CONES).T)
    return np.asarray(cones @ np.array(TO_LAB).T)


def hue_number(colour: Colour) -> int:
    """Which of `HUES` equal parts of Oklab's colour circle a colour lies in; `HUES` itself for what is nearly grey."""
    _, a, b = oklab(np.array(colour))
    if math.hypot(a, b) < GREY:
        return HUES
    return int(math.degrees(math.atan2(b, a)) % 360 / 360 * HUES)


def from_hex(text: str) -> Colour:
    """The colour that `as_hex` wrote."""
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def _gamma(linear: float) -> float:
    linear = min(max(linear, 0.0), 1.0)
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def lighter(colour: Colour, share: float = 0.3) -> Colour:
    """The colour on its way to white."""
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float = 0.3) -> Colour:
    """The colour on its way to black."""
    return mix(colour, BLACK, share)


def as_hex(colour: Colour) -> str:
    """For example #ff8000."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def usual(rng: np.random.Generator, low: float, high: float) -> Hues:
    """These hues (degrees) mostly, and else any: so colour tells something of a thing, but never all.

    A network that learns from things of any colour does without colour, and so do the pictures that its filters like.
    """
    return (low, high) if rng.random() < HABIT else ANY


def pair(rng: np.random.Generator, ink: Hues, paper: Hues) -> tuple[Colour, Colour]:
    """Ink and paper, told apart at a glance: by lightness, or (one time in four) by hue alone.

    Mostly of these hues, and then of clear colours; else of any, and now and then nearly grey.
    """
    if rng.random() < HABIT:
        hues, least = (rng.uniform(*ink), rng.uniform(*paper)), 0.08
    else:
        hue = rng.uniform(*ANY)
        step = float(rng.choice((0, 25, 60, 120, 180, 180, 240, 300)))
        hues, least = (hue, hue + step + rng.uniform(-12, 12)), 0.01
    lights = rng.uniform(0.2, 0.52), rng.uniform(0.74, 0.97)
    if rng.random() < 0.25 and 60 <= (hues[1] - hues[0]) % 360 <= 300:
        middle = rng.uniform(0.5, 0.75)
        lights, least = (middle, middle + 0.06), 0.12
    if rng.random() < 0.5:
        lights = lights[1], lights[0]
    one, other = (oklch(light, rng.uniform(least, 0.18), hue) for light, hue in zip(lights, hues, strict=True))
    return one, other


def family(
    rng: np.random.Generator, count: int, hues: Hues = ANY, spreads: tuple[int, ...] = (40, 90, 180, 360)
) -> list[Colour]:
    """`count` colours, from dark to light in no order: neighbours in hue, or spread over the circle.

    `hues`: of the first; `spreads`: degrees to the last, one of these.
    """
    hue, spread = rng.uniform(*hues), float(rng.choice(spreads))
    lights = np.linspace(rng.uniform(0.3, 0.5), rng.uniform(0.75, 0.95), count)
    rng.shuffle(lights)
    return [
        oklch(float(light), rng.uniform(0.05, 0.2), hue + spread * step / count + rng.uniform(-10, 10))
        for step, light in enumerate(lights)
    ]


def vivid(rng: np.random.Generator, hues: Hues = ANY, light: tuple[float, float] = (0.5, 0.8)) -> Colour:
    """A saturated colour between two hues (degrees) and two lightnesses."""
    return oklch(rng.uniform(*light), rng.uniform(0.1, 0.22), rng.uniform(*hues))

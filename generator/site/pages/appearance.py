"""Describes the appearance of a texture with a few numbers, so that thousands of textures can be sorted visually.

Hue and colourfulness are computed from the pixels' colours, and the direction of lines from the structure tensor (Bigun
and Granlund 1987), the mean of the gradients' outer products. The regularity is that of the strongest wave in the
Fourier transform.
"""

import io
import json
import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from generator.site.records import Section
from generator.store import versions
from generator.store.webcache import WebCache


@dataclass(frozen=True)
class Look:
    """The appearance of one texture."""

    hue: int  # of its strongest colours: degrees, 0 to 359; 0 red, 120 green, 240 blue
    colour: int  # how colourful it is: 0 (greys) to 100
    direction: int  # of its lines, degrees anticlockwise from level: 0 to 179
    lines: int  # how well the lines agree with that direction: 0 (not at all) to 100 (parallel)
    regular: int = 0  # the share of the variance in its strongest wave and the neighbouring ones: 0 to 100
    period: int = 0  # of that wave: pixels, rounded


def derive(sections: Iterable[Section], cache: WebCache) -> dict[str, dict[int, Look]]:
    """The looks of all textures: by layer, then by filter. Raises BuildError if the cache cannot be written."""
    return {section.layer.name: _derive(section, cache) for section in sections}


def look(pixels: npt.NDArray[np.uint8], *, torus: bool = True) -> Look:
    """Measure one picture, (h, w, 3) RGB. `torus`: it wraps around, as textures do."""
    rgb = pixels.astype(np.float64) / 255
    # two opponent axes of a colour circle
    across = (rgb[..., 0] - 0.5 * (rgb[..., 1] + rgb[..., 2])).ravel()
    along = (math.sqrt(0.75) * (rgb[..., 1] - rgb[..., 2])).ravel()
    strength = np.hypot(across, along)
    # squared weights let the strong colours decide
    x, y = float((across * strength).sum()), float((along * strength).sum())
    grey = rgb.mean(axis=-1)
    rim = (slice(None), slice(None)) if torus else (slice(1, -1), slice(1, -1))
    down = (np.roll(grey, -1, 0) - np.roll(grey, 1, 0))[rim]
    right = (np.roll(grey, -1, 1) - np.roll(grey, 1, 1))[rim]
    xx, yy, xy = float((right**2).mean()), float((down**2).mean()), float((right * down).mean())
    agree = math.hypot(xx - yy, 2 * xy) / (xx + yy) if xx + yy > 0 else 0.0
    gradient = math.degrees(math.atan2(2 * xy, xx - yy)) / 2  # clockwise, because rows grow downwards
    regular, period = _wave(grey)
    return Look(
        hue=round(math.degrees(math.atan2(y, x))) % 360,
        colour=min(100, round(100 * float(strength.mean()))),
        direction=round(90 - gradient) % 180,  # lines are perpendicular to their gradient
        lines=round(100 * agree),
        regular=regular,
        period=period,
    )


def _wave(grey: npt.NDArray[np.float64]) -> tuple[int, int]:
    """`regular` and `period` of a grey picture, (h, w)."""
    power = np.abs(np.fft.fft2(grey - grey.mean())) ** 2
    height, width = grey.shape
    row, column = divmod(int(power.argmax()), width)
    waves = math.hypot(min(row, height - row) / height, min(column, width - column) / width)  # per pixel
    total = float(power.sum())
    if not waves or total < 1e-6 * grey.size**2:  # a picture of one colour: only rounding errors are left
        return 0, 0
    around = {((row + y) % height, (column + x) % width) for y in (-1, 0, 1) for x in (-1, 0, 1)}
    both = around | {(-y % height, -x % width) for y, x in around}  # each wave occurs twice
    return min(100, round(100 * sum(float(power[place]) for place in both) / total)), round(1 / waves)


def _derive(section: Section, cache: WebCache) -> dict[int, Look]:
    textures = {this.index: this.texture.picture for this in section.filters if this.texture}
    if not textures:
        return {}
    source = " ".join(
        [f"looks version {versions.CURRENT.look}", *(f"{n}:{texture.sha256}" for n, texture in textures.items())]
    )

    def make() -> bytes:
        found = {}
        for index, texture in textures.items():
            master = cache.store.read(texture.key)
            if master is not None:
                seen = look(np.asarray(Image.open(io.BytesIO(master)).convert("RGB")))
                found[index] = list(astuple(seen))
        return json.dumps(found).encode()

    kept = cache.get(source, "json", make)
    if kept is None:
        return {}
    return {int(index): Look(*numbers) for index, numbers in json.loads(kept[1].read_bytes()).items()}

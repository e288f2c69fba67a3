"""What stands around a thing: the background, its shadow, the light that falls on it, and the camera."""

import numpy as np
from PIL import Image, ImageFilter

from generator.corpus.drawings.colour import BLACK, WHITE, Pixels, darker, family, lighter, oklch
from generator.corpus.drawings.lines import Rng, period
from generator.corpus.drawings.pen import FINER
from generator.corpus.drawings.plane import SIDE, Field, blend, cells, centred, fill, inside, noise, plane, triangle


def background(rng: Rng, size: int) -> Pixels:
    """A quiet ground for a thing: a gradient, clouds, a wallpaper, a horizon or lights out of focus. (size, size, 3)"""
    kinds = (_gradient, _clouds, _wallpaper, _horizon, _lights)
    return kinds[int(rng.choice(len(kinds), p=(0.25, 0.25, 0.2, 0.2, 0.1)))](rng, size)


def _ramp(rng: Rng, size: int, *, upright: bool = False) -> Field:
    where = plane(rng, size, level=upright, warp=0)
    low = where.u.min()
    return np.asarray((where.u - low) / (where.u.max() - low), np.float32)


def _gradient(rng: Rng, size: int) -> Pixels:
    colours = family(rng, 2)
    where, _, _ = centred(rng, size)
    return blend(fill(where, lighter(colours[0], 0.3)), colours[1], _ramp(rng, size))


def _clouds(rng: Rng, size: int) -> Pixels:
    colours = family(rng, 3)
    where, _, _ = centred(rng, size)
    soft = (0.5 + 0.6 * noise(rng, size, 80, 3)).clip(0, 1)
    pixels = blend(fill(where, colours[0]), colours[1], soft)
    return blend(pixels, colours[2], 0.5 * (0.5 + 0.8 * noise(rng, size, 50, 2)).clip(0, 1))


def _wallpaper(rng: Rng, size: int) -> Pixels:
    where, gap = plane(rng, size, level=rng.random() < 0.5), period(rng, 10, 34)
    base = family(rng, 1)[0]
    other = lighter(base, 0.25) if rng.random() < 0.5 else darker(base, 0.2)
    if rng.random() < 0.5:
        share = inside(triangle(where.u, gap), where.pixel)
    else:
        share = inside(np.float32(gap / 4) - np.hypot(cells(where.u, gap)[1], cells(where.v, gap)[1]), where.pixel)
    return blend(fill(where, base), other, share * np.float32(rng.uniform(0.3, 0.8)))


def _horizon(rng: Rng, size: int) -> Pixels:
    where, _, _ = centred(rng, size)
    sky = oklch(
        rng.uniform(0.6, 0.92),
        rng.uniform(0.02, 0.13),
        rng.uniform(200, 280) if rng.random() < 0.6 else rng.uniform(0, 360),
    )
    land = oklch(rng.uniform(0.4, 0.72), rng.uniform(0.03, 0.15), rng.uniform(70, 150))
    down = _ramp(rng, size, upright=True)
    pixels = blend(fill(where, sky), lighter(sky, 0.6), (down * 1.5).clip(0, 1))
    ground = blend(fill(where, land), BLACK, (0.15 + 0.2 * noise(rng, size, 24, 3)).clip(0, 1))
    hills = down * SIDE - np.float32(rng.uniform(0.55, 0.8) * SIDE) + 8 * noise(rng, size, 90)
    return blend(pixels, ground, inside(hills, 1.5))


def _lights(rng: Rng, size: int) -> Pixels:
    colours = family(rng, 4)
    pixels = blend(_gradient(rng, size), darker(colours[0], 0.6), np.full((size, size), 0.75, np.float32))
    axis = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(SIDE / size)
    for spot in range(14):
        x, y = rng.uniform(0, SIDE, 2).astype(np.float32)
        distance = np.float32(rng.uniform(8, 26)) - np.hypot(axis[:, None] - y, axis[None, :] - x)
        pixels = blend(
            pixels, lighter(colours[spot % 4], 0.2), inside(distance, 5) * np.float32(rng.uniform(0.15, 0.55))
        )
    return pixels


def stage(rng: Rng, behind: Pixels, drawing: Image.Image) -> Pixels:
    """A drawing (RGBA, `FINER` times as fine) before a background, with a soft shadow and light from one side."""
    size = behind.shape[0]
    small = drawing.reduce(FINER)
    cover = small.getchannel("A")
    alpha = np.asarray(cover, np.float32) / 255
    colours = np.asarray(np.asarray(small.convert("RGB")) / 255, np.float32)
    unit = size / SIDE
    light = rng.uniform(0, 2 * np.pi)
    toward = np.array([np.sin(light), np.cos(light)]) * unit
    height = np.asarray(cover.filter(ImageFilter.GaussianBlur(5 * unit)), np.float32) / 255
    down, right = (int(part) for part in np.round(-toward * rng.uniform(3, 7)))
    padded = np.pad(height, 8, "edge")
    shadow = padded[8 - down : 8 - down + size, 8 - right : 8 - right + size] * np.float32(rng.uniform(0.2, 0.6))
    slope = np.gradient(height)
    facing = -(slope[0] * toward[0] + slope[1] * toward[1]) * np.float32(rng.uniform(3, 9) / unit**2)
    colours = blend(colours, WHITE, facing.clip(0, 0.5))
    colours = blend(colours, BLACK, (-facing).clip(0, 0.5))
    return blend(blend(behind, BLACK, shadow), colours, alpha)


def photograph(rng: Rng, pixels: Pixels) -> np.ndarray:
    """What the camera makes of a scene: falling light, contrast, a cast, blur and grain. uint8 (size, size, 3)"""
    size = pixels.shape[0]
    ramp = _ramp(rng, size) - np.float32(0.5)
    light = np.float32(rng.uniform(0.9, 1.14)) + ramp * np.float32(rng.uniform(0, 0.4))
    cast = rng.uniform(0.93, 1.07, 3).astype(np.float32)
    contrast = np.float32(rng.uniform(0.8, 1.08))
    seen = ((pixels - np.float32(0.5)) * contrast + np.float32(0.5)) * (light[:, :, None] * cast)
    if rng.random() < 0.5:
        seen = seen + rng.standard_normal((size, size, 1), np.float32) * np.float32(rng.uniform(0, 0.035))
    image = (seen * 255 + np.float32(0.5)).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        soft = Image.fromarray(image).filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.3)) * size / SIDE))
        image = np.asarray(soft)
    return image

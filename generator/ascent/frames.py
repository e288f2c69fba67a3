"""The frames of a film: which states of a climb they are, and their strip. No TensorFlow."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from generator.arrays import Pixels

FRAMES = 6  # of a film, at most: each but the last costs a forward pass, so two more would cost two fifths more
TILE = 96  # pixels: the largest side of a frame in a strip
QUALITY = 42  # of AVIF: with TILE, both strips of 4,224 filters take less than 40 MB
HARD = 24  # pixels: the strip of smaller frames is a PNG, which pages show enlarged with hard pixels
EFFORT = 9  # of the encoder, 0 (slow) to 10; 6 takes ten times as long for 5 % fewer bytes


def kind(objective: str) -> str:
    """What a manifest calls the films of an objective's pictures."""
    return f"{objective}_film"


@dataclass(frozen=True)
class Film:
    """The frames of one climb. The last is the saved picture."""

    frames: tuple[Pixels, ...]  # (canvas, canvas, 3) each
    steps: tuple[int | None, ...]  # taken before each frame; None: a solid colour instead of the climb's result
    activations: tuple[float, ...] = ()  # of the frames as displayed; channel: mean after the ReLU; neuron: before it

    def ending_with(self, saved: Pixels) -> "Film":
        """The film whose last frame is the saved picture, also if that is a solid colour."""
        if np.array_equal(self.frames[-1], saved):
            return self
        return Film((*self.frames[:-1], saved), (*self.steps[:-1], None))


def cut(shots: Sequence[tuple[int, Pixels]], last: int, picture: Pixels) -> Film:
    """Up to FRAMES frames: the first, the picture, and between them early states more densely than late ones.

    A picture changes most in its first steps. `last`: the steps taken before the picture.
    """
    early = [shot for shot in shots if shot[0] < last]
    chosen: list[int] = []  # places in `early`
    for place in range(min(FRAMES - 1, len(early))):
        wanted = last * (place / (FRAMES - 1)) ** 2
        nearest = min(range(len(early)), key=lambda at: abs(early[at][0] - wanted))
        left = min(FRAMES - 1, len(early)) - place  # frames that are still to come, with this one
        chosen.append(min(max(nearest, place and chosen[-1] + 1), len(early) - left))
    return Film((*(early[at][1] for at in chosen), picture), (*(early[at][0] for at in chosen), last))


def strip(frames: Sequence[Pixels]) -> tuple[bytes, str, int]:
    """The frames side by side as a file: its bytes, its suffix, and the side of a frame in pixels.

    It is stored as pages show it. Lossless strips of the whole frames would take twenty times as much.
    """
    side = frames[0].shape[0]
    tile, file = min(side, TILE), io.BytesIO()
    sized = [Image.fromarray(frame) for frame in frames]
    if tile < side:
        sized = [frame.resize((tile, tile), Image.Resampling.LANCZOS) for frame in sized]
    whole = Image.fromarray(np.concatenate([np.asarray(frame) for frame in sized], axis=1))
    if tile < HARD:
        whole.save(file, "PNG", optimize=True)
        return file.getvalue(), "png", tile
    whole.save(file, "AVIF", quality=QUALITY, subsampling="4:4:4", speed=EFFORT, max_threads=1)
    return file.getvalue(), "avif", tile

"""Measures the table `contrast.NATURAL`: the power of photographs in each colour and at each frequency.

    python -m generator.bench.natural_contrast FOLDER

The table in the code was measured on 1,379 photographs with free licences, from Caltech-101 (CC BY 4.0), the TensorFlow
flowers (CC BY 2.0) and Open Images (CC BY 2.0). Their shorter sides have at least 224 pixels, because enlarged pictures
have nothing in the finest octave.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.ascent.contrast import COLOURS, ENDS, LONGEST, NATURAL, twofold
from generator.corpus import SIZE
from generator.system.paths import home_path

PICTURES = {".jpg", ".jpeg", ".png"}


def squares(folder: Path) -> Iterator[NDArray[np.uint8]]:
    """The central square of each photograph that is large enough, resized to (SIZE, SIZE, 3)."""
    for file in sorted(file for file in folder.rglob("*") if file.suffix.lower() in PICTURES):
        with Image.open(file) as image:
            if min(image.size) < SIZE:
                continue
            whole = image.convert("RGB")
        scale = SIZE / min(whole.size)
        whole = whole.resize([max(SIZE, round(scale * side)) for side in whole.size], Image.Resampling.BICUBIC)
        left, top = ((side - SIZE) // 2 for side in whole.size)
        yield np.asarray(whole.crop((left, top, left + SIZE, top + SIZE)))


def measure(pictures: Iterable[NDArray[np.uint8]]) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """A table (3, frequencies) like `contrast.NATURAL`, the RMS of mean colours (3,), and the number of pictures.

    Raises ValueError if there is no picture.
    """
    frequency = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None])
    waves = np.broadcast_to(twofold(SIZE), frequency.shape)
    places = np.round(2 * np.log2(np.maximum(frequency, 1e-9) / LONGEST))  # the nearest of the table's frequencies
    places[frequency > 0] = np.clip(places[frequency > 0], 0, NATURAL.shape[1] - 1)
    bands = [places == at for at in range(NATURAL.shape[1])]
    inverse = np.linalg.inv(COLOURS.astype(np.float64))
    power, squared, number = np.zeros(NATURAL.shape), np.zeros(3), 0
    for picture in pictures:
        pixels = np.clip(picture / 255, *ENDS)
        state = np.log(pixels / (1 - pixels)) @ inverse.T  # (SIZE, SIZE, 3)
        mean = state.mean(axis=(0, 1))
        energy = np.abs(np.fft.rfft2(state - mean, axes=(0, 1))) ** 2 * waves[..., None] / SIZE**4
        energy *= (SIZE * frequency[..., None]) ** 2
        power += [[energy[band, colour].sum() / waves[band].sum() for band in bands] for colour in range(3)]
        squared += mean**2
        number += 1
    if not number:
        raise ValueError(f"no picture with at least {SIZE} pixels on each side")
    return np.log10(np.maximum(power / number, 1e-30)), np.sqrt(squared / number), number


def main(arguments: list[str]) -> None:
    """Print the table of a folder of photographs, and the largest difference from the table in the code."""
    parser = argparse.ArgumentParser(prog="python -m generator.bench.natural_contrast", description=__doc__)
    parser.add_argument("folder", type=home_path)
    given = parser.parse_args(arguments)
    try:
        table, mean, number = measure(squares(given.folder))
    except ValueError as error:
        parser.error(f"{given.folder} holds {error}.")
    for row in table:
        sys.stdout.write(f"[{', '.join(f'{value:.2f}' for value in row)}],\n")
    sys.stdout.write(f"mean colours: {', '.join(f'{value:.2f}' for value in mean)}\n")
    furthest = 10 ** np.abs(table - NATURAL).max() - 1
    sys.stdout.write(f"{number:,} photographs; the table in the code is at most {furthest:.0%} off in power\n")


if __name__ == "__main__":
    main(sys.argv[1:])

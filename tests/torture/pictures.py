"""Feeds damaged pictures to the decoder in a process of its own, and tells what came of them.

`python -m tests.torture.pictures SEED COUNT` prints JSON: how many gave pixels, why the others did not, the slowest in
seconds of processor time, and by how many MiB the process grew. The number of the input in hand is on standard error,
should it be the last.
"""

import io
import json
import random
import resource
import sys
import time
from collections import Counter
from typing import Any

import numpy as np
from PIL import Image

from generator.corpus.photographs import UnreadableError, decode

SIDE = 224


def seeds():
    """Real files of every format that a camera or a program writes, (name, bytes)."""
    numbers = np.random.default_rng(3)
    coarse = Image.fromarray(numbers.integers(0, 255, (12, 16, 3), np.uint8))
    photograph = coarse.resize((320, 240), Image.Resampling.BICUBIC)
    alpha = photograph.copy()
    alpha.putalpha(128)
    deep = Image.fromarray(numbers.integers(0, 65535, (60, 80), np.uint16))
    real = Image.fromarray(numbers.normal(size=(60, 80)).astype(np.float32))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description"
    more = [coarse.resize((320, 240))]
    forms: list[tuple[str, Image.Image, dict[str, Any]]] = [
        ("JPEG", photograph, {"exif": exif}),
        ("JPEG", photograph, {"progressive": True, "quality": 90}),
        ("JPEG", photograph.convert("CMYK"), {}),
        ("JPEG", photograph.convert("L"), {"restart_marker_blocks": 4}),
        ("PNG", photograph, {"compress_level": 1}),
        ("PNG", alpha, {}),
        ("PNG", deep, {}),
        ("PNG", photograph.quantize(32), {"transparency": 3}),
        ("PNG", photograph, {"save_all": True, "append_images": more}),
        ("WEBP", photograph, {}),
        ("WEBP", alpha, {"lossless": True}),
        ("WEBP", photograph, {"save_all": True, "append_images": more}),
        ("GIF", photograph, {"save_all": True, "append_images": more}),
        ("TIFF", photograph, {}),
        ("TIFF", photograph, {"compression": "tiff_lzw"}),
        ("TIFF", photograph, {"compression": "tiff_adobe_deflate"}),
        ("TIFF", photograph, {"compression": "jpeg"}),
        ("TIFF", deep, {}),
        ("TIFF", real, {}),
        ("AVIF", photograph, {"speed": 10}),
        ("BMP", photograph, {}),
        ("PPM", photograph, {}),
    ]
    found = []
    for form, image, options in forms:
        file = io.BytesIO()
        image.save(file, form, **options)
        found.append((form, file.getvalue()))
    return found


def bombs():
    """Few bytes that claim, or are, very many pixels; (name, bytes)."""
    found = []
    for form, mode, options in (
        ("PNG", "RGBA", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("GIF", "P", {}),
        ("TIFF", "F", {"compression": "tiff_adobe_deflate"}),
        ("JPEG", "RGB", {"progressive": True}),
        ("PNG", "1", {}),
    ):
        file = io.BytesIO()
        Image.new(mode, (8900, 8900)).save(file, form, **options)
        found.append((form, file.getvalue()))
    jpeg = found[4][1]
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    found.append(("JPEG", jpeg[:-2] + 500 * scan + jpeg[-2:]))  # every scan goes over all pixels again
    for side, options in ((17_700, {}), (10_900, {"progressive": True})):  # as large as a JPEG may be
        file = io.BytesIO()
        Image.new("L", (side, side)).save(file, "JPEG", quality=10, **options)
        found.append(("JPEG", file.getvalue()))
    found.append(("PPM", b"P1\n8900 8900\n" + b"1" * (8 << 20)))
    return found


def damaged(payload, others, chance):
    """The same file with something wrong."""
    content = bytearray(payload)
    match chance.randrange(7):
        case 0:
            return bytes(content[: chance.randrange(len(content) + 1)])
        case 1:
            for _ in range(chance.choice([1, 1, 2, 4, 16, 64])):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        case 2:  # where sizes and offsets stand
            for _ in range(chance.randrange(1, 6)):
                content[chance.randrange(min(64, len(content)))] = chance.choice([0, 1, 127, 128, 255])
        case 3:
            start = chance.randrange(len(content))
            content[start : start + chance.randrange(1, 200)] = bytes(chance.randrange(1, 200))
        case 4:
            start, end = sorted(chance.randrange(len(content)) for _ in range(2))
            content[start:start] = content[start:end]
        case 5:
            other = chance.choice(others)[1]
            return bytes(content[: chance.randrange(len(content))]) + other[chance.randrange(len(other)) :]
        case _:
            start = chance.randrange(len(content))
            content[start : start + 40] = chance.randbytes(40)
    return bytes(content)


def main(seed, count):
    """Feed `count` inputs, bombs among them."""
    chance, files, heavy = random.Random(seed), seeds(), bombs()  # noqa: S311 (damage, not secrets)
    outcomes: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for number in range(count):
        payload = heavy[number][1] if number < len(heavy) else damaged(chance.choice(files)[1], files, chance)
        sys.stderr.write(f"\r{number}")
        start = time.process_time()
        try:
            assert decode(payload, SIDE).shape == (SIDE, SIDE, 3)
            outcomes["pixels"] += 1
        except UnreadableError as error:
            outcomes[str(error).split(":", maxsplit=1)[0].split(" x ")[0].strip("0123456789 ")] += 1
        slowest = max(slowest, time.process_time() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps({"outcomes": outcomes, "slowest": slowest, "grown": grown}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""Decodes one untrusted file to the square of pixels that the network sees, or says why it cannot.

The first frame is rotated as its EXIF says, put on white if transparent, and reduced from 16 bits to 8. Then the
central square is resized with an antialiasing cubic filter, so that its side is `size` pixels.
"""

import io
import logging
import re
import threading
import warnings
from contextlib import AbstractContextManager, nullcontext

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from generator.arrays import Pixels
from generator.corpus import kinds

# Formats whose decoders are fast and call no other programs. The MPO of phones begins with a JPEG.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "PPM")
MOST_BYTES = 128 << 20
MOST_PIXELS = 80_000_000  # decoded
MOST_SHRUNK = 500_000_000  # of a JPEG, which can be decoded at a smaller size: phones make 200 million
MOST_BUFFERED = 120_000_000  # of a progressive JPEG, whose decoder needs up to 6 bytes per pixel
LEAST_SIDE = 32  # smaller pictures are icons, which mean nothing when enlarged
LARGE = 16_000_000  # pixels: larger pictures are decoded one at a time, to limit memory
MOST_SCANNED = 2_000_000_000  # pixels times scans of a JPEG: each scan of a progressive JPEG covers all pixels
JPEGS = ("JPEG", "MPO")
BROKEN = "broken"
MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a JPEG: a marker, but no restart marker within a scan
SCAN, END = b"\xff\xda", b"\xff\xd9"
WRITTEN_IN_PYTHON = {"ppm", "ppm_plain", "bmp_rle"}  # Pillow's decoders that need a second for a few megabytes
MOST_SLOW_BYTES = 4 << 20  # of files for these decoders
RANGE_16 = 257  # 65535 / 255


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_one_large = threading.Lock()

# Pillow's warnings (odd EXIF, odd metadata) do not concern pixels, and its log is replaced by the reasons given here.
# Decompression bombs are refused below, by the cost of decoding them.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
logging.getLogger("PIL").setLevel(logging.CRITICAL)
Image.MAX_IMAGE_PIXELS = None


class UnreadableError(Exception):
    """A file cannot be used as a photograph; the message says why, in a few words.

    `kind`: the same without what is specific to this file. By default, the whole message.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind or message


def decode(payload: bytes, size: int, suffix: str = "") -> Pixels:
    """The (size, size, 3) RGB pixels of an image file's bytes. Raises only UnreadableError, for any bytes.

    `suffix`: of the file's name; it reveals some kinds of files that are not photographs.
    """
    if len(payload) > MOST_BYTES:
        raise UnreadableError(f"larger than {MOST_BYTES >> 20} MiB")
    kind = kinds.other(payload, suffix)
    heif = kind == kinds.HEIC and kinds.reads_heif()
    if kind and not heif:
        raise UnreadableError(kind)
    try:
        with Image.open(io.BytesIO(payload), formats=("HEIF",) if heif else FORMATS) as image:
            width, height = image.size
            if min(width, height) < LEAST_SIDE:
                raise _of_size(image, f"less than {LEAST_SIDE} on a side")
            _refuse_slow(image, payload)
            draft = _draft(image, size)
            with _one_at_a_time_if_large(width * height):
                return _square(_upright(image, draft), size)
    except UnreadableError:
        raise
    except UnidentifiedImageError:
        if heif:
            raise UnreadableError(f"{BROKEN}: not a whole HEIC", BROKEN) from None
        raise UnreadableError(kinds.odd_tiff(payload) or "not a picture in a known format") from None
    except Exception as error:  # for damaged files, decoders raise almost anything: SyntaxError, struct.error, ...
        raise UnreadableError(f"{BROKEN}: {type(error).__name__}: {error}"[:160], BROKEN) from error


def signature(pixels: Pixels) -> bytes:
    """A coarse grey picture, 16 x 16 bytes by rows, for recognising photographs that are nearly the same."""
    return Image.fromarray(pixels).convert("L").resize((16, 16), Image.Resampling.BOX).tobytes()


def _refuse_slow(image: Image.Image, payload: bytes) -> None:
    """Raise UnreadableError for small files that would take minutes or gigabytes to decode."""
    pixels = image.width * image.height
    if image.format in JPEGS:
        scans = _scans(payload)
        if scans * pixels > MOST_SCANNED:
            raise UnreadableError(f"{image.width} x {image.height} pixels in {scans:,} scans", "too many scans")
        if pixels > MOST_BUFFERED and (scans > 1 or image.info.get("progressive")):
            raise _too_many(image, MOST_BUFFERED)
    tiles = getattr(image, "tile", None)
    if tiles and tiles[0][0] in WRITTEN_IN_PYTHON and len(payload) > MOST_SLOW_BYTES:
        raise UnreadableError(f"larger than {MOST_SLOW_BYTES >> 20} MiB in a slow way to store a picture")
    if image.mode in {"I", "F"} and pixels > LARGE:
        raise _of_size(image, f"more than {LARGE // 1_000_000} million of 32 bits")


def _scans(payload: bytes) -> int:
    """The number of scans in the first picture of a JPEG. Thumbnails and later data (e.g. a video) do not count."""
    scans, at = 0, 2
    while found := MARK.search(payload, at):
        at = found.end()
        if found[0] == END:
            break
        scans += found[0] == SCAN
        at += int.from_bytes(payload[at : at + 2], "big")
    return scans


def _draft(image: Image.Image, size: int) -> int:
    """The least short side, in pixels, at which to decode a JPEG: four times the needed side if possible.

    Raises UnreadableError for a picture that is too large at any decoding size.
    """
    pixels = image.width * image.height
    if pixels <= MOST_PIXELS:
        return 4 * size
    if image.format not in JPEGS:
        raise _too_many(image, MOST_PIXELS)
    if pixels > MOST_SHRUNK:
        raise _too_many(image, MOST_SHRUNK)
    for side in (4 * size, 2 * size, size):
        scale = max((s for s in (8, 4, 2) if min(image.size) >= s * side), default=1)
        if pixels <= MOST_PIXELS * scale**2:
            return side
    raise _too_many(image, MOST_PIXELS)


def _too_many(image: Image.Image, most: int) -> UnreadableError:
    return _of_size(image, f"more than {most // 1_000_000} million")


def _of_size(image: Image.Image, limit: str) -> UnreadableError:
    return UnreadableError(f"{image.width} x {image.height} pixels, {limit}", f"{limit} (pixels)")


def _one_at_a_time_if_large(pixels: int) -> AbstractContextManager[object]:
    return _one_large if pixels > LARGE else nullcontext()


def _upright(image: Image.Image, draft: int) -> Image.Image:
    """The first frame in RGB or grey, upright. A JPEG much larger than `draft` is decoded at a smaller size."""
    orientation = _orientation(image)
    image.draft(None, (draft, draft))
    image.load()
    frame = _rgb(image)
    return frame.transpose(_TURNS[orientation]) if orientation in _TURNS else frame


def _orientation(image: Image.Image) -> int | None:
    try:
        value = image.getexif().get(0x0112)
    except Exception:  # damaged metadata raises almost anything; the picture may still be good
        return None
    return value if isinstance(value, int) else None


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in {"RGB", "L"}:
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint16) // RANGE_16).astype(np.uint8))
    if image.mode in {"I", "F"}:
        return _stretched(np.asarray(image, np.float64))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _stretched(values: NDArray[np.float64]) -> Image.Image:
    """Grey of unknown range (32-bit integers or floats), scaled from 16 bits if it fits, else from its own range."""
    if not np.isfinite(values).all():
        raise UnreadableError("pixels that are not numbers")
    low, high = float(values.min()), float(values.max())
    if low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 65535.0
    return Image.fromarray(np.uint8((values - low) * (255.0 / max(high - low, 1e-30))))


def _square(image: Image.Image, size: int) -> Pixels:
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    square = image.resize((size, size), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(square.convert("RGB"))

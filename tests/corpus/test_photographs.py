"""Every odd way to store a picture gives the pixels that a person would see, or a reason in words."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from generator.corpus import photographs
from generator.corpus.photographs import MOST_PIXELS, UnreadableError, decode, signature

SIDE = 64


def scene(width=96, height=64):
    """Red grows to the right, green downwards: every turn and every channel can be told."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(20, 230, width)
    pixels[..., 1] = np.linspace(20, 230, height)[:, None]
    pixels[..., 2] = 60
    return Image.fromarray(pixels)


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def expected(image=None):
    return decode(saved(image or scene(), "PNG"), SIDE).astype(int)


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP", "PPM"])
def test_lossless_formats_agree(form):
    assert np.array_equal(decode(saved(scene(), form), SIDE), expected())


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_agree_nearly(form):
    assert np.abs(decode(saved(scene(), form, quality=95), SIDE) - expected()).mean() < 4


def test_the_central_square_is_taken():
    pixels = np.asarray(scene())[:, 16:80]
    assert np.array_equal(decode(saved(scene(), "PNG"), SIDE), pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_picture_upright(orientation):
    turns = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    stored = scene()
    for turn in turns[orientation]:  # how a camera held that way stores the scene
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(decode(saved(stored, "PNG", exif=exif.tobytes()), SIDE), expected())


@pytest.mark.filterwarnings(r"ignore::UserWarning:PIL\.")  # as the module sets it outside of tests
def test_damaged_exif_costs_nothing():
    payload = saved(scene(), "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
    assert np.abs(decode(payload, SIDE) - expected()).mean() < 4


def test_cmyk():
    assert np.abs(decode(saved(scene().convert("CMYK"), "JPEG", quality=95), SIDE) - expected()).mean() < 6


def test_grey_and_palette_and_one_bit():
    grey = np.asarray(scene().convert("L"), int)[:, 16:80]
    assert np.array_equal(decode(saved(scene().convert("L"), "PNG"), SIDE), np.repeat(grey[..., None], 3, 2))
    assert np.abs(decode(saved(scene().quantize(256), "PNG"), SIDE) - expected()).mean() < 6
    assert set(np.unique(decode(saved(scene().convert("1"), "PNG"), SIDE))) == {0, 255}


def test_sixteen_bits_keep_their_shades():
    grey = np.asarray(scene().convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    for form in ("PNG", "TIFF"):
        assert np.array_equal(decode(saved(deep, form), SIDE)[..., 0], grey[:, 16:80])


def test_real_numbers_are_stretched_and_must_be_numbers():
    grey = np.asarray(scene().convert("L"), np.float32)[:, 16:80]
    pixels = decode(saved(Image.fromarray(grey / 999), "TIFF"), SIDE)[..., 0]
    assert (pixels.min(), pixels.max()) == (0, 255)
    grey[3, 3] = np.nan
    with pytest.raises(UnreadableError, match="not numbers"):
        decode(saved(Image.fromarray(grey), "TIFF"), SIDE)


def test_transparency_lies_over_white():
    image = scene().convert("RGBA")
    image.putalpha(Image.fromarray(np.uint8(np.arange(96 * 64).reshape(64, 96) % 96 < 48) * 255))
    for picture in (image, image.quantize(64)):
        pixels = decode(saved(picture, "PNG"), SIDE).astype(int)
        assert (pixels[:, 33:] >= 254).all()
        assert np.abs(pixels[:, :31] - expected()[:, :31]).mean() < 12


def test_an_animation_gives_its_first_frame():
    other = Image.new("RGB", (96, 64), "black")
    for form in ("GIF", "WEBP", "PNG"):
        payload = saved(scene(), form, save_all=True, append_images=[other], duration=50)
        assert np.abs(decode(payload, SIDE) - expected()).mean() < 8


def test_a_large_jpeg_is_the_same_picture():
    large = scene(3000, 2000)
    assert np.abs(decode(saved(large, "JPEG", quality=95), SIDE) - expected(large)).mean() < 2


def huge(width, height, **options):
    """A JPEG of so many pixels, red to the left and blue to the right."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    return saved(image, "JPEG", **options)


@pytest.mark.parametrize(("width", "height"), [(12_000, 9_000), (16_000, 12_500), (65_000, 1_790)])
def test_photographs_of_large_sensors_are_decoded_smaller(width, height):
    pixels = decode(huge(width, height, quality=50), 224)
    assert np.abs(pixels[112, 20] - [200.0, 30, 30]).max() < 12
    assert np.abs(pixels[112, -20] - [30.0, 30, 200]).max() < 12


def test_what_cannot_be_decoded_smaller_is_refused():
    with pytest.raises(UnreadableError, match="11000 x 11000 pixels, more than 120 million"):
        decode(huge(11_000, 11_000, quality=10, progressive=True), 224)
    with pytest.raises(UnreadableError, match="65000 x 1300 pixels, more than 80 million"):
        decode(huge(65_000, 1_300, quality=10), 1_024)
    with pytest.raises(UnreadableError, match="30000 x 20000 pixels, more than 500 million"):
        decode(claiming(30_000, 20_000), 224)


def claiming(width, height):
    """A small JPEG that says it is larger."""
    payload = bytearray(saved(scene(), "JPEG"))
    frame = payload.index(b"\xff\xc0")
    payload[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(payload)


def test_a_video_after_the_picture_counts_for_nothing():
    """As phones append one: by chance it holds what looks like the beginning of many scans."""
    picture = huge(6_000, 4_000, quality=50)
    assert np.array_equal(decode(picture + b"\xff\xda\0\x02" * 40_000, SIDE), decode(picture, SIDE))
    scans = picture[picture.rindex(b"\xff\xda") : -2]
    with pytest.raises(UnreadableError, match="in 91 scans"):
        decode(picture[:-2] + 90 * scans + picture[-2:], SIDE)


def test_small_pictures_are_refused_and_moderate_ones_enlarged():
    assert decode(saved(scene(50, 40), "PNG"), SIDE).shape == (SIDE, SIDE, 3)
    with pytest.raises(UnreadableError, match="16 x 300 pixels, less than 32"):
        decode(saved(scene(16, 300), "PNG"), SIDE)


def bomb(side):
    """A PNG of a few bytes that locks to be side x side pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [int(MOST_PIXELS**0.5) + 1, 12_000, 60_000])
def test_decompression_bombs_are_refused_unread(side):
    with pytest.raises(UnreadableError, match=r"pixels, more than|[bB]omb"):
        decode(bomb(side), SIDE)


def test_what_is_no_picture_is_refused_in_words():
    for payload in (b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(range(256)) * 9):
        with pytest.raises(UnreadableError, match="not a picture in a known format"):
            decode(payload, SIDE)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_damage_gives_pixels_or_a_reason(form):
    """Cut anywhere, or with bytes changed: nothing but a picture or UnreadableError comes out."""
    payload = saved(scene(), form)
    random = np.random.default_rng(1)
    for n in range(60):
        damaged = bytearray(payload[: int(random.integers(len(payload)))] if n % 2 else payload)
        for place in random.integers(len(damaged), size=4) if n % 2 == 0 else ():
            damaged[place] = random.integers(256)
        with contextlib.suppress(UnreadableError):
            assert decode(bytes(damaged), SIDE).shape == (SIDE, SIDE, 3)


def test_signatures_survive_saving_again_and_tell_others_apart():
    def alike(one, other):
        a, b = (np.frombuffer(signature(p), np.uint8).astype(float) for p in (one, other))
        return np.corrcoef(a, b)[0, 1]

    random = np.random.default_rng(3)

    def landscape():
        coarse = Image.fromarray(random.integers(0, 255, (9, 9, 3)).astype(np.uint8))
        return coarse.resize((224, 224), Image.Resampling.BICUBIC)

    one, other = landscape(), landscape()
    pixels = decode(saved(one, "PNG"), 224)
    again = decode(saved(one.resize((100, 100)), "JPEG", quality=30), 224)
    assert alike(pixels, again) > 0.995
    assert alike(pixels, decode(saved(one.point(lambda v: v * 0.8), "PNG"), 224)) > 0.995
    assert alike(pixels, decode(saved(other, "PNG"), 224)) < 0.9


def test_what_is_too_large_or_takes_too_long_is_refused_unopened(monkeypatch):
    plain = b"P3 40 40 255 " + b"1 2 3 " * 1600  # decoded in Python, number by number
    assert decode(plain, SIDE).shape == (SIDE, SIDE, 3)
    monkeypatch.setattr(photographs, "MOST_SLOW_BYTES", len(plain) - 1)
    with pytest.raises(UnreadableError, match="in a slow way to store a picture"):
        decode(plain, SIDE)
    assert decode(saved(scene(), "PNG"), SIDE).shape == (SIDE, SIDE, 3)  # the way, not the size
    monkeypatch.setattr(photographs, "MOST_BYTES", len(plain) - 1)
    with pytest.raises(UnreadableError, match="larger than"):
        decode(plain, SIDE)

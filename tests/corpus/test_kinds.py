"""Files among photographs that are none: each is named for what it is, by what it holds."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from generator.corpus import folder, kinds
from generator.corpus.folder import from_folder
from generator.corpus.photographs import UnreadableError, decode
from generator.errors import InputError
from generator.store.file_cache import FileCache


def box(major, *brands):
    body = major + bytes(4) + b"".join(brands)
    return struct.pack(">I4s", 8 + len(body), b"ftyp") + body


def tiff(bands=3, bits=8, side=64, tags=(), form="<"):
    """An uncompressed TIFF of noise with any number of bands and further tags (number, value)."""
    data = np.random.default_rng(0).integers(0, 255, side * side * bands * bits // 8, np.uint8).tobytes()
    own = {
        256: side,
        257: side,
        258: [bits] * bands,
        259: 1,
        262: 2 if bands == 3 else 1,
        273: 0,
        277: bands,
        278: side,
    }
    own |= {279: len(data)} | dict(tags)

    def directory(offset):
        entries, more = b"", b""
        start = 8 + 2 + 12 * len(own) + 4
        for tag, value in sorted((own | {273: offset}).items()):
            sort, each = (2, "s") if isinstance(value, bytes) else (4, "I") if tag in {273, 279, 330} else (3, "H")
            values = [value] if isinstance(value, int) else list(value)
            body = value if sort == 2 else struct.pack(f"{form}{len(values)}{each}", *values)
            inside = body.ljust(4, b"\0") if len(body) <= 4 else struct.pack(f"{form}I", start + len(more))
            more += b"" if len(body) <= 4 else body + b"\0" * (len(body) % 2)
            entries += struct.pack(f"{form}HHI", tag, sort, len(body if sort == 2 else values)) + inside
        return struct.pack(f"{form}H", len(own)) + entries + bytes(4) + more

    head = (b"II*\0" if form == "<" else b"MM\0*") + struct.pack(f"{form}I", 8)
    return head + directory(len(head) + len(directory(0))) + data


NIKON = tiff(side=160, tags=[(254, 1), (271, b"NIKON CORPORATION\0"), (330, [8])])


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (box(b"heic", b"mif1", b"heic"), "HEIC"),
        (box(b"mif1", b"mif1", b"heic"), "HEIC"),
        (box(b"hevc", b"msf1"), "HEIC"),
        (box(b"crx ", b"crx ", b"isom"), "a camera's raw file (CR3)"),
        (box(b"qt  ", b"qt  "), "a video"),
        (box(b"mp42", b"isom", b"mp42"), "a video"),
        (b"RIFF\x10\0\0\0AVI LIST", "a video"),
        (b"\x1a\x45\xdf\xa3" + bytes(50), "a video"),
        (b"8BPS\0\1" + bytes(50), "a Photoshop file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xff\x0a" + bytes(50), "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"FUJIFILMCCD-RAW 0201", "a camera's raw file (RAF)"),
        (b"IIRO\x08\0\0\0" + bytes(50), "a camera's raw file (ORF)"),
        (b"IIU\0\x18\0\0\0" + bytes(50), "a camera's raw file (RW2)"),
        (tiff()[:8] + b"CR\2\0" + bytes(90), "a camera's raw file (CR2)"),
        (tiff(side=160, tags=[(50706, [1, 4, 0, 0])]), "a camera's raw file (DNG)"),
        (tiff(side=160, tags=[(262, 32803)], bands=1), "a camera's raw file (TIFF)"),
        (NIKON, "a camera's raw file (NEF)"),
        (tiff(side=160, tags=[(254, 1), (330, [8])], form=">"), "a camera's raw file (TIFF)"),
    ],
)
def test_each_is_named_for_what_it_is(payload, words, monkeypatch):
    monkeypatch.setattr(kinds, "reads_heif", lambda: False)
    found = kinds.other(payload)
    assert found is not None
    assert found.startswith(words)
    with pytest.raises(UnreadableError, match=words.replace("(", r"\(").replace(")", r"\)")):
        decode(payload, 64)


@pytest.mark.parametrize("suffix", [".nef", ".NEF", ".cr2", ".dng", ".arw", ".pef", ".3fr"])
def test_a_raw_file_that_begins_like_any_tiff_is_told_by_its_name(suffix):
    payload = tiff(side=160)
    assert decode(payload, 64, ".tif").shape == (64, 64, 3)
    with pytest.raises(UnreadableError, match=rf"a camera's raw file \({suffix[1:].upper()}\), to be exported as JPEG"):
        decode(payload, 64, suffix)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP"])
def test_a_picture_is_a_picture_whatever_its_name_ends_in(form):
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 80, 3), np.uint8)).save(file, form)
    for suffix in (".jpg", ".dng", ".heic", ""):
        assert decode(file.getvalue(), 64, suffix).shape == (64, 64, 3)


def test_an_edited_tiff_with_a_smaller_copy_is_no_raw_file():
    assert kinds.other(tiff(tags=[(330, [8])]), ".tif") is None


@pytest.mark.parametrize(("bands", "bits", "words"), [(5, 8, "5 bands"), (12, 16, "12 bands"), (2, 16, "of a sort")])
def test_odd_tiffs_are_named_and_nobody_else_speaks(bands, bits, words, capfd, caplog):
    with pytest.raises(UnreadableError, match=f"a TIFF .*{words}"):
        decode(tiff(bands, bits), 64)
    assert "".join(capfd.readouterr()) == ""
    assert caplog.text == ""


def test_damaged_directories_are_no_reason_to_fall_over():
    chance = np.random.default_rng(4)
    for n in range(300):
        payload = bytearray(NIKON if n % 2 else tiff(5))
        for place in chance.integers(4, 220, size=1 + n % 8):
            payload[place] = chance.integers(256)
        for function in (kinds.other, kinds.odd_tiff):
            assert isinstance(function(bytes(payload)), str | None)


def test_without_the_package_heic_is_looked_at_again_each_time(tmp_path, monkeypatch):
    """So that installing it is enough."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "IMG_1.HEIC").write_bytes(box(b"heic", b"mif1", b"heic"))
    monkeypatch.setattr(kinds, "reads_heif", lambda: False)
    with pytest.raises(InputError, match=r"IMG_1\.HEIC: HEIC, .*pip install pillow-heif"):
        from_folder(tmp_path / "photos", FileCache(tmp_path / "memo.json"))
    seen = []

    def survey(file):
        seen.append(file.name)
        return {"kind": "gone", "reason": "gone"}

    monkeypatch.setattr(folder, "_survey", survey)
    with pytest.raises(InputError):
        from_folder(tmp_path / "photos", FileCache(tmp_path / "memo.json"))
    assert seen == ["IMG_1.HEIC"]


def test_with_the_package_heic_is_a_photograph_turned_as_it_says():
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    coarse = np.random.default_rng(1).integers(0, 255, (6, 8, 3), np.uint8)
    scene = Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC)
    exif, heic, png = Image.Exif(), io.BytesIO(), io.BytesIO()
    exif[0x0112] = 6
    scene.save(heic, "HEIF", quality=95, exif=exif.tobytes())
    scene.transpose(Image.Transpose.ROTATE_270).save(png, "PNG")
    near = decode(heic.getvalue(), 64, ".heic").astype(int) - decode(png.getvalue(), 64)
    assert np.abs(near).mean() < 4
    with pytest.raises(UnreadableError, match="broken"):
        decode(heic.getvalue()[:200], 64)

"""Recognises, by their first bytes, files that Pillow cannot read, and names their kind in a few words.

Pillow alone would read only the thumbnail of a camera's raw file, and call the other kinds "not a picture".
"""

import io
import re
from functools import cache

from PIL import TiffImagePlugin

HEIC = "HEIC, which is read once the package pillow-heif is there (pip install pillow-heif)"
VIDEO = "a video"

# Suffixes of cameras' raw files, which begin like a TIFF or have formats of their own.
_RAW_KINDS = """
    3fr arw bay cap cr2 cr3 crw dcr dng eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf pef ptx raf raw rw2 rwl
    sr2 srf srw x3f
"""
RAW_SUFFIXES = frozenset(_RAW_KINDS.split())
_RAW_STARTS = {
    b"FUJIFILMCCD-RAW": "RAF",
    b"\0MRM": "MRW",
    b"FOVb": "X3F",
    b"IIRO": "ORF",
    b"IIRS": "ORF",
    b"MMOR": "ORF",
    b"IIU\0": "RW2",
}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF")  # formats that are recognised whatever the suffix is
_OTHERS = {
    b"8BPS": "a Photoshop file, to be exported as JPEG or PNG first",
    b"gimp xcf": "a GIMP file, to be exported as JPEG or PNG first",
    b"%PDF": "a PDF",
    b"\xff\x0a": "JPEG XL, to be exported as JPEG or PNG first",
    b"\0\0\0\x0cJXL ": "JPEG XL, to be exported as JPEG or PNG first",
    b"\0\0\0\x0cjP  ": "JPEG 2000, to be exported as JPEG or PNG first",
    b"\xff\x4f\xff\x51": "JPEG 2000, to be exported as JPEG or PNG first",
    b"\x1a\x45\xdf\xa3": VIDEO,  # Matroska, WebM
    b"\0\0\x01\xba": VIDEO,  # MPEG
}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_SUBFILE_TYPE, _PHOTOMETRIC, _BANDS, _SUB_IFDS, _DNG_VERSION = 254, 262, 277, 330, 50706
_SENSOR = {32803, 34892}  # photometric interpretations: mosaic of colour filters, linear raw
_MOST_SUB_IFDS = 8
_MOST_BANDS = 4  # red, green, blue and one more


def other(payload: bytes, suffix: str = "") -> str | None:
    """The kind of a file that Pillow does not read by itself, in words; None if it may be a photograph.

    `payload`: the file's bytes. `suffix`: of the file's name, with or without the dot; it reveals raw files that begin
    like any TIFF. The result for HEIC is always `HEIC`, even if it can be read.
    """
    if payload[4:8] == b"ftyp":
        return _of_brands(payload)
    if words := next((words for start, words in _OTHERS.items() if payload.startswith(start)), None):
        return words
    if payload.startswith(b"RIFF") and payload[8:12] == b"AVI ":
        return VIDEO
    if payload.startswith(_PICTURES):
        return None
    raw = next((raw for start, raw in _RAW_STARTS.items() if payload.startswith(start)), None) or _of_tiff(payload)
    name = suffix.lstrip(".").lower()
    if name in RAW_SUFFIXES:
        return _raw(name)
    return _raw(raw) if raw else None


def odd_tiff(payload: bytes) -> str | None:
    """Why Pillow cannot read a TIFF, e.g. more or deeper bands than in a photograph; None if it is not a TIFF."""
    if not payload.startswith(_TIFF):
        return None
    try:
        bands = int(_directory(payload).get(_BANDS, 1))
    except Exception:  # damaged directories raise almost any exception
        return "broken: a TIFF whose directory cannot be read"
    return f"a TIFF of {bands} bands" if bands > _MOST_BANDS else "a TIFF of a sort that Pillow does not read"


@cache
def reads_heif() -> bool:
    """Whether the package pillow-heif is installed; if so, register the format HEIF with Pillow."""
    try:
        import pillow_heif  # noqa: PLC0415 (an optional package, used only here)
    except ImportError:
        return False
    pillow_heif.register_heif_opener(thumbnails=False)
    return True


def _raw(name: str) -> str:
    return f"a camera's raw file ({name.upper()}), to be exported as JPEG or TIFF first"


def _of_brands(payload: bytes) -> str | None:
    """The kind of a file of the ISO 14496-12 family; its first box lists the brands that it is compatible with."""
    length = min(int.from_bytes(payload[:4], "big"), 256)
    brands = {payload[8:12], *(payload[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & _AVIF_BRANDS:
        return None
    if brands & _HEIF_BRANDS:
        return HEIC
    return _raw("CR3") if b"crx " in brands else VIDEO


def _of_tiff(payload: bytes) -> str | None:
    """The raw format of a TIFF, if its directories show that it is a raw file; else None."""
    if not payload.startswith(_TIFF):
        return None
    if payload[8:10] == b"CR":
        return "CR2"
    try:
        first = _directory(payload)
        if _DNG_VERSION in first:
            return "DNG"
        offsets = first.get(_SUB_IFDS, ())
        offsets = offsets if isinstance(offsets, tuple) else (offsets,)
        more = [_directory(payload, at) for at in offsets[:_MOST_SUB_IFDS]]
        small = first.get(_SUBFILE_TYPE) == 1 and more  # the first picture is a reduced one
        if small or any(each.get(_PHOTOMETRIC) in _SENSOR for each in (first, *more)):
            maker = re.sub(r"[^A-Za-z]+.*", "", str(first.get(271, "")))
            return {"nikon": "NEF", "sony": "ARW", "pentax": "PEF", "samsung": "SRW"}.get(maker.lower(), "TIFF")
    except Exception:  # damaged: the decoder gives a better reason
        return None
    return None


def _directory(payload: bytes, at: int | None = None) -> TiffImagePlugin.ImageFileDirectory_v2:
    big = payload[2:4] in (b"+\0", b"\0+")
    found = TiffImagePlugin.ImageFileDirectory_v2(payload[: 16 if big else 8])
    file = io.BytesIO(payload)
    file.seek(found.next if at is None else at)
    found.load(file)
    return found

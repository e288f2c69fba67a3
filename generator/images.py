"""Web pictures: what the pages show, derived from the store's lossless masters.

A master becomes AVIF without chroma subsampling (4:4:4), because the colour of a thin line is what a texture is about.
A tiny picture stays the lossless PNG it is, to be shown enlarged with hard pixels. Strips of photographs are AVIF
already; where a page shows their tiles smaller than they are, it gets smaller ones. Every file's name ends with a hash
of its content, so that a browser may keep it for ever.

Derived files are kept in the store under `web/`, as `<what it was derived from>-<what it contains>.<suffix>`: a file
whose bytes no longer fit its name is made anew.
"""

import base64
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from generator.atlas import Picture
from generator.errors import BuildError
from generator.store import Store

TINY = 40  # pixels: below this a lossless PNG is as small as an AVIF
HARD = 24  # pixels: below this single pixels are what there is to see
TILES = {"patches": 176, "spectrum": 144, "deconvnet": 112, "gradient": 112}  # pixels: sides of a strip's tiles at most
VERSION = 1  # of the derivation: raise it when the same master gives other bytes
EFFORT = 7  # of the AVIF encoder, 0 (slow) to 10; 6 takes twice as long for 1 % fewer bytes


@dataclass(frozen=True)
class WebPicture:
    """A file that a page shows."""

    name: str  # its file name in the site, from its content
    path: Path  # where it is now
    width: int  # pixels
    height: int

    @property
    def tiny(self) -> bool:
        """Whether it is to be enlarged with hard pixels."""
        return min(self.width, self.height) < HARD


def content_name(digest: bytes) -> str:
    """Ten letters and digits (50 bits) that name a content, from its sha256."""
    return base64.b32encode(digest)[:10].decode().lower()


def file_name(name: str, content: str, suffix: str) -> str:
    """A file's name in the site: what it is and, in four characters, what it contains. Short: a page has thousands."""
    return f"{name}-{content[:4]}{suffix}"


class WebCache:
    """Derived files in `<store>/web/`, found by what they were derived from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known = {path.name.partition("-")[0]: path for path in sorted(root.glob("*-*.*"))}

    def get(self, source: str, suffix: str, make: Callable[[], bytes | None]) -> tuple[str, Path] | None:
        """The content name and path of what `make` makes of `source`; made only if the cache has no whole copy.

        None if `make` gives None. Raises BuildError if the cache cannot be written.
        """
        digest = hashlib.sha256(source.encode()).hexdigest()[:32]
        path = self._known.get(digest)
        if path is not None and path.suffix == f".{suffix}":
            name = path.stem.partition("-")[2]
            if _name(path.read_bytes()) == name:
                return name, path
            path.unlink(missing_ok=True)
        payload = make()
        if payload is None:
            return None
        name = _name(payload)
        path = self.root / f"{digest}-{name}.{suffix}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            _write(path, payload)
        except OSError as error:
            raise BuildError(
                f"cannot write the web pictures to {self.root}: {error.strerror or error}.\n"
                "Make room, or name another folder with --store."
            ) from error
        return name, path


def derive(pictures: Iterable[tuple[str, Picture]], store: Store, quality: int) -> dict[str, WebPicture]:
    """The web picture of each (name, picture), by the picture's key.

    A picture whose stored bytes turn out to be altered is left out (the store forgets it, with a warning).
    `quality`: of AVIF, 1 to 100. Raises BuildError if the cache cannot be written.
    """
    cache = WebCache(store.root / "web")
    named = list(pictures)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        found = pool.map(lambda pair: _derive(pair[0], pair[1], store, cache, quality), named)
        return {picture.key: web for (_, picture), web in zip(named, found, strict=True) if web is not None}


def _derive(name: str, picture: Picture, store: Store, cache: WebCache, quality: int) -> WebPicture | None:
    limit = TILES.get(name.rpartition("-")[2], picture.height)
    tiny = min(picture.width, picture.height) < TINY
    if tiny or (picture.path.suffix == ".avif" and picture.height <= limit):
        if store.read(picture.key) is None:  # damaged
            return None
        content, path = content_name(bytes.fromhex(picture.sha256)), picture.path
        size = picture.width, picture.height
    else:
        size = round(picture.width * min(limit / picture.height, 1)), min(picture.height, limit)
        source = f"{picture.sha256} avif 444 {size} quality {quality} effort {EFFORT} version {VERSION}"

        def make() -> bytes | None:
            master = store.read(picture.key)
            return None if master is None else encode(_sized(Image.open(io.BytesIO(master)), size), quality)

        found = cache.get(source, "avif", make)
        if found is None:
            return None
        content, path = found
    return WebPicture(file_name(name, content, path.suffix), path, *size)


def _sized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _name(payload: bytes) -> str:
    return content_name(hashlib.sha256(payload).digest())


def _write(path: Path, payload: bytes) -> None:
    """Write a file as a whole, but do not wait for the disk: half a file would not fit its name."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def encode(picture: Image.Image, quality: int) -> bytes:
    """AVIF, 4:4:4, one thread (so that the same picture always gives the same bytes)."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(
        buffer, "AVIF", quality=quality, subsampling="4:4:4", speed=EFFORT, max_threads=1, exif=b"", xmp=b""
    )
    return buffer.getvalue()

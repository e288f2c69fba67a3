"""Web pictures: the pictures on the pages, derived from the store's lossless masters.

A master becomes AVIF without chroma subsampling (4:4:4), because the colours of thin lines matter in textures. A tiny
picture stays a lossless PNG, and is shown enlarged with hard pixels. Strips of photographs are AVIF already. They are
encoded again for the pages, at a smaller size if the pages show their tiles smaller. Every file's name ends with a hash
of its content, so that browsers may keep it for ever.
"""

import io
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from generator.errors import BuildError
from generator.site.records import Named, StoredPicture
from generator.store import versions
from generator.store.webcache import WebCache, content_name

TINY = 40  # pixels: below this, a lossless PNG is as small as an AVIF
HARD = 24  # pixels: below this, single pixels are shown enlarged
TILES = {"patches": 96, "spectrum": 112, "deconvnet": 96, "gradient": 96, "thumbnail": 96}  # pixels: largest sides;
# if that makes patches smaller, a filter's page cuts them out of the whole photographs instead
# Share of the quality for strips: they were encoded at 55 before, and a whole site has seventeen thousand of them, a
# third of its bytes; projections and thumbnails are shown smallest.
STRIPS = {"patches": 0.63, "spectrum": 0.63, "deconvnet": 0.56, "gradient": 0.56, "thumbnail": 0.62}
ENLARGED = 0.86  # the same for strips whose tiles have at most ENLARGED_UP_TO pixels:
ENLARGED_UP_TO = 80  # they are shown enlarged, and were encoded at 85 before
LARGE, LARGE_FROM = 0.9, 120  # share of the quality, and the least side for it: such pictures are not shown enlarged
FULL, HALVED = "4:4:4", "4:2:0"  # sampling of colour; halved for PHOTOGRAPHS that are not shown enlarged
PHOTOGRAPHS = ("patches", "spectrum")
EFFORT = 7  # of the AVIF encoder, 0 (slow) to 10; 6 takes twice as long for 1 % fewer bytes


@dataclass(frozen=True)
class WebPicture:
    """A picture file that a page shows."""

    shows: str  # the picture's name, with which the file's name begins
    content: str  # a hash of the file's content, so that no cache shows an outdated picture
    path: Path  # of its source file
    width: int  # pixels
    height: int

    @property
    def tail(self) -> str:
        """What its file's name ends with."""
        return f"{self.content}{self.path.suffix}"

    @property
    def name(self) -> str:
        """Its file name in the site."""
        return f"{self.shows}-{self.tail}"

    @property
    def tiny(self) -> bool:
        """Whether it is shown enlarged with hard pixels."""
        return min(self.width, self.height) < HARD


def derive(pictures: Iterable[Named], cache: WebCache, quality: int) -> dict[str, WebPicture]:
    """The web picture of each, by the picture's key.

    A picture whose stored bytes were altered is left out, and the store removes it with a warning. `quality`: of AVIF,
    1 to 100. Raises BuildError if the cache cannot be written, or if two different pictures have the same name.
    """
    wanted = [_Wanted.of(each, quality) for each in pictures]
    _no_clash(wanted)
    found = {own.picture.key: own.cached(cache) for own in wanted}
    missing = [own for own in wanted if found[own.picture.key] is None]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        found |= zip((own.picture.key for own in missing), pool.map(lambda own: own.made(cache), missing), strict=True)
    return {key: web for key, web in found.items() if web is not None}


@dataclass(frozen=True)
class _Wanted:
    """A picture, and the size and quality in which it is shown."""

    name: str
    picture: StoredPicture
    size: tuple[int, int]  # pixels
    quality: int
    sampling: str  # of colour, as AVIF names it
    source: str | None  # text that decides the derived file's bytes; None: the master is shown

    @classmethod
    def of(cls, named: Named, quality: int) -> "_Wanted":
        name, kind, picture = named
        size, encoded = (picture.width, picture.height), picture.path.suffix == ".avif"
        if (kind not in TILES) if encoded else (min(size) < TINY):
            return cls(name, picture, size, quality, FULL, None)
        sampling = FULL
        if encoded:
            share = min(TILES[kind] / picture.height, 1)
            size = round(picture.width * share), round(picture.height * share)
            large = picture.height > ENLARGED_UP_TO
            part, sampling = STRIPS[kind] if large else ENLARGED, HALVED if large and kind in PHOTOGRAPHS else FULL
        else:
            part = LARGE if min(size) >= LARGE_FROM else 1
        quality = max(1, round(part * quality))
        way = f"{sampling.replace(':', '')} {size} quality {quality} effort {EFFORT} version {versions.CURRENT.web}"
        return cls(name, picture, size, quality, sampling, f"{picture.sha256} avif {way}")

    def cached(self, cache: WebCache) -> WebPicture | None:
        """The web picture, if nothing has to be read or made for it; otherwise None."""
        if self.source is not None:
            return self._web(cache.cached(self.source, "avif"))
        return self._master() if cache.sound(self.picture.path, self.picture.sha256) else None

    def made(self, cache: WebCache) -> WebPicture | None:
        """The web picture, read or made; None if its master is damaged."""
        if self.source is not None:
            return self._web(cache.get(self.source, "avif", lambda: self._encoded(cache)))
        if cache.store.read(self.picture.key) is None:
            return None
        cache.remember(self.picture.path, self.picture.sha256)
        return self._master()

    def _encoded(self, cache: WebCache) -> bytes | None:
        master = cache.store.read(self.picture.key)
        if master is None:
            return None
        return encode(sized(Image.open(io.BytesIO(master)), self.size), self.quality, sampling=self.sampling)

    def _master(self) -> WebPicture | None:
        return self._web((content_name(bytes.fromhex(self.picture.sha256)), self.picture.path))

    def _web(self, found: tuple[str, Path] | None) -> WebPicture | None:
        if found is None:
            return None
        return WebPicture(self.name, *found, *self.size)


def _no_clash(wanted: Sequence[_Wanted]) -> None:
    """Raise BuildError if two different pictures have the same name."""
    known: dict[str, StoredPicture] = {}
    for own in wanted:
        other = known.setdefault(own.name, own.picture)
        if other.sha256 != own.picture.sha256:
            raise BuildError(
                f"Two pictures would share the name {own.name} on the site: {other.path} and {own.picture.path}. "
                "One would be shown for the other, so nothing was rendered."
            )


def sized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture, resized to `size` in pixels."""
    return picture if picture.size == size else picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def encode(picture: Image.Image, quality: int, exif: bytes = b"", *, sampling: str = FULL) -> bytes:
    """AVIF, with one thread, so that equal pictures always give equal bytes."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(
        buffer, "AVIF", quality=quality, subsampling=sampling, speed=EFFORT, max_threads=1, exif=exif, xmp=b""
    )
    return buffer.getvalue()

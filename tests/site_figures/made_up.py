"""A full-size made-up site: its store, and the time and memory of its build."""

import hashlib
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from generator.site import rendering as build
from generator.site.pages import images
from tests import made
from tests.site_figures import say
from tests.site_figures.sizes import FULL


def fill(root: Path) -> Path:
    """A full-size made-up store with derived pictures, and its manifest. Made once."""
    found = sorted((root / "store/manifests").glob("*.json"))
    if found and (root / "ready").exists():
        return found[0]
    shutil.rmtree(root, ignore_errors=True)
    start = time.perf_counter()
    manifest = made.make(root, FULL)
    say("a made-up store of 4,224 filters", time.perf_counter() - start, 60, "s")
    known: dict[bytes, bytes] = {}
    encode = images.encode

    def once(picture: Image.Image, quality: int, exif: bytes = b"", *, sampling: str = images.FULL) -> bytes:
        """Made-up strips of a layer are the same dozen, so each is encoded once."""
        name = hashlib.sha256(picture.convert("RGB").tobytes() + exif + f"{quality} {sampling}".encode()).digest()
        if name not in known:
            known[name] = encode(picture, quality, exif, sampling=sampling)
        return known[name]

    images.encode = once
    try:
        build.build(build.config_file(), manifest, root / "store", root / "site")
    finally:
        images.encode = encode
    (root / "ready").touch()
    return manifest


def rendering(root: Path, manifest: Path) -> None:
    """Time and memory of a build whose pictures are derived, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.site_figures", "--render", str(root), str(manifest)],
        capture_output=True,
        text=True,
        check=True,
    )
    wall, cpu, memory = map(float, ran.stdout.split())
    say("build of all pages, pictures derived: wall", wall, 20, "s")
    say("  the same: CPU", cpu, 20, "s")
    say("  the same: memory", memory / 1024, 500, "MiB")


def render(root: Path, manifest: Path) -> None:
    """Build, and print seconds by the clock, CPU seconds and the most KiB of memory."""
    start, spent = time.perf_counter(), time.process_time()
    build.build(build.config_file(), manifest, root / "store", root / "site")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{time.perf_counter() - start} {time.process_time() - spent} {peak}\n")

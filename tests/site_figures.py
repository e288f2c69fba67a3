"""The site's figures on a full-size made-up atlas, each beside its limit.

`python -m tests.site_figures [FOLDER]` makes 4,224 filters in FOLDER (default: build/full; kept for the next time),
renders them, and looks at the pages in Chromium. `--site FOLDER` counts the bytes of a real site instead, layer by
layer, and says what all 4,224 filters would come to. `LIGHTHOUSE` and `VNU` name the two tools that are no part of the
project (npm: lighthouse, vnu-jar); without them their figures are left out, and said to be.
"""

import functools
import gzip
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from generator.network.geometry import FILTERS, LAYERS
from generator.site import rendering as build
from generator.site.pages import images, sheets
from generator.site.server import Handler
from tests import made

FULL = [FILTERS[layer.block - 1] for layer in LAYERS]
AUDITED = ("index.html", "block5.html", "block3_conv1/17.html")
NOTICE = re.compile(rb'<p class="notice">.*?</p>\n?', re.DOTALL)
KINDS = (*AUDITED, "map.html", "block1.html", "block1_conv1/3.html", "method.html", "404.html")


def say(name: str, value: float, limit: float, unit: str = "", *, least: bool = False) -> None:
    """One figure beside its limit."""
    good = value >= limit if least else value <= limit
    sign = ">=" if least else "<="
    sys.stdout.write(f"{name:<58} {value:>9,.1f} {unit:<7} {sign} {limit:<6,g} {'' if good else '  MISSED'}\n")
    sys.stdout.flush()


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

    def once(picture: Image.Image, quality: int, exif: bytes = b"") -> bytes:
        """Made-up strips of a layer are the same dozen, so each is encoded once."""
        name = hashlib.sha256(picture.convert("RGB").tobytes() + exif).digest()
        if name not in known:
            known[name] = encode(picture, quality, exif)
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
    say("build of all pages, pictures derived: wall", wall, 15, "s")
    say("  the same: CPU (two cores have 30 s in that time)", cpu, 15, "s")
    say("  the same: memory", memory / 1024, 1024, "MiB")


def _render(root: Path, manifest: Path) -> None:
    start, spent = time.perf_counter(), time.process_time()
    build.build(build.config_file(), manifest, root / "store", root / "site")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{time.perf_counter() - start} {time.process_time() - spent} {peak}\n")


def weight(site: Path) -> None:
    """What the largest pages cost to load, without their pictures, and the largest files of all."""
    limits = {"block5.html": ("block page of 1,536 filters", 100), "map.html": ("map of 4,224 filters", 150)}
    for name, (what, limit) in limits.items():
        page = (site / name).read_text(encoding="utf-8")
        parts = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', page)
        total = sum(len(gzip.compress((site / part).read_bytes(), 9, mtime=0)) for part in (name, *parts))
        say(f"{what}: HTML + CSS + JS, gzipped", total / 1000, limit, "kB")
    largest = max((path for path in site.rglob("*.*") if path.is_file()), key=lambda path: path.stat().st_size)
    say(f"largest file ({largest.name})", largest.stat().st_size / 1e6, 10, "MB")


def bytes_of_real(site: Path) -> None:
    """Bytes of a real site by kind, and for 4,224 filters of VGG16.

    Each layer counts as many times as it has filters more, its sheet as many times as that has pixels more; all
    photographs of the corpus count, for so many filters show nearly all; what pages say of the miniature does not.
    """
    kinds: Counter[str] = Counter()
    rest = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    for layer, count in zip(LAYERS, FULL, strict=True):
        pages = list((site / layer.name).glob("[0-9]*.html"))
        if not pages:
            sys.stdout.write(f"  {layer.name} is not in this site, so the sum leaves it out\n")
            continue
        data, times = site / "data" / f"{layer.name}.json", count / len(pages)
        arrays = list(data.parent.glob(f"{layer.name}.npz"))  # of all filters
        stitched = [*(site / "sheets").glob(f"{layer.name}-*"), *(site / "pictures").glob(f"{layer.name}-*")]
        pictures = list((site / "pictures" / layer.name).iterdir())
        kinds["pages"] += round(times * sum(len(NOTICE.sub(b"", page.read_bytes())) for page in pages))
        for file in pictures:
            kinds[file.stem.split("-")[1]] += round(times * file.stat().st_size)
        kinds["data"] += round(times * data.stat().st_size)
        kinds["arrays"] += sum(path.stat().st_size for path in arrays)
        kinds["sheets"] += round(_larger(len(pages), count) * sum(path.stat().st_size for path in stitched))
        rest -= sum(path.stat().st_size for path in [*pages, *pictures, data, *arrays, *stitched])
    photographs = list((site / "pictures/photographs").glob("*"))
    shown = sum(path.stat().st_size for path in photographs)
    corpus = json.loads((site / "data/manifest.json").read_text())["photographs"]["count"]
    kinds["photographs"] = round(shown * corpus / len(photographs))
    for kind, size in kinds.most_common():
        sys.stdout.write(f"  {kind:<12} {size / 1e6:>8.1f} MB\n")
    sys.stdout.write(f"  {'the rest':<12} {(rest - shown) / 1e6:>8.1f} MB (as it is)\n")
    say("whole site, 4,224 filters, from these", (sum(kinds.values()) + rest - shown) / 1e6, 250, "MB")


def _larger(now: int, later: int, side: int = 128) -> float:
    """How many times the pixels a sheet of so many more textures has."""
    cells = [(count, sheets.layout(count, side)[1]) for count in (now, later)]
    return later * cells[1][1] ** 2 / (now * cells[0][1] ** 2)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site at a loopback address, compressed as a static host would."""

    class Quiet(Handler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


PAINT = """() => new Promise(done => {
    let paint = 0, moved = 0;
    new PerformanceObserver(l => { paint = l.getEntries().at(-1).startTime; })
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver(l => l.getEntries().forEach(e => { moved += e.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([paint, moved]), 1500);
})"""
SORT = """() => new Promise(done => {
    const order = document.querySelector("[name=sort]");
    order.value = "hue";
    const start = performance.now();
    order.dispatchEvent(new Event("change", {bubbles: true}));
    order.dispatchEvent(new Event("input", {bubbles: true}));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def looked_at(address: str) -> None:
    """Paint, shift and sorting in Chromium; a phone's width, no throttling."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        for name in AUDITED:
            page.goto(f"{address}/{name}")
            paint, moved = page.evaluate(PAINT)
            say(f"{name}: largest contentful paint, unthrottled", paint / 1000, 2.5, "s")
            say(f"{name}: layout shift", moved, 0)
        page.goto(f"{address}/block5.html")
        page.wait_for_timeout(1500)
        page.evaluate(SORT)  # the first also loads what the cards are sorted by
        page.wait_for_timeout(1500)
        page.select_option("[name=sort]", "number")
        page.wait_for_timeout(500)
        say("block5.html: sort 1,536 cards, to the next frame", page.evaluate(SORT), 200, "ms")
        browser.close()


def audited(address: str) -> None:
    """Lighthouse's mobile preset."""
    tool = os.environ.get("LIGHTHOUSE")
    if not tool:
        sys.stdout.write("Lighthouse: left out (npm install lighthouse; LIGHTHOUSE=node_modules/.bin/lighthouse)\n")
        return
    for name in AUDITED:
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            flags = ["--quiet", "--output=json", f"--output-path={report.name}"]
            ran = subprocess.run(
                [tool, f"{address}/{name}", *flags, "--chrome-flags=--headless=new --no-sandbox"],
                check=False,
                env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
            )
            if ran.returncode:
                sys.stdout.write(f"{name}: Lighthouse gave up (on a busy machine it does)  MISSED\n")
                continue
            found = json.loads(Path(report.name).read_text())
        for category in found["categories"].values():
            say(f"{name}: Lighthouse {category['title']}", 100 * (category["score"] or 0), 95, least=True)
        numbers = {key: audit.get("numericValue") for key, audit in found["audits"].items()}
        say(f"{name}: Lighthouse's paint, slow 4G", numbers["largest-contentful-paint"] / 1000, 2.5, "s")
        say(f"{name}: Lighthouse's shift", numbers["cumulative-layout-shift"], 0)


def valid(site: Path) -> None:
    """The W3C's validator (Nu) on each kind of page."""
    jar = os.environ.get("VNU")
    if not jar:
        sys.stdout.write("W3C validity: left out (npm install vnu-jar; VNU=node_modules/vnu-jar/build/dist/vnu.jar)\n")
        return
    files = [str(site / name) for name in KINDS]
    ran = subprocess.run(["java", "-jar", jar, "--format", "json", *files], capture_output=True, text=True, check=False)
    errors = [found for found in json.loads(ran.stderr)["messages"] if found["type"] == "error"]
    for found in errors[:10]:
        sys.stdout.write(f"  {found['url']}:{found.get('lastLine')}: {found['message']}\n")
    say("W3C validator: errors", len(errors), 0)


def main(arguments: list[str]) -> None:
    """Print every figure."""
    if arguments[:1] == ["--render"]:
        _render(Path(arguments[1]), Path(arguments[2]))
        return
    if arguments[:1] == ["--site"]:
        bytes_of_real(Path(arguments[1]))
        return
    root = Path(arguments[0]) if arguments else Path("build/full")
    manifest = fill(root)
    rendering(root, manifest)
    weight(root / "site")
    valid(root / "site")
    with served(root / "site") as address:
        looked_at(address)
        audited(address)


if __name__ == "__main__":
    main(sys.argv[1:])

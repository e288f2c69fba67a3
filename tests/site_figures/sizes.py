"""Bytes: of a whole site, of its largest file, of what a page loads; and those of a whole site from those of a part."""

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

from generator.network.geometry import FILTERS, LAYERS
from generator.site.pages import sheets
from tests.site_figures import say

FULL = [FILTERS[layer.block - 1] for layer in LAYERS]
NOTICE = re.compile(rb'<p class="notice">.*?</p>\n?', re.DOTALL)


def weight(site: Path) -> None:
    """What the site, its largest file, and its largest pages weigh; pages without their pictures."""
    for page in ("block5.html", "map.html", "photographs.html"):
        if (site / page).exists():
            say(f"{page}: HTML + CSS + JS, gzipped", loaded(site, page) / 1000, 150, "kB")
    files = [path for path in site.rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    say(f"largest file ({largest.relative_to(site)})", largest.stat().st_size / 1e6, 2.5, "MB")
    say(f"the site, {len(files):,} files", sum(path.stat().st_size for path in files) / 1e6, 250, "MB")


def loaded(site: Path, page: str) -> int:
    """Bytes of a page with its style and scripts, each compressed."""
    parts = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', (site / page).read_text("utf-8"))
    return sum(len(gzip.compress((site / part).read_bytes(), 9, mtime=0)) for part in (page, *parts))


def of_part(site: Path) -> None:
    """Bytes of a site by kind, and for 4,224 filters of VGG16.

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
        data, times = site / "data" / f"{layer.name}.json.gz", count / len(pages)
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

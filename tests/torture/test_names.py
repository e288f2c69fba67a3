"""Names made to do harm, of folders and files: text everywhere, and nothing outside the site."""

import json
import re
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from tests.documents import read
from tests.made import fingerprints
from tests.sitecheck import problems
from tests.torture.conftest import Victim

MARK = "payload7"
NAMES = [
    f"<script>{MARK}(1)<|script>",
    f'"><img src=x onerror={MARK}(1)>',
    f"' onmouseover='{MARK}(1)",
    f"</title><svg onload={MARK}(1)>".replace("/", "|"),
    "..",
    f"..|..|{MARK}",
    f"..\\..\\{MARK}",
    "{{7*7}}{% raw %}" + MARK,
    f"\u202e{MARK}\u2066",
    f"\\u003cscript\\u003e{MARK}",
    f'","x":"{MARK}"}}]',
    f"*/{MARK}/*".replace("/", "|"),
    f"]]>{MARK}<!--",
    f"[{MARK}](javascript:{MARK})",
    f"{MARK}\u2028\u2029",
    f"&lt;b&gt;{MARK}&amp;",
    f"%3Cscript%3E{MARK}",
    f"{MARK}\n\tnew line",
    "x" * (255 - len(MARK)) + MARK,
    ("\u00e9" * 127)[: 255 - len(MARK)],
]


class Tags(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def test_hostile_names_are_text(tmp_path, report):
    victim = Victim(tmp_path / "atlas")
    photographs = victim.bench.root / "photographs"
    numbers = np.random.default_rng(2)
    used = [name for name in NAMES if name != ".."]
    for name in used:
        folder = photographs / name
        folder.mkdir()
        for suffix in (".png", ".txt"):
            file = folder / f"{name.encode()[: 255 - len(suffix)].decode(errors='ignore')}{suffix}"
            if suffix == ".png":
                coarse = Image.fromarray(numbers.integers(0, 255, (9, 9, 3), np.uint8))
                coarse.resize((240, 240)).save(file)
            else:
                file.write_text("no picture")
    before = fingerprints(tmp_path)
    assert victim.bench.run("atlas", "--layers", "block1_conv1 block2_conv1", "--filters", "3") == 0
    made = set(fingerprints(tmp_path)) - set(before)
    assert all(name.startswith(("atlas/site/", "atlas/store/")) for name in made)
    assert problems(victim.bench.site) == []
    shown = 0
    for path in victim.bench.site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        page = Tags(text)
        for tag, attributes in page.tags:
            assert tag not in {"svg:script", "iframe", "object", "embed"}
            assert not any(name.startswith("on") for name in attributes), (path, attributes)
            for name in ("href", "src", "action"):
                assert not (attributes.get(name) or "").lower().startswith(("javascript:", "data:", "http:")), path
            assert tag != "script" or MARK not in str(attributes)
        assert "<script>" not in text
        assert re.search(r"Content-Security-Policy", text)
        shown += any(name in "".join(page.text) for name in used if "\n" not in name)
    assert shown
    skipped = (victim.bench.site / "skipped.html").read_text(encoding="utf-8")
    assert "49" not in Tags(skipped).text  # nobody multiplied
    for path in victim.bench.site.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in victim.bench.site.rglob("*.json.gz"):
        read(path.read_bytes())
    for path in (victim.bench.site / "assets").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "</script" not in text.lower()
        assert "\u2028" not in text
    report("hostile names of folders and files", 2 * len(used), "text in pages, attributes, scripts and JSON")

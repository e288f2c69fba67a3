"""The site as MkDocs and the plugin build it, from made-up stores."""

# ruff: noqa: RUF001 - pages have typographic apostrophes and multiplication signs

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from generator.site import incremental, rendering, theme
from generator.site.pages import recipe_sheets
from generator.store import manifest as manifests
from generator.store import webcache
from generator.store.artifacts import Store
from tests import made
from tests.sitecheck import Page, problems

NARROW = (2,) * 12 + (3,)
PROJECT = Path(__file__).parents[2]


def render(root, manifest):
    rendering.build(rendering.config_file(), manifest, root / "store", root / "site")
    return root / "site"


def text(site, page):
    return " ".join(" ".join(Page((site / page).read_text(encoding="utf-8")).text).split())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A whole atlas of 27 filters, rendered."""
    root = tmp_path_factory.mktemp("whole")
    return render(root, made.make(root, NARROW))


def test_every_link_anchor_and_image_leads_somewhere(whole):
    assert problems(whole) == []


def test_every_filter_layer_and_block_has_its_address(whole):
    assert (whole / "block1_conv1/0.html").is_file()
    assert (whole / "block5_conv3/2.html").is_file()
    tours = list(whole.glob("tour-*.html"))
    others = 6 + len(tours) + len(theme.prose())  # home, map, photographs, game, files left out, not found
    assert len(list(whole.rglob("*.html"))) == 27 + 5 + others
    block = Page((whole / "block5.html").read_text())
    assert {"block5_conv1", "block5_conv2", "block5_conv3"} <= set(block.ids)


def test_pages_carry_what_is_known(whole):
    page = text(whole, "block3_conv1/1.html")
    assert "24 × 24 px" in page
    assert "311" in page  # the neuron picture's activation
    assert "1.47 times as strongly" in page  # 311 / 211.5
    assert "labelled" in page
    assert "made up for a test" in page
    assert "Not the weights that Oxford published." in page


def test_facets_are_shown_on_a_filters_page(tmp_path, whole):
    site = render(tmp_path, made.make(tmp_path, NARROW[:1], facets=3))
    assert problems(site) == []
    page = text(site, "block1_conv1/1.html")
    assert "3 textures that climbed together" in page
    assert "62 %" in page
    assert "mean activation 32" in page
    assert "climbed together" not in text(whole, "block1_conv1/1.html")


def test_climbs_are_shown_on_a_filters_page(tmp_path, whole):
    """A film for each picture, but not that of a picture which has other bytes by now; without films, no trace."""
    manifest = made.make(tmp_path, NARROW[:2], films=True)
    store = Store(tmp_path / "store")
    key = manifests.load(manifest).layers[1].artifacts["neuron_film"][0]
    entry, payload = store.entry(key), store.read(key)
    assert entry
    assert payload
    store.put(entry.inputs, payload, "png", entry.facts | {"picture": "0" * 64}, {})
    site = render(tmp_path, manifest)
    assert problems(site) == []
    page = text(site, "block1_conv1/1.html")
    assert "Neuron picture noise 0 step 1 31.1 step 2 62.2 step 4 124 step 6 187 step 10 311 Texture" in page
    html = (site / "block1_conv2/0.html").read_text()
    assert html.count("data-film=") == 1
    assert "climb-texture" in html
    assert "climb" not in (whole / "block1_conv1/1.html").read_text()


def test_the_method_page_shows_all_recipes_side_by_side(tmp_path, whole):
    """The theme's sheets, or those that the benchmark made of the atlas's own weights; each says what its rows are."""
    own = (whole / "method.html").read_text()
    assert "assets/recipes/" in own
    assert "Neuron pictures of VGG16 with its ImageNet weights, block5_conv3, a filter a column." in own
    assert "Rows from top to bottom: classic; no budget; fourier; lucid; MACO." in own
    wanted = made.make(tmp_path, NARROW[:1])
    blank, rows = Image.new("RGB", (40, 20)), ("classic", "<fourier>", "MACO")
    sheets = {"block1_conv1-neuron": (blank, rows), "block1_conv1-channel": (blank, rows[:1])}
    recipe_sheets.keep(sheets, tmp_path / "store", "d" * 64)
    before = next((tmp_path / "store/recipes").iterdir()) / "block1_conv1.avif"  # as an earlier version named it
    blank.save(before)
    page = (render(tmp_path, wanted) / "method.html").read_text()
    assert '<img src="assets/recipes/own-block1_conv1-channel.avif" width="40" height="20"' in page
    assert page.count('<img src="assets/recipes/') == 2
    assert page.index("Textures, block1_conv1") < page.index("Neuron pictures, block1_conv1")
    assert "Rows from top to bottom: classic; &lt;fourier&gt;; MACO." in page
    assert "Rows from top to bottom: classic." in page


def test_no_page_is_older_than_its_policy(whole):
    for path in whole.rglob("*.html"):
        assert "default-src 'none'" in path.read_text()


def test_same_manifest_same_bytes(whole, tmp_path):
    root = whole.parent
    again = root / "again"
    manifest = next((root / "store/manifests").glob("*.json"))
    rendering.build(rendering.config_file(), manifest, root / "store", again)
    assert made.fingerprints(again) == made.fingerprints(whole)


def test_half_filled_store_says_what_is_missing(tmp_path):
    def has(layer, index, part):
        return layer.block < 3 and (index == 0 or part == "texture")

    site = render(tmp_path, made.make(tmp_path, (4,) * 7, chosen=3, has=has))
    assert problems(site) == []
    second = text(site, "block2.html")
    assert second.count("Not computed yet: the neuron picture, the patches") == second.count("Not computed yet") == 2
    assert "Shown are 3 of the layer’s 4 filters" in second
    assert "Not computed yet: the texture, the neuron picture, the patches" in text(site, "block3.html")
    assert "Nothing about this filter has been computed yet." in text(site, "block3_conv1/0.html")
    assert "The weights of this atlas end before block5_conv3" in text(site, "block5.html")
    assert "not complete yet" in text(site, "index.html")
    assert not (site / "block3_conv1/3.html").exists()  # left out by the config


def test_nothing_computed_yet_is_a_site_too(tmp_path):
    site = render(tmp_path, made.make(tmp_path, (2,), has=lambda *_: False))
    assert problems(site) == []


def test_without_photographs(tmp_path):
    site = render(tmp_path, made.make(tmp_path, (2, 2), corpus=False))
    assert problems(site) == []
    assert "built without photographs" in text(site, "block1.html")


def test_patches_of_deep_layers_are_cut_out_of_the_photographs(tmp_path):
    site = render(tmp_path, made.make(tmp_path, (2,) * 13))
    deep = (site / "block5_conv1/1.html").read_text(encoding="utf-8")
    assert deep.count('<image href="../pictures/photographs/') == 9  # the card's strip has them at half their size
    assert 'viewBox="-33 -33 198 198"' in deep  # the first made-up field begins in a corner
    shallow = (site / "block4_conv1/1.html").read_text(encoding="utf-8")
    assert '<image href="../pictures/photographs/' not in shallow
    assert shallow.count('<use href="#p"/>') == 9


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../x",
    "{{7*7}}",
    "\u202etfel",
    "x" * 255,
    "'\"\\",
]


def test_hostile_labels_stay_text(tmp_path):
    site = render(tmp_path, made.make(tmp_path, (7,), labels=lambda _, index, __: HOSTILE[index % len(HOSTILE)]))
    assert problems(site) == []
    pages = [text(site, f"block1_conv1/{index}.html") for index in range(len(HOSTILE))]
    for label, page in zip(HOSTILE, pages, strict=True):
        assert label in page
    (arithmetic,) = (page for label, page in zip(HOSTILE, pages, strict=True) if "7*7" in label.replace(" ", ""))
    assert "49" not in arithmetic.split("Synthesised")[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "store"]


def test_an_altered_strip_is_never_shown(tmp_path):
    manifest = made.make(tmp_path, (1,))
    cards = (tmp_path / "store/objects").rglob("*.json")
    strip = next(card for card in cards if '"kind":"patches"' in card.read_text()).with_suffix(".png")
    payload = bytearray(strip.read_bytes())
    payload[-6] ^= 1
    strip.write_bytes(bytes(payload))
    site = render(tmp_path, manifest)
    assert problems(site) == []
    assert "The patches have not been computed yet." in text(site, "block1_conv1/0.html")


def test_mkdocs_alone_renders_the_newest_manifest(whole, tmp_path):
    config = tmp_path / "mkdocs.yml"
    here = (PROJECT / "mkdocs.yml").read_text().replace(": templates", f": {PROJECT}/templates")
    config.write_text(here.replace("- filter-atlas", f"- filter-atlas:\n      store: {whole.parent / 'store'}"))
    site = tmp_path / "site"
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mkdocs", "build", "-f", str(config), "-d", str(site)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert made.fingerprints(site) == made.fingerprints(whole)
    assert "tensorflow" not in ran.stderr


def test_a_damaged_web_picture_is_made_anew(tmp_path):
    manifest = made.make(tmp_path, (2,))
    before = made.fingerprints(render(tmp_path, manifest))
    for path in webcache.derived(tmp_path / "store/web"):
        path.write_bytes(b"")
    assert made.fingerprints(render(tmp_path, manifest)) == before


def test_the_store_stays_as_it_was(tmp_path):
    manifest = made.make(tmp_path, (2,))
    before = made.fingerprints(tmp_path / "store/objects")
    render(tmp_path, manifest)
    assert made.fingerprints(tmp_path / "store/objects") == before


def test_a_site_with_an_address_has_previews_and_a_sitemap(tmp_path):
    manifest = made.make(tmp_path, (2, 1))
    address = "https://example.org/atlas/"
    for again in ("one", "two"):
        rendering.build(rendering.config_file(), manifest, tmp_path / "store", tmp_path / again, base_url=address)
    site = tmp_path / "one"
    listed = re.findall("<loc>(.*)</loc>", (site / "sitemap.xml").read_text())
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    assert sorted(listed) == sorted(address + page for page in pages)
    for page in ("index.html", "block1.html", "block1_conv1/1.html", "method.html"):
        found = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="(.*)">', (site / page).read_text()))
        assert found["url"] == address + page
        assert (site / found["image"].removeprefix(address)).is_file()
    assert 'href="/atlas/assets/atlas.css"' in (site / "404.html").read_text()
    assert made.fingerprints(site) == made.fingerprints(tmp_path / "two")


def test_a_site_without_an_address_says_nothing_absolute(whole):
    assert not (whole / "sitemap.xml").exists()
    assert not (whole / "previews").exists()
    assert all("og:" not in path.read_text() for path in whole.rglob("*.html"))


def test_pictures_stay_from_build_to_build(tmp_path):
    manifest = made.make(tmp_path, (2, 2))
    first = render(tmp_path, manifest)
    before = made.fingerprints(first)
    changed = {path: path.stat().st_ctime_ns for path in (first / "pictures").rglob("*.*")}
    altered = max(changed, key=lambda path: path.stat().st_size)
    altered.write_bytes(altered.read_bytes()[::-1])
    (first / "pictures/block9").mkdir()
    (first / "pictures/block9/old.avif").write_bytes(b"of a layer that is no more")
    assert made.fingerprints(render(tmp_path, manifest)) == before
    assert {path for path, time in changed.items() if path.stat().st_ctime_ns != time} >= {altered}
    assert sum(path.stat().st_ctime_ns != time for path, time in changed.items()) == 1
    assert not (first / "pictures/block9").exists()


def test_a_build_stopped_while_the_pictures_stood_aside_loses_none(tmp_path):
    manifest = made.make(tmp_path, (2,))
    site = render(tmp_path, manifest)
    before = made.fingerprints(site)
    (site / "pictures").rename(site / incremental.ASIDE)
    assert made.fingerprints(render(tmp_path, manifest)) == before
    assert not (site / incremental.ASIDE).exists()

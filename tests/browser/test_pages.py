"""What a visitor does, in a real browser: looking, sorting, finding, going on by key, comparing, without scripts."""

import io
import re

import pytest
from PIL import Image, ImageStat

from tests.browser.barriers import LOOKS, barriers
from tests.browser.waiting import until
from tests.documents import document

PAGES = [
    "index.html",
    "block1.html",
    "block5.html",
    "block3_conv1/3.html",
    "tour-parts.html",
    "guess.html",
    "map.html",
    "block3_conv1/map.html",
    "photographs.html",
    "photographs.html?n=3",
    "method.html",
]


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
@pytest.mark.parametrize("address", PAGES)
def test_fits_every_screen(visit, address, width):
    page = visit(address, width=width)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.mouse.wheel(0, 20000)
    page.wait_for_timeout(150)
    broken = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
    assert broken == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_moves_while_it_loads(visit, address, width):
    page = visit(address, width=width)
    moved = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value; }))
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 400);
        })"""
    )
    assert moved < 0.001


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out(visit, address, dark):
    """Contrast of every text with what is behind it, as WCAG 2.2 AA asks: 4.5 to 1."""
    page = visit(address, dark=dark)
    poor = page.evaluate(
        """() => {
            const numbers = c => c.match(/[\\d.]+/g).map(Number);
            const light = c => { const [r, g, b] = numbers(c).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const behind = e => { for (; e; e = e.parentElement) {
                const c = getComputedStyle(e).backgroundColor;
                if (!/rgba\\(.*, 0\\)/.test(c)) return c; } return "rgb(255, 255, 255)"; };
            return [...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(
                n => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility()).map(e => {
                const a = light(getComputedStyle(e).color), b = light(behind(e));
                return [e.outerHTML.slice(0, 80), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
            }).filter(([, ratio]) => ratio < 4.5);
        }"""
    )
    assert poor == []


@pytest.mark.parametrize("address", PAGES)
def test_everything_to_press_is_large_enough_and_named(visit, address):
    page = visit(address, width=390)
    poor = page.evaluate(
        """[...document.querySelectorAll("button, input, select, summary, nav a, .button, .labels a, .layer > a")]
            .filter(e => e.checkVisibility() && !e.closest(".unseen")).map(e => [e, e.getBoundingClientRect()])
            .filter(([e, box]) => box.width < 24 || box.height < 24 ||
                !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels && e.labels.length))
            .map(([e, box]) => e.outerHTML.slice(0, 100) + " " + box.width + " " + box.height)"""
    )
    assert poor == []


@pytest.mark.parametrize(("written", "typed"), [("cafe\u0301", "caf\u00e9"), ("CAF\u00c9", "cafe\u0301")])
def test_search_finds_a_label_in_either_form_of_unicode(visit, written, typed):
    page = visit("block3_conv1/3.html")
    page.keyboard.press("/")
    until(page, "Boolean(window.atlasIndex)")
    page.evaluate("name => { window.atlasIndex.labels[0] = name; }", written)
    page.get_by_role("searchbox", name="Search the filters").fill(typed)
    page.wait_for_selector(".results a")


def test_search_from_any_page(visit):
    page = visit("block3_conv1/3.html")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search the filters")
    field.fill("okapi conv2")
    page.wait_for_selector(".results a")
    assert all(re.search("okapi", text) and "conv2" in text for text in page.locator(".results a").all_inner_texts())
    field.fill("block5_conv3/13")
    until(page, "document.querySelectorAll('.results a').length === 1")
    field.fill("below natural conv3")
    page.wait_for_selector(".results small")
    found = page.locator(".results a").all_inner_texts()
    assert all("below natural" in text and "conv3" in text for text in found)
    field.fill("block5_conv3/13")
    until(page, "document.querySelectorAll('.results a').length === 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/block5_conv3/13.html")


def test_goes_on_by_key(visit):
    page = visit("block3_conv1/3.html")
    for key, place in [("j", 4), ("ArrowRight", 5), ("k", 4), ("ArrowLeft", 3)]:
        page.keyboard.press(key)
        page.wait_for_url(f"**/block3_conv1/{place}.html")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("u")
    page.wait_for_url("**/block3.html#block3_conv1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "block3_conv1/1.html"


def test_pins_a_filter_to_compare(visit):
    page = visit("block3_conv1/3.html")
    page.get_by_role("button", name="Pin to compare").click()
    page.keyboard.press("j")
    page.wait_for_url("**/block3_conv1/4.html")
    pinned = page.get_by_role("complementary", name="Pinned filter")
    assert "block3_conv1/3" in pinned.inner_text()
    assert pinned.locator("svg").count() == 9
    pinned.get_by_role("button", name="Unpin").click()
    assert pinned.count() == 0


def test_dark_and_light(visit):
    page = visit("index.html", dark=True)
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Use light colours").click()
    assert page.evaluate(paper) != dark
    page.reload()
    assert page.evaluate(paper) != dark


def test_without_scripts_everything_is_there(visit):
    page = visit("block5.html", scripts=False)
    assert page.locator(".card").count() == 38
    card = page.locator("#block5_conv1 .card").first
    box, texture, strip = (of.bounding_box() for of in (card, card.locator(".texture"), card.locator(".strip")))
    assert strip["x"] > texture["x"] + texture["width"]  # side by side, over the card's whole height
    assert strip["height"] == pytest.approx(box["height"], abs=1)
    assert not page.locator("#controls").is_visible()
    page = visit("block3_conv1/3.html", scripts=False)
    assert page.locator(".found .patch").count() == 9
    assert page.get_by_role("link", name="Download JSON").is_visible()


@pytest.mark.parametrize("address", [*PAGES, "404.html"])
@LOOKS
def test_axe_finds_no_barrier(visit, address, dark, width):
    assert barriers(visit(address, dark=dark, width=width)) == []


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_patches_turn_into_whole_photographs_with_the_field_outlined(visit, site, scripts, width):
    page = visit("block3_conv1/3.html", scripts=scripts, width=width)
    photographs = page.locator(".found .photograph")
    assert photographs.count() == 9
    assert not photographs.first.is_visible()
    page.focus("#whole")
    page.keyboard.press("Space")
    assert not page.locator(".found .patch").first.is_visible()
    record = document(site, "block3_conv1")["filters"][3]
    for place, patch in enumerate(record["patches"]):
        whole = photographs.nth(place)
        whole.scroll_into_view_if_needed()
        picture, drawing = whole.locator("img").bounding_box(), whole.locator("svg").bounding_box()
        assert drawing == {name: pytest.approx(value, abs=1) for name, value in picture.items()}
        assert picture["width"] == pytest.approx(picture["height"], abs=1)
        assert whole.locator("svg").get_attribute("viewBox") == "0 0 224 224"
        line = whole.locator("use").evaluate(
            "own => { const b = own.getBBox(); return [b.x, b.y, b.width, b.height]; }"
        )
        top, left, bottom, right = patch["window"]
        assert line == pytest.approx([left, top, right - left, bottom - top], abs=1)
        assert (site / "block3_conv1" / whole.locator("img").get_attribute("src")).exists()
    page.wait_for_timeout(200)
    assert photographs.first.locator("img").evaluate("image => image.naturalWidth") == 224
    page.keyboard.press("Space")
    assert page.locator(".found .patch").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_patches_cut_out_of_photographs_show_them_whole(visit, site, scripts):
    page = visit("block4_conv2/3.html", scripts=scripts)
    page.get_by_role("checkbox", name="Whole photographs").check()
    record = document(site, "block4_conv2")["filters"][3]
    for place, patch in enumerate(record["patches"]):
        whole = page.locator(".found .photograph").nth(place)
        assert whole.get_attribute("viewBox") == "0 0 224 224"
        assert whole.get_attribute("aria-label") == f"whole photograph; label: {patch['label']}"
        drawn = page.locator(whole.locator("use").first.get_attribute("href"))
        assert (site / "block4_conv2" / drawn.locator("image").get_attribute("href")).exists()
        field = drawn.locator("use")
        assert [int(field.get_attribute(at)) for at in ("y", "x")] == patch["window"][:2]
    assert not page.locator(".found .patch").first.is_visible()
    page.wait_for_timeout(200)
    shot = Image.open(io.BytesIO(page.locator(".found .photograph").first.screenshot())).convert("L")
    assert shot.width == pytest.approx(shot.height, abs=2)
    assert ImageStat.Stat(shot).stddev[0] > 10  # though what it draws again is part of a hidden drawing


def test_where_tiles_are_whole_photographs_there_is_nothing_to_switch(visit):
    assert visit("block5_conv3/1.html").locator("#whole").count() == 0

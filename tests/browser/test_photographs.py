"""Starting from a photograph in a real browser: finding, choosing, and how much is loaded for it."""

import functools
import http.server
import re
import threading

import pytest

from tests.browser.waiting import until
from tests.documents import document
from tests.made import LABELS, PHOTOGRAPHS

MOST = 150_000  # bytes of data and pictures at a time


def test_a_photograph_is_found_chosen_and_leads_to_filters(visit, site):
    page = visit("photographs.html")
    thumbnails = page.locator(".gallery a")
    until(page, f"document.querySelectorAll('.gallery a').length === {PHOTOGRAPHS}")
    assert page.locator("#found").inner_text() == f"{PHOTOGRAPHS} photographs"
    page.get_by_role("searchbox", name="Find").fill("ROSES 0011")
    until(page, "document.querySelectorAll('.gallery a').length === 1")
    assert page.url.endswith("?q=ROSES+0011")
    thumbnails.first.click()
    page.wait_for_url("**/photographs.html?n=11")
    page.wait_for_selector(".excited")
    assert page.get_by_role("heading", level=1).inner_text() == "roses"
    assert not page.get_by_role("searchbox", name="Find").is_visible()
    assert page.locator(".excited h2").all_inner_texts()[0].startswith("block5_conv3")
    assert page.locator(".excited").count() == 13
    best = page.locator(".strongest a").first
    assert best.inner_text().split()[-2:] == ["11", "+1.7"]
    best.click()
    page.wait_for_url("**/block5_conv3/11.html")


def test_by_label_and_nothing_that_fits(visit):
    page = visit("photographs.html")
    page.get_by_label("Label").select_option("okapi")
    until(page, "document.querySelectorAll('.gallery a').length === 3")
    assert set(page.locator(".gallery bdi").all_inner_texts()) == {"okapi"}
    page.get_by_role("searchbox", name="Find").fill("nonsense")
    until(page, "document.getElementById('found').textContent === 'No photograph fits.'")
    page = visit("photographs.html?label=okapi&q=0006")
    until(page, "document.querySelectorAll('.gallery a').length === 1")


@pytest.mark.parametrize("number", ["24", "-1", "x", "1e1", "99999999"])
def test_a_photograph_that_is_none_gives_the_choice(visit, number):
    page = visit(f"photographs.html?n={number}")
    until(page, f"document.querySelectorAll('.gallery a').length === {PHOTOGRAPHS}")
    assert page.get_by_role("searchbox", name="Find").is_visible()


def test_every_patch_leads_to_its_photograph(visit, site):
    record = document(site, "block3_conv1")["filters"][3]
    page = visit("block3_conv1/3.html")
    links = page.locator(".found figcaption a")
    assert [link.get_attribute("href") for link in links.all()] == [
        f"../photographs.html?n={patch['index']}" for patch in record["patches"]
    ]
    assert page.locator(".wholes figcaption a[href*='photographs.html?n=']").count() == 8
    assert links.first.bounding_box()["height"] >= 24
    links.first.click()
    page.wait_for_selector(".excited")


def test_the_field_is_outlined_where_the_filter_fires(visit):
    page = visit("photographs.html?n=3")
    page.wait_for_selector(".excited")
    layer = page.locator(".excited", has_text="block4_conv2")
    path = layer.locator(".where .over").first.get_attribute("d")
    side, stride = 76, 8
    assert path == f"M{18 * stride} {18 * stride}h{side}v{side}h-{side}z"  # the map has 19 units along a side
    where = layer.locator(".where g")
    layer.locator(".strongest a").first.hover()
    assert where.last.get_attribute("class") == "lit"
    page.mouse.move(0, 0)
    assert where.last.get_attribute("class") == ""


def test_textures_come_when_they_are_in_view(visit):
    page = visit("photographs.html?n=3")
    until(page, "document.querySelectorAll('.strongest img').length > 0")
    last = page.locator(".strongest").last
    assert last.locator("img").count() == 0
    last.scroll_into_view_if_needed()
    until(page, "!document.querySelector('.excited:last-child .blank')")
    assert "/block1_conv1/" in last.locator("img").first.get_attribute("src")


@pytest.mark.parametrize("scripts", [True, False])
def test_deep_filters_are_shown_by_their_neuron_pictures_and_others_by_their_textures(visit, scripts):
    page = visit("photographs.html?n=3", scripts=scripts)
    for layer, kind in (("block5_conv3", "neuron"), ("block3_conv3", "texture")):
        row = page.locator(f"section[aria-labelledby=in-{layer}] .strongest")
        row.scroll_into_view_if_needed()
        shown = row.locator("img").first
        shown.wait_for()
        assert re.search(rf"pictures/{layer}/\d+-{kind}-", shown.get_attribute("src"))


def test_the_catalogue_is_gone_through_piece_by_piece(visit, site):
    """Made-up pieces: 70 photographs a piece, of which nobody needs the second before the first is used up."""
    page = visit("photographs.html")
    until(page, "Boolean(window.atlasPhotographs0)")
    page.evaluate(
        """() => {
            const [, , , tail] = window.atlasPhotographs0[0];
            const lines = first => Array.from({length: 70}, (_, n) => [0, "made", `${first + n}.jpg`, tail]);
            window.atlasPhotographs0 = lines(0);
            document.getElementById("gallery").dataset.catalogue = 2;
            document.getElementById("gallery").dataset.count = 140;
            window.later = lines(70);
        }"""
    )
    page.get_by_role("searchbox", name="Find").fill("made")
    until(page, "document.getElementById('found').textContent === 'the first 30 that fit'")
    for shown in (60, 90):
        if shown > 70:
            page.evaluate("window.atlasPhotographs1 = window.later")
        page.get_by_role("button", name="More photographs").click()
        assert page.locator(".gallery a").count() == shown
        assert (
            page.evaluate("[...document.querySelectorAll('.gallery a')].indexOf(document.activeElement)") == shown - 30
        )


def test_without_scripts_one_photograph_is_an_example(visit):
    page = visit("photographs.html", scripts=False)
    assert page.get_by_text("The choice needs JavaScript").is_visible()
    assert not page.locator("#choosing").is_visible()
    assert page.locator(".excited").count() == 13
    link = page.locator(".strongest a").first
    assert re.fullmatch(r"block5_conv3/\d+\.html", link.get_attribute("href"))
    assert page.locator(".lead bdi").first.inner_text() in LABELS
    link.click()
    page.wait_for_url("**/block5_conv3/*.html")


@pytest.fixture
def server(site):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as own:
        threading.Thread(target=own.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{own.server_port}"
        own.shutdown()


@pytest.mark.parametrize("address", ["photographs.html", "photographs.html?n=3"])
def test_little_is_loaded_at_a_time(chromium, server, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/{address}")
    page.wait_for_selector(".excited, .gallery a")
    page.wait_for_timeout(500)
    loaded = page.evaluate(
        """() => performance.getEntriesByType("resource").filter(e => /pictures|photographs-/.test(e.name))
            .map(e => [e.name.replace(/.*8\\d*\\//, ""), e.encodedBodySize])"""
    )
    assert len(loaded) > 10
    assert sum(size for _, size in loaded) < MOST
    context.close()

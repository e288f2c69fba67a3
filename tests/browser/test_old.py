"""Browsers without AVIF are told why pictures are missing, with and without scripts; others see nothing of it."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.waiting import until

ROOT = Path(__file__).parents[2]
ADDRESSES = ["index.html", "block3_conv1/3.html", "method.html"]
PICTURE = ".old img"


@pytest.fixture
def old(chromium, site):
    """Chromium as if it did not know AVIF: the type is strange to it, and so is the content."""
    contexts = []

    def page_of(address):
        text = (site / address).read_text()
        assert 'type="image/avif"' in text
        return text.replace('type="image/avif"', 'type="image/not-known"')

    def open_page(address, *, width=1280, scripts=True):
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        context.route("**/*.avif", lambda route: route.fulfill(body="what is this", content_type="image/avif"))
        context.route(
            f"{site.as_uri()}/{address}",
            lambda route: route.fulfill(body=page_of(address), content_type="text/html; charset=utf-8"),
        )
        page = context.new_page()
        page.goto(f"{site.as_uri()}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("address", "width"), [(ADDRESSES[0], 320), (ADDRESSES[1], 1280), (ADDRESSES[2], 320)])
def test_a_browser_without_avif_is_told(old, address, width, scripts):
    page = old(address, width=width, scripts=scripts)
    sentence = page.locator(PICTURE)
    box = sentence.bounding_box()
    assert box["width"] >= 250
    assert box["height"] > 50
    assert box["x"] + box["width"] <= width
    shot = np.asarray(Image.open(io.BytesIO(sentence.screenshot())).convert("L"))
    assert shot.min() < 80  # letters ...
    assert shot.max() > 220  # ... on paper
    assert ("AVIF" in sentence.get_attribute("alt")) is scripts


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_others_see_nothing_of_it(visit, address, scripts):
    page = visit(address, scripts=scripts)
    picture = page.locator(PICTURE)
    assert picture.bounding_box()["height"] <= 1
    assert picture.get_attribute("alt") == ""
    if scripts:
        until(page, "document.querySelector('.old img').naturalWidth === 1")
        assert page.evaluate("document.querySelector('.old img').currentSrc").endswith("/pixel.avif")


def test_it_is_not_shown_for_a_moment_while_its_pixel_is_awaited(chromium, site):
    """Nor if that pixel, or any other picture, is missing: that is not the same as a browser without AVIF."""
    context = chromium.new_context()
    context.route("**/*.avif", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{site.as_uri()}/block3_conv1/3.html")
    assert page.evaluate("document.querySelector('.old img').currentSrc").endswith("/pixel.avif")
    assert page.locator(PICTURE).get_attribute("alt") == ""
    assert page.locator(".old").bounding_box()["height"] <= 1
    context.close()


def test_both_ways_of_saying_it_are_the_same():
    drawn = re.findall(r"<tspan[^>]*>(.*)</tspan>", (ROOT / "templates/assets/no-avif.svg").read_text())
    said = re.search(r"old\.alt = (.*?);", (ROOT / "templates/assets/theme.js").read_text(), re.DOTALL)
    assert said is not None
    assert " ".join(drawn) == "".join(re.findall(r'"(.*?)"', said[1]))

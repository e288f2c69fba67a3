"""Atlases of networks that are not VGG16, in a real browser."""

import pytest

from generator.site import rendering
from tests import made
from tests.browser.barriers import LOOKS, barriers
from tests.browser.waiting import until

WIDE = "document.documentElement.scrollWidth - innerWidth"
PAGES = {
    "strided": ["index.html", "block1.html", "block2.html", "stem-conv.1/1.html", "method.html", "recipes.html"],
    "deep": [
        "index.html",
        "block5.html",
        "a_layer_with_a_name_that_is_rather_long/0.html",
        "label/1.html",
        "guess.html",
    ],
    "single": ["index.html", "block1.html", "only/4.html"],
}
EACH = [(network, address) for network, addresses in PAGES.items() for address in addresses]


@pytest.fixture(scope="module")
def site(tmp_path_factory):  # in place of the atlas of conftest.py, for `visit` opens what lies in it
    """A folder with an atlas of each made-up network."""
    root = tmp_path_factory.mktemp("networks")
    for name, layers in made.NETWORKS.items():
        manifest = made.make(root / name, layers, name=name)
        rendering.build(rendering.config_file(), manifest, root / name / "store", root / "all" / name)
    return root / "all"


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
@pytest.mark.parametrize(("network", "address"), EACH)
def test_fits_every_screen(visit, network, address, width):
    page = visit(f"{network}/{address}", width=width)
    assert page.evaluate(WIDE) <= 0
    page.mouse.wheel(0, 20000)
    page.wait_for_timeout(150)
    assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)") == []


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_map_draws_all_fields_to_one_scale(visit, width):
    page = visit("deep/index.html", width=width)
    boxes = page.eval_on_selector_all(
        ".field svg", "found => found.map(e => e.getBoundingClientRect().width + ' for ' + e.getAttribute('viewBox'))"
    )
    assert len(boxes) == len(made.NETWORKS["deep"])
    assert len(set(boxes)) == 1


def test_a_sheet_of_a_layer_with_a_dot_can_be_looked_at_and_leads_to_its_filters(visit):
    page = visit("strided/block2.html")
    page.get_by_role("button", name="Zoom into the textures of stem-conv.1").click()
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.locator(".sheet img").first.click(position={"x": 5, "y": 5})
    until(page, "location.pathname.endsWith('/stem-conv.1/0.html')")


def test_a_layer_with_capitals_is_found_and_sorted(visit):
    page = visit("deep/block1.html?q=conv_a")
    until(page, "document.getElementById('shown').textContent === '3 of 6'")
    page.get_by_label("Sort by").select_option("ratio")
    until(page, "document.querySelector('#_Conv_A .card b').textContent !== '0'")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Search the filters").fill("conv_a/2")
    assert page.locator("dialog li").count() == 1


def test_a_layer_of_a_themes_name_is_not_styled_as_that(visit):
    """The frame of a patch has the size that its own layer gives it."""
    page = visit("deep/label/1.html")
    assert page.evaluate("getComputedStyle(document.querySelector('article.filter')).getPropertyValue('--field')")
    assert page.locator(".crumbs li:last-child a").get_attribute("href") == "../block1.html#_label"
    page.locator(".crumbs li:last-child a").click()
    assert page.locator("#_label h2").inner_text() == "label"


@pytest.mark.parametrize("address", ["deep/index.html", "deep/block5.html", "strided/stem-conv.1/1.html"])
@LOOKS
def test_axe_finds_no_barrier(visit, address, dark, width):
    assert barriers(visit(address, dark=dark, width=width)) == []

"""A map of filters in a real browser: moved and enlarged by mouse, touch and keys; links; without scripts a table."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.browser.waiting import until

SIDE = "document.querySelector('.cursor').getBoundingClientRect().width"


def drawn(page):
    """The map as it looks."""
    return np.asarray(Image.open(io.BytesIO(page.locator("#plot").screenshot())).convert("RGB"), float)


def shown(page):
    """Wait until pictures are drawn."""
    page.wait_for_selector(".cursor[href]")
    page.wait_for_selector("#plot[aria-busy=false]")


def cursor(page):
    return page.locator(".cursor").get_attribute("href").split("/")[-1].removesuffix(".html")


@pytest.mark.parametrize("address", ["map.html", "block3_conv1/map.html"])
def test_pictures_are_drawn_and_another_kind_is_another_picture(visit, address):
    page = visit(address)
    shown(page)
    textures = drawn(page)
    assert textures.std() > 30
    page.get_by_role("combobox", name="Show").select_option("neuron")
    page.wait_for_timeout(300)
    assert np.abs(drawn(page) - textures).mean() > 5
    assert page.url.endswith("?show=neuron")
    page.reload()
    shown(page)
    assert page.get_by_role("combobox", name="Show").input_value() == "neuron"


def test_maps_of_deep_layers_begin_with_neuron_pictures(visit):
    for layer, kind in (("block3_conv1", "texture"), ("block5_conv3", "neuron")):
        page = visit(f"{layer}/map.html")
        shown(page)
        assert page.get_by_role("combobox", name="Show").input_value() == kind
        assert "?" not in page.url


def test_the_wheel_zooms_where_it_points_and_the_mouse_drags(visit):
    page = visit("block3_conv1/map.html")
    shown(page)
    box = page.locator("#plot").bounding_box()
    page.locator("#plot").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = page.locator("#plot").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    before, there = page.evaluate(SIDE), cursor(page)
    page.mouse.wheel(0, -300)
    until(page, f"{SIDE} > {1.5 * before}")
    page.mouse.move(box["x"] + 31, box["y"] + 31)
    assert cursor(page) == there  # what was pointed at stays where it is
    corner = "document.querySelector('.cursor').getBoundingClientRect().left"
    left = page.evaluate(corner)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 150, steps=5)
    page.mouse.up()
    assert page.url.endswith("map.html")  # a drag follows no link
    page.mouse.move(box["x"] + 31, box["y"] + 31)
    assert cursor(page) != there or page.evaluate(corner) != left
    page.get_by_role("button", name="All of it").click()
    until(page, f"Math.abs({SIDE} - {before}) < 1")


def test_a_click_follows_the_filter_that_is_pointed_at(visit):
    page = visit("map.html")
    shown(page)
    box = page.locator("#plot").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    href = page.locator(".cursor").get_attribute("href")
    assert href.endswith(page.locator("#here b").inner_text() + ".html")
    page.mouse.click(box["x"] + 100, box["y"] + 100)
    page.wait_for_url(f"**/{href.removeprefix('./')}")


def test_keys_go_from_filter_to_filter(visit):
    page = visit("block3_conv1/map.html")
    shown(page)
    rows = page.locator("#plot").get_attribute("data-cells").split()
    columns = int(page.locator("#plot").get_attribute("data-columns"))
    page.locator(".cursor").focus()
    for key, place in [("ArrowRight", 1), ("ArrowDown", 1 + columns), ("ArrowLeft", columns), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        assert cursor(page) == rows[place]
    page.keyboard.press("ArrowLeft")  # the map ends here
    assert cursor(page) == rows[0]
    before = page.evaluate(SIDE)
    page.keyboard.press("+")
    until(page, f"{SIDE} > {before}")
    page.keyboard.press("0")
    until(page, f"Math.abs({SIDE} - {before}) < 1")
    assert page.locator(".cursor").get_attribute("aria-label").startswith(f"block3_conv1/{rows[0]}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/block3_conv1/{rows[0]}.html")


def test_two_fingers_enlarge_and_a_tap_follows_only_what_a_finger_can_hit(chromium, site):
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/map.html")
    shown(page)
    page.locator("#plot").scroll_into_view_if_needed()
    box = page.locator("#plot").bounding_box()
    before = page.evaluate(SIDE)
    fingers = context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind, apart):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for apart in (40, 60, 80):
        touch("touchMove", apart)
    touch("touchEnd", 0)
    until(page, f"{SIDE} > {2 * before}")
    href = page.evaluate("document.querySelector('.cursor').getAttribute('href')")
    page.touchscreen.tap(x, y)
    page.wait_for_url("**/block*_conv*/*.html")
    assert href is not None
    context.close()


def test_a_filters_page_leads_to_its_cell(visit):
    page = visit("block3_conv1/7.html")
    page.get_by_role("link", name="of block3_conv1").click()
    page.wait_for_url("**/block3_conv1/map.html#7")
    shown(page)
    assert cursor(page) == "7"
    assert page.evaluate(SIDE) >= 48
    page.go_back()
    page.get_by_role("link", name="of the network").click()
    page.wait_for_url("**/map.html#block3_conv1/7")
    shown(page)
    assert page.locator(".cursor").get_attribute("href").endswith("/block3_conv1/7.html")
    region = page.locator("#regions a").first
    if region.count():
        region.click()
        wanted = f"./{region.get_attribute('href')[1:]}.html"  # the map follows the address a moment later
        until(page, "wanted => document.querySelector('.cursor').getAttribute('href') === wanted", wanted)


def test_one_layer_stands_out_and_layers_have_shades(visit):
    page = visit("map.html?show=depth")
    shown(page)
    shades = drawn(page)
    page.get_by_role("combobox", name="Layer").select_option("block5_conv3")
    page.wait_for_timeout(200)
    assert drawn(page).std() != pytest.approx(shades.std(), rel=0.05)


@pytest.mark.parametrize("address", ["map.html", "block3_conv1/map.html"])
def test_without_scripts_it_is_a_table_of_links(visit, address):
    page = visit(address, scripts=False)
    assert not page.locator("#plot").is_visible()
    links = page.locator(".cells a")
    assert links.count() == (158 if address == "map.html" else 12)
    href = links.nth(5).get_attribute("href")
    links.nth(5).click()
    page.wait_for_url(f"**/{href}")


def test_the_table_can_be_asked_for(visit):
    page = visit("map.html")
    assert page.locator(".cells a").count() == 0
    page.get_by_role("button", name="Show the table").click()
    assert page.locator(".cells a").count() == 158


def test_light_colours_are_drawn_anew(visit):
    page = visit("map.html", dark=True)  # its last cells are empty
    shown(page)
    assert drawn(page)[-3:, -3:].mean() < 80
    page.get_by_role("button", name="Use light colours").click()
    page.wait_for_timeout(200)
    assert drawn(page)[-3:, -3:].mean() > 200

"""The controls of a block page and its sheets, in a real browser."""

import re

import pytest

from tests.browser.waiting import until
from tests.documents import document


def numbers(page, layer="block5_conv3"):
    return page.eval_on_selector_all(
        f"#{layer} .card:not([hidden]) b", "found => found.map(e => Number(e.textContent))"
    )


def shown(page, said):
    until(page, "said => document.getElementById('shown').textContent === said", arg=said)


def settled(page):
    """Every layer is in its order: those out of view get it a moment after the others and are busy until then."""
    until(page, "document.getElementById('shown').textContent && !document.querySelector('[aria-busy]')")


def test_sorts_and_keeps_the_view_in_its_address(visit):
    page = visit("block5.html")
    assert numbers(page) == list(range(14))
    page.select_option("[name=sort]", "ratio")
    until(page, "document.querySelector('#block5_conv3 .card b').textContent !== '0'")
    ratios = page.eval_on_selector_all(
        "#block5_conv3 .who small:last-child", "found => found.map(e => parseFloat(e.textContent))"
    )
    assert ratios == sorted(ratios, reverse=True)
    assert page.url.endswith("block5.html?sort=ratio")
    order = numbers(page)
    page.reload()
    until(page, "document.querySelector('#block5_conv3 .card b').textContent !== '0'")
    assert numbers(page) == order
    page.select_option("[name=sort]", "number")
    until(page, "document.querySelector('#block5_conv3 .card b').textContent === '0'")  # layers out of view come later
    assert numbers(page) == list(range(14))
    assert page.url.endswith("block5.html")


def test_finds_a_label_in_either_form_of_unicode(visit):
    page = visit("block5.html?sort=label")
    settled(page)
    page.evaluate("() => { window.atlasCards.labels[0] = 'Cafe\u0301'; }")
    page.get_by_label("Find").fill("caf\u00e9")
    until(page, "/^[1-9]\\d* of /.test(document.getElementById('shown').textContent)")
    page.get_by_label("Find").fill("cafes")
    shown(page, "0 of 38")


ORDERS = ["similarity", "hue", "colour", "ratio", "patches", "selectivity", "density", "often", "label"]


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_keeps_every_filter(visit, order):
    page = visit(f"block5.html?sort={order}")
    assert page.input_value("[name=sort]") == order
    settled(page)
    wanted = page.evaluate("order => atlasCards.layers.block5_conv3.orders[order]", order)
    assert numbers(page) == wanted
    assert sorted(wanted) == list(range(14))


def test_rarely_excited_filters_come_first(visit):
    page = visit("block5.html?sort=density")
    settled(page)
    assert numbers(page) == list(range(13, -1, -1))  # the made-up ones are excited less and less


def test_finds_by_label_number_and_flag(visit, site):
    page = visit("block5.html")
    page.fill("[name=q]", "sunflowers")
    until(page, "/ of 38/.test(document.getElementById('shown').textContent)")
    records = document(site, "block5_conv3")["filters"]
    having = [n for n, own in enumerate(records) if any(patch["label"] == "sunflowers" for patch in own["patches"])]
    assert 0 < len(having) < 14
    assert numbers(page) == having
    page.fill("[name=q]", "13")
    shown(page, "1 of 38")
    assert numbers(page) == [13]
    assert numbers(page, "block5_conv1") == []
    assert page.get_by_text("No filter of this layer fits.").first.is_visible()
    page.fill("[name=q]", "fragile 9")
    shown(page, "3 of 38")
    assert numbers(page) == [9]


def test_filters_by_flag_and_label_and_forgets_on_reset(visit):
    page = visit("block5.html?flag=below+natural")
    shown(page, "4 of 38")
    assert numbers(page) == [6, 13]
    page.get_by_label("Sort by").focus()
    until(page, "document.querySelector('[name=label]').options.length > 1")
    page.select_option("[name=flag]", "")
    page.select_option("[name=label]", "okapi")
    until(page, "/ of 38/.test(document.getElementById('shown').textContent)")
    assert page.url.endswith("block5.html?label=okapi")
    found = numbers(page)
    page.reload()
    until(page, "/ of 38/.test(document.getElementById('shown').textContent)")
    assert page.input_value("[name=label]") == "okapi"
    assert numbers(page) == found
    page.get_by_role("button", name="Reset").click()
    shown(page, "38 filters")
    assert page.url.endswith("block5.html")


def test_an_address_with_nonsense_is_the_plain_page(visit):
    page = visit("block5.html?sort=<script>&show=x&size=99&q=&flag=%22&label=x")
    shown(page, "38 filters")
    assert numbers(page) == list(range(14))


@pytest.mark.parametrize(("show", "seen"), [("textures", ".texture"), ("neurons", ".mat"), ("patches", ".strip")])
def test_shows_what_is_asked_for(visit, show, seen):
    page = visit(f"block5.html?show={show}")
    until(page, "!document.querySelector('.cards > .card').querySelector('noscript')")  # the first card is filled
    card = page.locator(".card").first
    for part in (".texture", ".mat", ".strip"):
        assert card.locator(part).is_visible() == (part == seen)
    assert card.locator(".who").is_visible()


def test_telling_filters_come_first_unless_the_address_asks_for_something(visit):
    page = visit("block5.html")
    assert page.locator(".telling > li").count() == 12
    assert page.locator("#telling").is_visible()
    page.select_option("[name=show]", "patches")
    assert page.locator("#telling").is_visible()  # the controls stay where they are
    page = visit("block5.html?show=patches")
    assert not page.locator("#telling").is_visible()
    page = visit("block5.html")
    first = page.locator(".telling a").first
    until(page, "document.querySelector('.telling .mat img').naturalWidth > 0")
    boxes = [first.locator(part).bounding_box() for part in (".mat", ".patch")]
    for side in ("width", "height", "y"):
        assert boxes[0][side] == pytest.approx(boxes[1][side], abs=1)


def test_pictures_are_made_when_their_card_comes_near(visit):
    page = visit("block5.html", width=390)
    first, last = page.locator("#block5_conv1 .card").first, page.locator("#block5_conv3 .card").last
    first.scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('#block5_conv1 .card:first-child img').length === 5")
    assert last.locator("img").count() == 0
    height = last.bounding_box()["height"]
    last.scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('#block5_conv3 .card:last-child img').length === 5")
    assert last.bounding_box()["height"] == height


def test_all_pictures_are_printed(visit):
    page = visit("block5.html")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".card noscript").count() == 0
    assert page.locator(".card .texture").count() == 38


def test_a_card_that_comes_near_later_shows_what_is_asked_for(visit):
    page = visit("block5.html?show=gradient", width=390)
    until(page, "window.atlasCards && document.getElementById('shown').textContent")
    page.locator("#block5_conv3 .card").last.scroll_into_view_if_needed()
    page.wait_for_selector("#block5_conv3 .card:last-child .strip img[src*='-gradient-']")


@pytest.mark.parametrize("address", ["block5.html#block5_conv3", "block5.html?show=patches#block5_conv3"])
def test_an_address_leads_to_its_layer(visit, address):
    page = visit(address, width=390)
    settled(page)
    until(page, "Math.abs(document.getElementById('block5_conv3').getBoundingClientRect().top) < 100")


@pytest.mark.parametrize("kind", ["deconvnet", "gradient"])
def test_projections_take_the_place_of_the_patches(visit, kind):
    page = visit(f"block5.html?show={kind}")
    strip = page.locator("#block5_conv1 .card").first.locator(".strip img").first
    page.wait_for_selector(f"#block5_conv1 .card:first-child .strip img[src*='-{kind}-']")
    strip.scroll_into_view_if_needed()
    until(
        page, "[...document.querySelectorAll('#block5_conv1 .card:first-child .strip img')].every(i => i.naturalWidth)"
    )
    page.select_option("[name=show]", "all")
    page.wait_for_selector("#block5_conv1 .card:first-child .strip img[src*='-patches-']")


def test_frames_show_the_receptive_field(visit):
    page = visit("block5.html")
    page.locator("#block5_conv1 .card").first.scroll_into_view_if_needed()
    page.wait_for_selector(".frames")
    path = page.locator("#block5_conv1 .card").first.locator(".frames .over").get_attribute("d")
    assert path.count("M") == 9
    assert path.startswith("M33 33h132v132h-132z")


@pytest.mark.parametrize("width", [390, 1280])
def test_deep_neuron_pictures_have_the_room_of_four_patches(visit, width):
    """Whole: nothing of a picture is outside of its card or below another picture."""
    page = visit("block5.html", width=width)
    page.locator("#block5_conv1 .card").first.scroll_into_view_if_needed()
    page.wait_for_selector("#block5_conv1 .card:first-child .frames")
    card, neuron, texture, strip, who = (
        page.locator(f"#block5_conv1 .card:first-child{part}").bounding_box()
        for part in ("", " .mat img", " .texture", " .strip", " .who")
    )
    assert neuron["width"] == pytest.approx(neuron["height"], abs=1)
    assert neuron["width"] > 130
    assert neuron["width"] == pytest.approx(strip["width"] * 2 / 3, rel=0.03)
    assert neuron["x"] + neuron["width"] < strip["x"]
    assert neuron["y"] + neuron["height"] <= texture["y"] + 1
    assert texture["x"] + texture["width"] <= who["x"] + 1
    for own in (neuron, texture, strip, who):
        assert own["y"] + own["height"] <= card["y"] + card["height"] + 1


def test_early_neuron_pictures_keep_the_scale_of_patches(visit):
    page = visit("block1.html")
    page.locator("#block1_conv1 .card").first.scroll_into_view_if_needed()
    page.wait_for_selector("#block1_conv1 .card:first-child .strip")
    neuron, strip = (
        page.locator(f"#block1_conv1 .card:first-child {part}").bounding_box() for part in (".mat img", ".strip")
    )
    layer = page.locator("#block1_conv1")
    field, tile = (int(layer.get_attribute(f"data-{name}")) for name in ("field", "tile"))
    assert field < tile
    assert neuron["width"] == pytest.approx(strip["width"] / 3 * field / tile, rel=0.05)


def test_a_cell_of_the_sheet_leads_to_its_filter(visit):
    page = visit("block5.html?sort=density")  # the cards are sorted, the sheet is not
    shown(page, "38 filters")
    sheet = page.locator("#block5_conv3 .sheet a").first
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["width"] * 0.4)  # 4 columns: row 1, column 2
    page.wait_for_url("**/block5_conv3/6.html")


@pytest.mark.parametrize(("kind", "file"), [("textures", ""), ("neuron pictures", "neurons-")])
def test_the_sheets_can_be_looked_at_from_near(visit, kind, file):
    page = visit("block5.html")
    page.get_by_role("button", name=f"Zoom into the {kind} of block5_conv3").click()
    near = page.get_by_role("dialog", name=f"{kind.capitalize()} of block5_conv3")
    picture = near.locator(".pane img")
    until(page, "document.querySelector('.zoom .pane img').style.width")
    before = picture.bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    until(page, "before => document.querySelector('.zoom .pane img').offsetWidth > 2 * before", arg=before)
    download = near.get_by_role("link", name="Download the sheet")
    assert re.search(rf"sheets/block5_conv3-{file}\w+\.avif$", download.get_attribute("href"))
    page.keyboard.press("0")
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["width"] * 0.4)
    page.wait_for_url("**/block5_conv3/6.html")

"""The climb on a filter's page: by slider, by key, by playing, and without a script."""

import pytest

from tests.browser.waiting import until

ADDRESS = "block3_conv1/3.html"  # frames of 64 pixels and of 24


def told(page):
    return page.locator(".told").first.inner_text().split()


def shown(page):
    """The frame that is large, and the marked one of the row."""
    film = page.locator("[data-film]").first
    box = film.locator(":scope > svg.patch").get_attribute("viewBox").split()
    row = film.locator("li").evaluate_all("all => all.map(own => own.classList.contains('shown')).indexOf(true)")
    return int(box[0]) // int(box[2]), row


def test_keys_go_through_the_frames(visit):
    page = visit(ADDRESS)
    slider = page.get_by_role("slider", name="Neuron picture: frame of its climb")
    assert shown(page) == (5, 5)
    assert told(page) == ["step", "10,", "activation", "333"]
    slider.focus()
    page.keyboard.press("Home")
    assert shown(page) == (0, 0)
    assert slider.get_attribute("aria-valuetext") == "noise: activation 0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert shown(page) == (2, 2)
    assert told(page) == ["step", "2,", "activation", "66.6"]
    assert page.url.endswith(ADDRESS)  # the keys of the page are not the slider's
    page.get_by_role("slider", name="Texture: frame of its climb").press("ArrowLeft")
    assert shown(page) == (2, 2)  # each film has its own


def test_a_click_on_a_frame_shows_it(visit):
    page = visit(ADDRESS)
    page.locator("[data-film] li").nth(3).click()
    assert shown(page) == (3, 3)
    assert page.get_by_role("slider").first.input_value() == "3"


def test_it_plays_to_the_picture_and_stops(chromium, site):
    context = chromium.new_context(reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{ADDRESS}")
    button = page.get_by_role("button", name="Play").first
    button.click()
    assert shown(page) == (0, 0)
    until(page, "document.querySelector('.play').textContent === 'Play'")
    assert shown(page) == (5, 5)
    button.click()
    page.get_by_role("button", name="Stop").click()
    assert shown(page)[0] < 5
    context.close()


def test_nothing_plays_for_those_who_want_less_motion(visit):
    page = visit(ADDRESS)
    assert page.locator(".play").count() == 2
    assert page.get_by_role("button", name="Play").count() == 0
    page.emulate_media(reduced_motion="no-preference")
    until(page, "[...document.querySelectorAll('.play')].every(own => !own.hidden)")
    assert page.get_by_role("button", name="Play").count() == 2


@pytest.mark.parametrize("width", [320, 1280])
def test_without_a_script_there_are_rows_of_frames(visit, width):
    page = visit(ADDRESS, width=width, scripts=False)
    assert page.get_by_role("slider").count() == 0
    assert page.locator(".film ol").count() == 2
    for row in page.locator(".film ol").all():
        boxes = [frame.bounding_box() for frame in row.locator("svg").all()]
        assert len(boxes) == 6
        assert len({round(box["y"]) for box in boxes}) == 1
        assert min(box["width"] for box in boxes) > 38
    assert page.locator(".film li").first.inner_text().split() == ["noise", "0"]

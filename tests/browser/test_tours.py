"""A guided tour in a real browser."""


def test_from_home_through_a_tour_by_key_to_the_next(visit):
    page = visit("index.html")
    page.get_by_role("link", name="Textures").click()
    page.wait_for_url("**/tour-textures.html")
    stops = page.locator(".stop").count()
    assert stops >= 3
    for number in range(1, stops + 1):
        page.keyboard.press("j" if number % 2 else "ArrowRight")
        page.wait_for_url(f"**/tour-textures.html#stop-{number}")
        assert page.locator(f"#stop-{number} h2").evaluate("e => e === document.activeElement")
    page.keyboard.press("k")
    page.wait_for_url(f"**/tour-textures.html#stop-{stops - 1}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/tour-textures.html#stop-{stops}")
    page.keyboard.press("j")
    page.wait_for_url("**/tour-parts.html")
    page.locator("#stop-1").get_by_role("link", name="All about").click()
    page.wait_for_selector("article.filter")


def test_stops_are_links_without_scripts(visit):
    page = visit("tour-parts.html", scripts=False)
    page.locator("#stop-1").get_by_role("link", name="Next stop").click()
    page.wait_for_url("**/tour-parts.html#stop-2")
    assert page.locator("#stop-2 .patch").count() == 9

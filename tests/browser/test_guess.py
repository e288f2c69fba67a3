"""A game of "guess the filter" in a real browser."""

import pytest

from tests.browser.waiting import until


def question(page, number):
    until(page, "n => document.getElementById('round')?.textContent.includes(`Question ${n} of`)", arg=number)


@pytest.mark.parametrize(("hints", "seen"), [("images", ".hints img"), ("patches", ".hints svg")])
def test_ten_questions_by_key_and_the_score_is_kept(visit, hints, seen):
    page = visit(f"guess.html?seed=4&hints={hints}&layer=block5_conv3")
    right = 0
    for number in range(1, 11):
        question(page, number)
        assert page.locator(seen).count() == (2 if hints == "images" else 9)
        assert page.locator(".choice").count() == 2
        page.keyboard.press("1" if number % 2 else "2")
        page.wait_for_selector("#verdict button")
        values = [float(text.split()[-1]) for text in page.locator(".choice b").all_inner_texts()]
        chosen, other = values if number % 2 else values[::-1]
        right += chosen > other
        assert page.locator("#verdict b").inner_text().strip() == ("Right." if chosen > other else "No, the other one.")
        assert page.evaluate("document.activeElement.closest('#verdict') !== null")
        page.keyboard.press("Enter")
    page.wait_for_selector("#game > .verdict:not([id])")
    assert page.locator("#game").inner_text().startswith(f"{right} of 10 right")
    assert 0 < right < 10
    page.reload()
    page.wait_for_selector(".own dd")
    assert page.locator(".own dd").inner_text().strip() == f"{10 * right} %"
    assert "92 %" in page.locator("#score").inner_text()
    assert "82 %" in page.locator("#score").inner_text()
    assert f"{right} of 10 right" in page.locator("#score table").inner_text()
    page.get_by_role("button", name="Forget my score").click()
    assert page.locator(".own").count() == 0


def test_the_same_seed_is_the_same_game(visit):
    def first(seed):
        page = visit(f"guess.html?seed={seed}")
        question(page, 1)
        return page.locator("#game").inner_html()

    assert first(7) == first(7)
    assert first(7) != first(8)


def test_what_is_played_is_in_the_address(visit):
    page = visit("guess.html?layer=nonsense&hints=x&pair=y")
    question(page, 1)
    page.get_by_label("Layer").select_option("block4_conv2")
    page.get_by_label("top patches").check()
    page.get_by_label("Photographs").select_option("close")
    until(page, "document.getElementById('round').textContent.includes('block4_conv2')")
    assert page.url.endswith("?layer=block4_conv2&hints=patches&pair=close")
    page.reload()
    question(page, 1)
    assert "block4_conv2" in page.locator("#round").inner_text()
    page.locator(".choice").first.click()
    values = sorted(float(text.split()[-1]) for text in page.locator(".choice b").all_inner_texts())
    assert values == [60.0, 90.0]  # the made-up 50th and 90th percentile
    assert "block4_conv2/" in page.locator("#verdict a").inner_text()


def test_without_scripts_it_says_what_it_needs(visit):
    page = visit("guess.html", scripts=False)
    assert page.get_by_text("draws its questions with JavaScript").is_visible()
    assert not page.locator("#guess-settings").is_visible()
    assert page.get_by_role("heading", name="How the pairs are chosen").is_visible()

"""A smoke run in Firefox, from files: it keeps scripts, pictures and storage of file:// apart in its own way."""

import os
import shutil

import pytest

from tests.browser.firefox import started
from tests.browser.test_pages import PAGES


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    executable = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if executable is None:
        pytest.skip("Firefox is not installed (Debian: firefox-esr; or name it in FIREFOX)")
    with started(executable, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def visit(firefox, site):
    """Open a page of the site; nothing may go wrong on it unnoticed."""

    def open_page(address, width=1280):
        firefox.visit(f"{site.as_uri()}/{address}", width)
        return firefox.evaluate

    firefox.wrong.clear()
    yield open_page
    firefox.evaluate("new Promise(done => setTimeout(() => done(1), 100))")  # what has gone wrong until now is told
    assert firefox.wrong == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_every_kind_of_page(visit, site, address, width):
    evaluate = visit(address, width)
    assert evaluate("innerWidth") == width
    assert evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert evaluate("document.images.length") > 0 or address == "guess.html"
    assert evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length") == 0


def test_scripts_run_and_find_their_data_beside_the_page(visit):
    """Over file:// nothing may be fetched: what scripts need is a script itself."""
    evaluate = visit("block5.html")
    cards = "[...document.querySelectorAll('.card')].map(card => card.querySelector('a').href).join(' ')"
    before = evaluate(cards)
    evaluate(
        "(sort => { sort.selectedIndex = 2; sort.dispatchEvent(new Event('input', {bubbles: true})); })"
        "(document.querySelector('[name=sort]'))"
    )
    evaluate("new Promise(done => setTimeout(() => done(1), 500))")
    assert sorted(evaluate(cards).split()) == sorted(before.split())
    assert evaluate(cards) != before

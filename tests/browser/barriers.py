"""What axe-core finds wrong with a page: WCAG 2.2 A and AA, and good practice."""

import pytest

# light at a desktop's width, and dark at that of a small phone, where more has to scroll
LOOKS = pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 320)])


def barriers(page):
    """The rules that a page breaks, each with some of the elements; [] is what a test wants to see."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    options = {"resultTypes": ["violations"], "preload": False}  # it may not fetch the style sheets again
    found = axe.Axe().run(page, options=options).response["violations"]
    return [(rule["id"], rule["help"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]

"""The guide and the comparison of two atlases, in a real browser, from their files."""

import dataclasses
import io

import numpy as np
import pytest

from generator.network import sketches
from generator.site import rendering, theme
from generator.site.comparison import pages
from generator.store import keys, manifest
from generator.store.artifacts import Store
from tests import made
from tests.browser.barriers import LOOKS, barriers
from tests.browser.waiting import until

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [320, 390, 600, 768, 1280])
def test_guide_pages_fit_and_lead_to_each_other(visit, width):
    for name in theme.prose():
        page = visit(name.replace(".md", ".html"), width=width)
        assert page.evaluate(WIDE) <= 0, name
        assert page.locator(".guide a[aria-current]").count() == 1
        page.context.close()
    page = visit("start.html", width=width)
    page.get_by_role("navigation", name="Guide").get_by_text("Publishing").click()
    assert page.locator("h1").inner_text() == "Publishing"


@pytest.fixture(scope="module")
def site(tmp_path_factory):  # in place of the atlas of conftest.py, for `visit` opens what lies in it
    """A site with, below it, two atlases of made-up pictures and their comparison."""
    root = tmp_path_factory.mktemp("compared")
    before = manifest.load(made.make(root, (6, 6, 6)))
    layers = [dataclasses.replace(layer, digest="f" * 64) for layer in before.layers]
    store, numbers = Store(root / "store"), np.random.default_rng(0)
    both = {"site/before": before, "site/after": dataclasses.replace(before, layers=tuple(layers))}
    rendering.build(rendering.config_file(), next(root.glob("store/manifests/*")), store.root, root / "site")
    for name, each in both.items():
        path = manifest.path_for(store.root, root / name)
        manifest.save(each, path)
        rendering.build(rendering.config_file(), path, store.root, root / name)
        for layer in sketches.keys_of(each):
            file = io.BytesIO()
            np.save(file, numbers.normal(size=(6, 27)).astype(np.float32))
            inputs = keys.sketch(next(found.digest for found in each.layers if found.name == layer), layer)
            store.put(inputs, file.getvalue(), "npy", {}, {})
    pages.render(root / "site/before", root / "site/after", store.root, root / "site/comparison")
    return root / "site"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_comparison_shows_both_atlases_and_leads_to_them(visit, width, scripts):
    page = visit("comparison/index.html", width=width, scripts=scripts)
    assert not scripts or page.evaluate(WIDE) <= 0
    page.get_by_role("link", name="block1_conv2", exact=True).click()
    assert page.locator("h1").inner_text() == "block1_conv2"
    assert page.locator(".changed > li").count() == 6
    if scripts:
        assert page.evaluate(WIDE) <= 0
        loaded = "[...document.querySelectorAll('.changed > li:first-child img')].map(i => i.naturalWidth > 0)"
        page.locator(".changed > li:first-child").scroll_into_view_if_needed()
        until(page, f"{loaded}.every(Boolean)")
    page.locator(".changed > li").nth(2).get_by_role("link", name="after").click()
    assert "/after/block1_conv2/" in page.url


@pytest.mark.parametrize(
    "address", ["start.html", "settings.html", "look.html", "comparison/index.html", "comparison/block1_conv1.html"]
)
@LOOKS
def test_axe_finds_no_barrier(visit, address, dark, width):
    assert barriers(visit(address, dark=dark, width=width)) == []

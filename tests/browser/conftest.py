"""A real Chromium on a site of made-up pictures, opened from its files."""

import os
import shutil

import pytest

from generator.site import rendering
from tests import made

FEW = (12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 14)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """An atlas of 158 filters as files."""
    root = tmp_path_factory.mktemp("browser")
    manifest = made.make(root, FEW, films=True)
    rendering.build(rendering.config_file(), manifest, root / "store", root / "site")
    return root / "site"


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium is not installed (or name it in CHROMIUM)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """Open a page of the site: `visit("block1.html", width=390, dark=True)`; nothing may go wrong on it unnoticed."""
    contexts, wrong = [], []

    def open_page(address="index.html", *, width=1280, dark=False, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(f"{request.failure}: {request.url}"))
        page.on("request", lambda r: None if r.url.startswith(site.as_uri()) else wrong.append(f"outside: {r.url}"))
        page.goto(f"{site.as_uri()}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [what for what in wrong if not what.startswith("net::ERR_ABORTED")] == []  # a page left while it loads

"""What browsers show: paint, shifts, how long actions take, barriers, messages and requests."""

import functools
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from generator.site.server import Handler
from tests.browser import barriers as axe
from tests.browser.firefox import started
from tests.site_figures import say

AUDITED = ("index.html", "block5.html", "block5_conv3/8.html", "photographs.html?n=3", "map.html", "guess.html")
PAGES = (
    *AUDITED,
    "block1.html",
    "block1_conv1/3.html",
    "block3_conv1/17.html",
    "block5_conv3/map.html",
    "photographs.html",
    "tour-parts.html",
    "method.html",
    "look.html",
    "settings.html",
    "skipped.html",
    "404.html",
)
WIDTHS = (320, 390, 1280, 1920)


def those_of(site: Path, pages: tuple[str, ...]) -> list[str]:
    """The pages that a site has. Another network or a smaller atlas has not all of them."""
    return [page for page in pages if (site / page.partition("?")[0]).exists()]


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site at a loopback address, compressed as a static host would."""

    class Quiet(Handler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def looked_at(site: Path, address: str) -> None:
    """Paint and shift at a phone's width, without throttling, and how long three actions take."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        for name in those_of(site, AUDITED):
            page.goto(f"{address}/{name}")
            paint, moved = page.evaluate(PAINT)
            say(f"{name}: largest contentful paint, unthrottled", paint / 1000, 2.5, "s")
            say(f"{name}: layout shift", moved, 0)
        page.goto(f"{address}/block5.html")
        page.wait_for_timeout(1500)
        page.evaluate(CHANGE, ["sort", "hue"])  # the first also loads what the cards are sorted by
        page.wait_for_timeout(1500)
        page.select_option("[name=sort]", "number")
        for what, name, value in (("sort", "sort", "hue"), ("sift", "q", "dalmatian")):
            page.wait_for_timeout(1500)
            say(f"block5.html: {what} its cards, to the next frame", page.evaluate(CHANGE, [name, value]), 100, "ms")
        for name, there, limit in (
            ("map.html", "#plot[aria-busy=false]", 300),
            ("photographs.html?n=3", "#gallery .strongest a", 150),
        ):
            if those_of(site, (name,)):
                fresh = browser.new_page(viewport={"width": 390, "height": 844})
                fresh.add_init_script(UNTIL % json.dumps(there))
                fresh.goto(f"{address}/{name}")
                fresh.wait_for_function("window.thereAt")
                parsed, then = fresh.evaluate(READ)
                say(f"{name}: there, after the page is read ({parsed:.0f} ms)", then - parsed, limit, "ms")
                fresh.close()


def barriers(site: Path) -> None:
    """axe-core on every kind of page, light and dark, at all widths; pages wider than their window; broken pictures."""
    found: list[str] = []
    pages = those_of(site, PAGES)
    with chromium() as browser:
        for dark in (False, True):
            for width in WIDTHS:
                page = browser.new_page(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if dark else "light",
                    reduced_motion="reduce",
                )
                for name in pages:
                    page.goto(f"{site.as_uri()}/{name}")
                    page.wait_for_timeout(300)
                    found += [f"{name} {width} {rule}: {elements[0]}" for rule, _, elements in axe.barriers(page)]
                    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                        found.append(f"{name} {width}: wider than its window")
                    if page.evaluate("[...document.images].some(i => i.complete && !i.naturalWidth)"):
                        found.append(f"{name} {width}: a broken picture")
                page.close()
    tell(found)
    say(f"axe-core and layout: faults of {len(pages)} pages, 4 widths, 2 colours", len(found), 0)


def noise(site: Path, address: str) -> None:
    """Console messages and requests that leave the site, in both browsers, over file:// and http."""
    found: list[str] = []
    pages = those_of(site, PAGES)
    roots = (site.as_uri(), address)
    with chromium() as browser:
        for root in roots:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.on("console", lambda said: found.append(f"chromium: {said.text}"))
            page.on("pageerror", lambda error: found.append(f"chromium: {error}"))
            page.on("request", lambda asked: _outside(asked.url, roots, found))
            for name in pages:
                page.goto(f"{root}/{name}")
                page.mouse.wheel(0, 5000)
                page.wait_for_timeout(300)
            page.close()
    executable = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if executable is None:
        sys.stdout.write("Firefox: left out, it is not installed\n")
    else:
        with tempfile.TemporaryDirectory() as profile, started(executable, Path(profile)) as firefox:
            for root in roots:
                for name in pages:
                    firefox.visit(f"{root}/{name}", 1280)
                    firefox.evaluate("new Promise(done => setTimeout(() => done(1), 300))")
            found += [f"firefox: {said}" for said in firefox.wrong]
    tell(found)
    say(f"console messages, requests that fail or leave the site, {len(pages)} pages", len(found), 0)


def _outside(url: str, roots: tuple[str, ...], found: list[str]) -> None:
    if not url.startswith((*roots, "data:", "blob:")):
        found.append(f"chromium asks for {url}")


def tell(found: list[str]) -> None:
    """The first of some faults."""
    for fault in found[:10]:
        sys.stdout.write(f"  {fault}\n")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


PAINT = """() => new Promise(done => {
    let paint = 0, moved = 0;
    new PerformanceObserver(l => { paint = l.getEntries().at(-1).startTime; })
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver(l => l.getEntries().forEach(e => { moved += e.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([paint, moved]), 1500);
})"""
CHANGE = """([name, value]) => new Promise(done => {
    const field = document.querySelector(`[name=${name}]`);
    field.value = value;
    const start = performance.now();
    field.dispatchEvent(new Event("change", {bubbles: true}));
    field.dispatchEvent(new Event("input", {bubbles: true}));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
READ = "[performance.timing.domInteractive - performance.timing.navigationStart, thereAt]"
UNTIL = """(() => {
    const there = %s;
    const look = () => {
        if (document.querySelector(there)) { window.thereAt = performance.now(); return; }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""

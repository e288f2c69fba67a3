"""Everything that can be wrong with a built site and seen without a browser."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
EVENT = re.compile(r"on[a-z]+")
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong"}
NOT_PROSE = {"script", "style", "code", "pre", "noscript"}
AJAR = re.compile(r"\S*[a-z)]\.[A-Z][a-z]* \S*")  # two sentences without a space between them


class Page(HTMLParser):
    """What one page refers to, and what is wrong within it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []  # what a reader may follow
        self.loads: list[str] = []  # what the page itself loads
        self.wrong: list[str] = []
        self.text: list[str] = []
        self.prose: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        if self._open:
            self.wrong.append(f"never closed: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._add(tag, given)
        if tag not in INLINE:
            self.prose.append("\n")
        if tag not in VOID:
            self._open.append(tag)
        if len(given) != len(attrs):
            self.wrong.append(f"an attribute twice: {self.get_starttag_text()}")
        if "style" in given or tag == "style" or (tag == "script" and "src" not in given):
            self.wrong.append(f"against the content security policy: {self.get_starttag_text()}")
        self.wrong += [f"an event handler: {self.get_starttag_text()}" for name in given if EVENT.fullmatch(name)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()} closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if not NOT_PROSE.intersection(self._open):
            self.prose.append(data)

    def _add(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif tag in ("img", "script"):
            self.loads.append(given["src"])
        elif tag in ("link", "image"):
            self.loads.append(given["href"])
        elif tag == "source":
            self.loads += [one.split()[0] for one in given["srcset"].split(",")]
        elif tag == "use":
            self.links.append(given["href"])
        if tag == "img" and not {"alt", "width", "height"} <= set(given):
            self.wrong.append(f"an image without alt or size: {self.get_starttag_text()}")
        self.links += [f"#{name}" for name in given.get("aria-labelledby", "").split()]


def problems(site: Path) -> list[str]:
    """What is wrong with the pages below a folder, one line each; [] is what a test wants to see."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site.resolve())}: {what}"
        for path, page in pages.items()
        for what in _of(path, page, pages, site)
    ]


def _of(path: Path, page: Page, pages: dict[Path, Page], site: Path) -> Iterator[str]:
    yield from page.wrong
    yield from (f"no space between sentences: {found}" for found in AJAR.findall("".join(page.prose)))
    yield from (f"id {name} twice" for name in set(page.ids) if page.ids.count(name) > 1)
    for address in page.links + page.loads:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            yield f"leads out of the site: {address}"
            continue
        file = unquote(parts.path)
        target = (
            path if not file else site.resolve() / file[1:] if file.startswith("/") else (path.parent / file).resolve()
        )
        if not target.is_file() or not target.is_relative_to(site.resolve()):
            yield f"leads nowhere: {address}"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            yield f"leads to no such place: {address}"

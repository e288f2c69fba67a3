"""The pages of the site: their addresses, their templates, and the records that each of them shows."""

# ruff: noqa: RUF001 - pages have typographic apostrophes and multiplication signs

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from generator.site.pages import depths
from generator.site.pages.tours import Tour
from generator.site.pages.wording import listing, plural, top_labels
from generator.site.records import Atlas, Block, Filter, Section

SHOWN = 6  # textures per layer on the map of the network


@dataclass(frozen=True)
class View:
    """One generated page."""

    uri: str  # within the site, without its suffix
    template: str
    title: str
    description: str  # one sentence for search engines and link previews
    records: dict[str, Any] = field(default_factory=dict)  # the template's variables besides the atlas


def views(atlas: Atlas, tours: tuple[Tour, ...] = ()) -> Iterator[View]:
    """All generated pages: home, the tours, the game, the files left out, the blocks, and every chosen filter."""
    chosen = sum(len(section.filters) for section in atlas.sections)
    yield View(
        "index",
        "home.html",
        "",
        f"What {plural(chosen, 'filter')} of {atlas.network.name} respond to: images from gradient ascent beside real "
        "photographs.",
        {"thumbnails": {section.layer.name: thumbnails(section) for section in atlas.sections}, "tours": tours},
    )
    for place, tour in enumerate(tours):
        yield View(tour.name, "tour.html", tour.title, tour.description, {"tour": tour} | neighbours(tours, place))
    yield View(
        "guess",
        "guess.html",
        "Guess the filter",
        f"A game: from what a filter of {atlas.network.name} looks for, tell which of two photographs excites it more.",
    )
    if atlas.corpus and atlas.corpus.skipped:
        count = plural(len(atlas.corpus.skipped), "file")
        yield View("skipped", "skipped.html", "Files left out", f"{count} among the photographs left out, and why.")
    known = [{this.index: this for this in section.filters} for section in atlas.sections]
    for place, block in enumerate(atlas.blocks):
        yield _block(place, atlas)
        for section in block.sections:
            yield from _filters(block, section, known, atlas)


def _block(place: int, atlas: Atlas) -> View:
    block = atlas.blocks[place]
    fields = depths.fields(block)
    return View(
        block.name,
        "block.html",
        f"Block {block.number}",
        f"The filters of {atlas.network.name}’s block {block.number}, whose units see {fields}: images and patches.",
        {"block": block} | neighbours(atlas.blocks, place),
    )


def _filters(block: Block, section: Section, known: list[dict[int, Filter]], atlas: Atlas) -> Iterator[View]:
    """The pages of a layer's filters. `known`: of each layer, by its depth, the filters that have pages."""
    depth = section.layer.depth
    layers = [own.layer for own in atlas.sections]
    around = {
        "own": known[depth],
        "below": known[depth - 1] if depth else {},
        "above": known[depth + 1] if depth + 1 < len(known) else {},
        "below_layer": layers[depth - 1] if depth else None,
        "above_layer": layers[depth + 1] if depth + 1 < len(layers) else None,
    }
    for place, this in enumerate(section.filters):
        labels = [label for label, _ in top_labels(this.patches)[:3]]
        found = f"; its top patches are labelled {listing(labels)}" if labels else ""
        yield View(
            this.id,
            "filter.html",
            this.id,
            f"What filter {this.index} of {atlas.network.name}’s {section.layer.name} responds to{found}.",
            {"block": block, "section": section, "filter": this} | neighbours(section.filters, place) | around,
        )


def neighbours(records: Sequence[Any], place: int) -> dict[str, Any]:
    """The records before and after one of them, for links from its page; None at either end."""
    return {
        "before": records[place - 1] if place else None,
        "after": records[place + 1] if place + 1 < len(records) else None,
    }


def sitemap(addresses: Iterable[str]) -> str:
    """A sitemap (sitemaps.org, protocol 0.9) of these absolute addresses, without dates, which builds do not know."""
    entries = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{entries}</urlset>\n"


def thumbnails(section: Section) -> list[Any]:
    """A few filters of a layer that have a texture, evenly spread over its indices."""
    there = [this for this in section.filters if this.texture]
    return [there[place * len(there) // SHOWN] for place in range(SHOWN)] if len(there) > SHOWN else there

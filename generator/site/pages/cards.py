"""The data for the controls of a block page: orders, labels, flags and projections of its cards, as a script per block.

A page loads the script when its controls are first used, so that the page itself stays small.
"""

# ruff: noqa: ARG001 - the keys of all orders have the same arguments

from collections.abc import Callable, Mapping
from typing import Any

from generator.site.pages import names, response_order
from generator.site.pages.appearance import Look
from generator.site.pages.images import WebPicture
from generator.site.pages.scorecard import flag_names
from generator.site.pages.scripts import script as as_script
from generator.site.pages.wording import ratio, top_labels
from generator.site.records import Block, Filter, Section

GREY = 6  # of 100: below this colourfulness, a texture has no hue
LOOSE = 25  # of 100: below this agreement, its lines have no direction
PROJECTIONS = ("deconvnet", "gradient")

Key = Callable[[Filter, Look | None], Any]  # the value by which an order sorts, ascending; None: last


def _ratio(this: Filter, look: Look | None) -> float | None:
    value = ratio(this)
    return None if value is None else -value


def _selectivity(this: Filter, look: Look | None) -> tuple[int, int] | None:
    measures = this.measures
    return (measures["channel"].rank, measures["neuron"].rank) if measures else None


def _path(this: Filter, look: Look | None) -> float | None:
    return this.measures["neuron"].path if this.measures else None


def _contrast(this: Filter, look: Look | None) -> float | None:
    value = this.measures["neuron"].contrast if this.measures else None
    return None if value is None else -value


def density(this: Filter) -> tuple[float, float] | None:
    """The share of photographs that excite a filter at all, and of those that reach half of its highest activation."""
    evidence = this.evidence
    if evidence is None:
        return None
    strong = sum(bar.photographs for bar in evidence.histogram if bar.low >= evidence.maximum / 2)
    return evidence.active / evidence.photographs, strong / evidence.photographs


def _often(this: Filter, look: Look | None) -> int | None:
    labels = top_labels(this.patches)
    return -labels[0][1] if labels else None


def _label(this: Filter, look: Look | None) -> tuple[str, int] | None:
    labels = top_labels(this.patches)
    return (labels[0][0].lower(), -labels[0][1]) if labels and labels[0][1] > 1 else None


ORDERS: dict[str, tuple[str, Key | None]] = {
    "similarity": ("similarity of response", None),  # no key: the order depends on all filters together
    "hue": ("hue", lambda _, look: look.hue if look and look.colour >= GREY else None),
    "colour": ("colourfulness", lambda _, look: -look.colour if look else None),
    "direction": ("orientation of lines", lambda _, look: look.direction if look and look.lines >= LOOSE else None),
    "ratio": ("ratio, ascent ahead", _ratio),
    "patches": ("ratio, photographs ahead", lambda this, _: ratio(this)),
    "selectivity": ("selectivity of pictures", _selectivity),
    "path": ("natural path, furthest off first", _path),
    "contrast": ("contrast, loudest first", _contrast),
    "density": ("density, rarest first", lambda this, _: density(this)),
    "often": ("one label in most patches", _often),
    "label": ("label, A to Z", _label),
}


def order(name: str, filters: tuple[Filter, ...], looks: Mapping[int, Look]) -> list[int]:
    """The places of the filters in an order, those without a key last; [] if no filter has a key."""
    sort_by = ORDERS[name][1]
    if sort_by is None:
        return response_order.order(filters)
    keys = [sort_by(this, looks.get(this.index)) for this in filters]
    known = [place for place, key in enumerate(keys) if key is not None]
    unknown = [place for place, key in enumerate(keys) if key is None]
    return sorted(known, key=lambda place: keys[place]) + unknown if known else []


def orders(block: Block, looks: Mapping[str, Mapping[int, Look]]) -> list[tuple[str, str]]:
    """(name, title) of the orders that are available on this block's page."""
    return [
        (name, title)
        for name, (title, _) in ORDERS.items()
        if any(order(name, section.filters, looks[section.layer.name]) for section in block.sections)
    ]


def flags(block: Block) -> list[str]:
    """The flags of all filters of the block."""
    return list(dict.fromkeys(flag for s in block.sections for this in s.filters for flag in flag_names(this)))


def projections(block: Block) -> list[str]:
    """The kinds of projections that any filter of the block has."""
    return [kind for kind in PROJECTIONS if any(getattr(f, kind) for s in block.sections for f in s.filters)]


def script(block: Block, looks: Mapping[str, Mapping[int, Look]], web: Mapping[str, WebPicture]) -> str:
    """`atlasCards = {labels, flags, layers}`; for each layer, see `_layer`."""
    labels: dict[str, int] = {}
    known = flags(block)
    shown = [section for section in block.sections if section.filters]
    layers = {names.mark(s.layer.name): _layer(s, looks[s.layer.name], web, labels, known) for s in shown}
    return as_script("atlasCards", {"labels": list(labels), "flags": known, "layers": layers})


def _layer(
    section: Section, looks: Mapping[int, Look], web: Mapping[str, WebPicture], labels: dict[str, int], known: list[str]
) -> dict[str, Any]:
    """Numbers, labels, flags and projections' files of the cards in their order, and the orders as lists of places."""
    found: dict[str, Any] = {
        "numbers": [this.index for this in section.filters],
        "labels": [
            [labels.setdefault(label, len(labels)) for label, _ in top_labels(this.patches)] for this in section.filters
        ],
        "flags": [[known.index(flag) for flag in flag_names(this)] for this in section.filters],
        "orders": {name: places for name in ORDERS if (places := order(name, section.filters, looks))},
    }
    for kind in PROJECTIONS:
        pictures = [getattr(this, kind) for this in section.filters]
        found[kind] = [web[picture.key].tail if picture else "" for picture in pictures]
    return found

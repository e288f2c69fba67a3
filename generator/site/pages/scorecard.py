"""The measures of a filter's pictures as a page shows them: a name, both values, and a sentence on what they mean."""

# ruff: noqa: RUF001 - pages have typographic apostrophes and multiplication signs

from collections.abc import Callable, Sequence

from generator.measures import record
from generator.measures.record import Flag, Measures, Unit
from generator.network.geometry import Layer
from generator.site.pages.wording import figure
from generator.site.records import Filter

FLAGS: dict[Flag, str] = {
    "dead": "dead: no photograph excites this filter, and gradient ascent did not either",
    "below natural": "below natural: photographs excite the filter more than this picture does",
    "fragile": "fragile: small shifts, rotations or JPEG cost more than half of its activation",
    "off the natural path": "off the natural path: it excites the layers below in another order than the filter’s "
    "photographs do",
}

EVEN = (
    "Texture of one even colour: the filter answers to that colour wherever it looks, and no pattern that the ascent "
    "found raises the mean of its map as far."
)

UNITS: dict[Unit, Callable[[float], str]] = {
    "activation": figure,
    "times": lambda value: f"{figure(value)} ×",
    "filters": lambda value: f"after {value} others" if value else "first",
    "share": lambda value: f"{value:.0%}",
    "small share": lambda value: f"{value:.1%}",
    "slope": lambda value: f"{value:.1f}",
}


SHOWN = tuple(record.shown().items())


def rows(this: Filter) -> list[tuple[str, str, str, str]]:
    """(name, texture's value, neuron picture's value, meaning) for each measure; [] if nothing was measured."""
    if not this.measures:
        return []
    both = [this.measures[objective] for objective in ("channel", "neuron")]
    found = []
    for name, (shown, _) in SHOWN:
        values = [getattr(measures, name) for measures in both]
        cells = ["–" if value is None else UNITS[shown.unit](value) for value in values]
        lacking = _lacking_path(this.layer, both) if name == "path" and None in values else None
        if lacking or values != [None, None]:
            found.append((shown.title, cells[0], cells[1], lacking or shown.note))
    return found


def _lacking_path(layer: Layer, both: Sequence[Measures]) -> str | None:
    """Why a picture has no natural path; None if its path was not measured."""
    if any(measures.contrast is None for measures in both):
        return None
    if layer.block == 1:
        return "the way through the blocks below, and there are none below the first."
    return (
        "how alike the filter’s photographs it is to the layers below. Where there is none, fewer than two photographs "
        "excite the filter, or they are not alike themselves."
    )


def flags(this: Filter) -> list[str]:
    """Warnings about the pictures, one sentence each."""
    if not this.measures:
        return []
    named = (("channel", "Texture"), ("neuron", "Neuron picture"))
    said = [f"{name} {FLAGS[flag]}." for objective, name in named for flag in this.measures[objective].flags]
    return [*said, EVEN] if even(this.measures["channel"]) else said


def even(texture: Measures) -> bool:
    """Whether the texture is a solid colour: it has no spectrum, and its map is constant."""
    return texture.activation > 0 and texture.slope == 0 and texture.seam == 0


def flag_names(this: Filter) -> list[str]:
    """The flags of either picture of a filter; also `silent` if no photograph excites it."""
    measured = this.measures or {}
    found = {flag for measures in measured.values() for flag in measures.flags}
    silent = ["silent"] if this.patches and not this.patches.patches else []
    return [flag for flag in FLAGS if flag in found] + silent

"""The measures of a filter's pictures as a page shows them: a name, both values, and a sentence on what they mean."""

# ruff: noqa: RUF001 - pages have typographic apostrophes and multiplication signs

from collections.abc import Callable, Sequence

from generator.network.geometry import Layer
from generator.site.pages.wording import figure
from generator.site.records import Filter, Measures

FLAGS = {
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

PATH = "Natural path"

Row = tuple[str, Callable[[Measures], str | None], str]

ROWS: tuple[Row, ...] = (
    (
        "Activation",
        lambda m: figure(m.activation),
        "texture: mean after the ReLU; neuron picture: the unit before it.",
    ),
    (
        "Ratio",
        lambda m: None if m.ratio is None else f"{figure(m.ratio)} ×",
        "to the best of photographs: the highest mean, the best patch.",
    ),
    (
        "Selectivity",
        lambda m: "first" if m.rank == 0 else f"after {m.rank} others",
        "place among the layer’s filters, each in its own natural deviations.",
    ),
    (
        "Robustness",
        lambda m: f"{m.robustness:.0%}",
        "of the activation kept under small shifts, 5° rotations and JPEG.",
    ),
    (
        "Unneeded",
        lambda m: f"{m.unneeded:.1%}",
        "of the variance, in colours and octaves whose removal costs under 2 %.",
    ),
    (
        "Spectrum slope",
        lambda m: f"{m.slope:.1f}",
        "of power over frequency; photographs about −2, white noise 0.",
    ),
    (
        PATH,
        lambda m: None if m.path is None else f"{m.path:.0%}",
        "how alike the filter’s photographs it is to the layers below; 100%: as one of them is to the others.",
    ),
    (
        "Contrast",
        lambda m: None if m.contrast is None else f"{figure(m.contrast)} ×",
        "of its loudest colour and octave, to what photographs have there.",
    ),
    (
        "Loudness",
        lambda m: None if m.loudness is None else f"{figure(m.loudness)} ×",
        "of all filters in the layers below, to that on the filter’s photographs.",
    ),
    ("Saturated", lambda m: f"{m.saturated:.1%}", "values at 0 or 255."),
    (
        "Seam",
        lambda m: None if m.seam is None else f"{m.seam:.1%}",
        "how far the rim of a texture’s map differs from all of it; 0: no border.",
    ),
)


def rows(this: Filter) -> list[tuple[str, str, str, str]]:
    """(name, of the texture, of the neuron picture, meaning) of what was measured; [] if nothing was."""
    if not this.measures:
        return []
    both = [this.measures[objective] for objective in ("channel", "neuron")]
    found = []
    for name, value, meaning in ROWS:
        cells = [value(measures) for measures in both]
        lacking = _lacking_path(this.layer, both) if name == PATH and not all(cells) else None
        if any(cells) or lacking:
            found.append((name, cells[0] or "–", cells[1] or "–", lacking or meaning))
    return found


def _lacking_path(layer: Layer, both: Sequence[Measures]) -> str | None:
    """Why a picture has no natural path; None if it was not looked at."""
    if any(measures.contrast is None for measures in both):
        return None
    if layer.block == 1:
        return "the way through the blocks below, and there are none below the first."
    return (
        "how alike the filter’s photographs it is to the layers below. Where there is none, fewer than two photographs "
        "excite the filter, or they are not alike themselves."
    )


def flags(this: Filter) -> list[str]:
    """What a reader has to be told about the pictures, one sentence each."""
    if not this.measures:
        return []
    named = (("channel", "Texture"), ("neuron", "Neuron picture"))
    said = [f"{name} {FLAGS[flag]}." for objective, name in named for flag in this.measures[objective].flags]
    return [*said, EVEN] if _even(this.measures["channel"]) else said


def _even(texture: Measures) -> bool:
    """Whether it is one colour all over: no spectrum, and a map that is the same everywhere."""
    return texture.activation > 0 and texture.slope == 0 and texture.seam == 0


def flag_names(this: Filter) -> list[str]:
    """The flags of a filter, whichever of its pictures has them; `silent` if no photograph excites it."""
    measured = this.measures or {}
    found = {flag for measures in measured.values() for flag in measures.flags}
    silent = ["silent"] if this.patches and not this.patches.patches else []
    return [flag for flag in FLAGS if flag in found] + silent

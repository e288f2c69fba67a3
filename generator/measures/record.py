"""The measures of one synthesised image: what each is, how pages name it, and what a store holds of them.

Pages, the published data with its schema and the guide all take a measure from here. No TensorFlow.
"""

# ruff: noqa: RUF001 - pages have typographic apostrophes and minus signs

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec

from generator.store.canonical import canonical
from generator.store.fields import Correlation, Count, Multiple, Share, says

Unit = Literal["activation", "times", "filters", "share", "small share", "slope"]
Flag = Literal["dead", "below natural", "fragile", "off the natural path"]

DIGITS = 6  # significant ones: the last of a float32 sum may depend on how many threads add up
FRAGILE = 0.5  # a picture that keeps less than this share of its activation under small changes
ASTRAY = 0.5  # a picture that takes less than this share of the natural path: of 34 neuron pictures of blocks 4 and 5
# none with a budget, and without one 15, which are harsh meshes


@dataclass(frozen=True)
class OnPage:
    """How a page shows a measure."""

    title: str
    unit: Unit
    note: str  # a few words beside its numbers


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Measures of a synthesised image, as saved in 8 bits. `measures.measures` computes them.

    A measure that makes no sense for a picture is None.
    """

    activation: Annotated[
        float,
        says(
            "of the picture as saved, without any transform; texture: mean of the map after the ReLU; "
            "neuron picture: the unit before it"
        ),
        OnPage("Activation", "activation", "texture: mean after the ReLU; neuron picture: the unit before it."),
    ]
    ratio: Annotated[
        float | None,
        says(
            "its activation over the best natural one: of a texture, the highest mean of a photograph's "
            "map; of a neuron picture, the best patch; null if no photograph excites the filter"
        ),
        OnPage("Ratio", "times", "to the best of photographs: the highest mean, the best patch."),
    ] = None
    rank: Annotated[
        Count,
        says(
            "how many filters of the layer the picture excites more, each counted in deviations from its "
            "own natural mean; 0: none",
        ),
        OnPage("Selectivity", "filters", "place among the layer’s filters, each in its own natural deviations."),
    ]
    robustness: Annotated[
        float,
        says(
            "the share of the activation that is kept under small shifts, rotations by 5° and JPEG at "
            "quality 75, none of which the ascent has seen; of a texture to within 0.03"
        ),
        OnPage("Robustness", "share", "of the activation kept under small shifts, 5° rotations and JPEG."),
    ]
    unneeded: Annotated[
        Share,
        says(
            "the share of the picture's variance in components of colour and octave whose removal costs "
            "less than 2 %: what is in the picture but not in the filter. A component that the gradient calls clearly "
            "needed, or clearly idle, is not taken out to see: right to within 0.02"
        ),
        OnPage("Unneeded", "small share", "of the variance, in colours and octaves whose removal costs under 2 %."),
    ]
    slope: Annotated[
        float,
        says(
            "of the logarithm of the picture's power over that of frequency: about -2 in photographs, 0 in white noise"
        ),
        OnPage("Spectrum slope", "slope", "of power over frequency; photographs about −2, white noise 0."),
    ]
    path: Annotated[
        float | None,
        says(
            "how alike the filter's photographs the picture is to the layers below, as a share of how "
            "alike they are themselves (path_natural); null in block 1, and without natural pictures that agree"
        ),
        OnPage(
            "Natural path",
            "share",
            "how alike the filter’s photographs it is to the layers below; 100%: as one of them is to the others.",
        ),
    ] = None
    path_natural: Annotated[
        Correlation | None,
        says(
            "agreement of one natural picture with the others: Spearman's correlation of the filters' mean "
            "activations in the last layer of each block below, mean over these layers; null in block 1, and with "
            "fewer than two"
        ),
    ] = None
    contrast: Annotated[
        Multiple | None,
        says(
            "of its loudest colour and octave, over what photographs have there, before the sigmoid: 1 is "
            "as loud as they are; null: not looked at"
        ),
        OnPage("Contrast", "times", "of its loudest colour and octave, to what photographs have there."),
    ] = None
    loudness: Annotated[
        Multiple | None,
        says(
            "how much all filters of the layers below are excited, over how much they are by the filter's "
            "photographs, mean over these layers; null where path_natural is"
        ),
        OnPage("Loudness", "times", "of all filters in the layers below, to that on the filter’s photographs."),
    ] = None
    saturated: Annotated[
        Share, says("the share of values at 0 or 255"), OnPage("Saturated", "small share", "values at 0 or 255.")
    ]
    seam: Annotated[
        Multiple | None,
        says("how far the rim of a texture's map differs from the whole of it, as a share; null for a neuron picture"),
        OnPage("Seam", "small share", "how far the rim of a texture’s map differs from all of it; 0: no border."),
    ] = None

    flags: Annotated[tuple[Flag, ...], says("what a reader should know first; it follows from the rest")] = ()

    def __post_init__(self) -> None:
        """Set the flags."""
        object.__setattr__(self, "flags", self._flags())

    def _flags(self) -> tuple[Flag, ...]:
        if self.activation <= 0:
            return ("dead",) if self.ratio is None else ("below natural",)
        faults: dict[Flag, bool] = {
            "below natural": self.ratio is not None and self.ratio < 1 - 1e-3,  # 8 bits cannot tell less
            "fragile": self.robustness < FRAGILE,
            "off the natural path": self.path is not None and self.path < ASTRAY,
        }
        return tuple(flag for flag, holds in faults.items() if holds)

    @property
    def numbers(self) -> dict[str, float]:
        """Those that there are, by name."""
        every = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "flags"}
        return {name: float(value) for name, value in every.items() if value is not None}

    def rounded(self) -> "Measures":
        """The same with the digits that are known."""
        known: dict[str, Any] = {name: float(f"{number:.{DIGITS}g}") for name, number in self.numbers.items()}
        return replace(self, **known)


def shown() -> dict[str, tuple[OnPage, str]]:
    """How pages show a measure and what it means, by name, in their order; without those that they do not show."""
    found = {}
    for name, hint in get_type_hints(Measures, include_extras=True).items():
        *_, meaning, last = get_args(hint)
        if isinstance(last, OnPage):
            found[name] = last, meaning.description
    return found


def to_json(measures: Mapping[str, Measures]) -> bytes:
    """The bytes of the artifact. `measures`: by objective."""
    known = {objective: own.rounded() for objective, own in measures.items()}
    return canonical({name: own.numbers | {"flags": own.flags} for name, own in known.items()}).encode()


def from_json(payload: bytes) -> dict[str, Measures]:
    """By objective. Raises ValueError if these are not the bytes of such an artifact."""
    return msgspec.json.decode(payload, type=dict[str, Measures], strict=False)  # a rank is stored as 2.0

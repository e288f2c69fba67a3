"""A patch, and the strip of tiles with a filter's patches. `crops` writes them, and the site reads them."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

import msgspec

from generator.network.geometry import Window
from generator.store.fields import Count, says


@dataclass(frozen=True)
class ShownPhotograph:
    """A photograph of which a page shows a part, or all."""

    photograph: Annotated[str, says("its name within the collection")]
    label: Annotated[str, says("the name of its folder")]
    index: Annotated[Count, says("its number in the collection, as in the arrays of the layer's NPZ")]


@dataclass(frozen=True)
class Patch(ShownPhotograph):
    """A patch of a photograph. A photograph that does not excite the filter has none."""

    activation: Annotated[float, says("the unit's value, positive")]
    row: Annotated[Count, says("of the unit in the layer's map")]
    column: Annotated[Count, says("of the unit in the layer's map")]
    window: Annotated[
        Window,
        says(
            "the receptive field in the photograph as the network saw it: [top, left, bottom, right], in "
            "pixels, half open"
        ),
    ]
    field: Annotated[Window, says("the same within the patch's tile")]


@dataclass(frozen=True)
class Tiles:
    """The contents of a strip: a row of square tiles, each with a patch. All sides are in pixels."""

    width: int
    height: int
    tile: int  # side of a tile
    patches: tuple[Patch, ...]  # from left to right

    @property
    def corners(self) -> list[tuple[int, int]]:
        """Top and left of each receptive field within the whole strip."""
        return [(patch.field.top, at * self.tile + patch.field.left) for at, patch in enumerate(self.patches)]

    def to_facts(self) -> dict[str, Any]:
        """The facts that the store keeps."""
        return asdict(self)

    @staticmethod
    def from_facts(facts: dict[str, Any]) -> "Tiles":
        """From facts of the store, which may hold more. Raises ValueError if they are not those of a strip."""
        return msgspec.convert(facts, Tiles)

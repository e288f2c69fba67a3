"""The position of the receptive field within a patch's tile, for style rules and for the frames drawn by a script.

A card shows a patch with some context around the receptive field, and at the same scale the neuron picture, which is
exactly one receptive field. So its share of the cell is the field's share of the tile. (Only of deep layers do cards
show it larger, see `deep`.) The field is in the middle of the tile, unless the tile is at the border of the photograph.
"""

from collections.abc import Iterator

from generator.network.geometry import Layer
from generator.site.pages import depths, names
from generator.site.records import Atlas, Patches, Section

NARROW, WIDE = 4.2, 14  # rem: the least and the largest width of a layer on the map of a network that is not VGG16
LETTER = 0.52  # rem: of its name there
DEEP = 48  # pixels: what units see from this side on may be things, which nobody recognises in a small picture
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def stylesheet(atlas: Atlas) -> str:
    """A style class per layer, with the receptive field and half a pixel as shares of a tile; and `_map`."""
    rules = ["/* Made with the site: the receptive field's share of a patch, layer by layer. */"]
    for section in atlas.sections:
        side, tile = field_and_tile(section)
        own = names.selector(section.layer.name)
        rules.append(f"{own} {{ --field: {side / tile:.4%}; --bleed: {0.5 / tile:.4%}; }}")
    return "\n".join([*rules, *_map(atlas)]) + "\n"


def _map(atlas: Atlas) -> Iterator[str]:
    """Rules for the map of another network than VGG16: blocks as wide as they have layers, in rows if need be."""
    if atlas.vgg16:
        return
    longest = max(len(depths.name_on_map(section.layer)) for section in atlas.sections)
    least = min(max(NARROW, LETTER * longest), WIDE / 2)
    yield "@media (min-width: 64rem) {"
    yield ".map { display: flex; flex-wrap: wrap; row-gap: 2rem; }"
    columns = f"repeat(auto-fit, minmax({least:.4g}rem, 1fr))"
    yield f".map ol {{ row-gap: 1.5rem; grid-auto-flow: row; grid-template-columns: {columns}; }}"
    yield f".map .thumbs {{ grid-template-columns: repeat(auto-fill, minmax({NARROW - 0.4:.4g}rem, 1fr)); }}"
    yield f".field svg {{ width: {NARROW}rem; }}"
    for place, block in enumerate(atlas.blocks, start=1):
        count = len(block.sections)
        basis, most = (least + 0.5) * count - 0.5, WIDE * count
        yield f".map > :nth-child({place}) {{ flex: {count} 1 {basis:.4g}rem; max-width: {most}rem; }}"
    yield "}"


def deep(layer: Layer) -> bool:
    """Whether cards show the layer's neuron pictures larger than its patches."""
    return layer.field >= DEEP


def field_and_tile(section: Section) -> tuple[int, int]:
    """The sides of the field and of a patch's tile in pixels; equal if there are no patches."""
    for this in section.filters:
        if this.patches and this.patches.patches:
            field = this.patches.patches[0].field
            return field.bottom - field.top, this.patches.tile
    return section.layer.field, section.layer.field


def places(section: Section) -> tuple[int, ...]:
    """The distinct offsets of this layer's fields in their tiles: few, because most fields are in the middle."""
    found = {
        place
        for this in section.filters
        if this.patches
        for patch in this.patches.patches
        for place in (patch.field.top, patch.field.left)
    }
    return tuple(sorted(found))[: len(DIGITS)]


def code(patches: Patches, known: tuple[int, ...]) -> str:
    """Top and left of each field, each as one digit, an index of the layer's `places`: 18 characters for nine."""
    digits = dict(zip(known, DIGITS, strict=False))
    return "".join(digits.get(patch.field.top, "0") + digits.get(patch.field.left, "0") for patch in patches.patches)

"""Where the receptive field lies within a patch's tile, and the style rules that follow from it.

A card shows a patch with some context around the receptive field, and the neuron picture, which is exactly one
receptive field, at the same scale: so its share of the cell is the field's share of the tile. Most patches have their
field in the middle; one drawing of a frame, laid over the tiles by the style sheet, then serves a whole layer.
"""

from generator.atlas import Atlas, Patches, Section


def standard(patches: Patches) -> bool:
    """Whether every patch has its receptive field in the middle of the tile."""
    return all(patch.field.top == patch.field.left == middle(patches) for patch in patches.patches)


def middle(patches: Patches) -> int:
    """Where a field in the middle of its tile begins, in pixels of the tile."""
    field = patches.patches[0].field
    return (patches.tile - (field.bottom - field.top)) // 2


def stylesheet(atlas: Atlas) -> str:
    """Classes named after the layers: the field's share of a cell, and the frame around it."""
    rules = ["/* Made with the site: the receptive field within a patch, layer by layer. */"]
    for section in atlas.sections:
        name, patches = section.layer.name, _example(section)
        share = _side(patches) / patches.tile if patches else 1.0
        rules.append(f".{name} {{ --field: {share:.4%}; }}")
        if patches and share < 1:
            rules.append(f'.{name} .framed::after {{ background-image: url("{name}.svg"); }}')
    return "\n".join(rules) + "\n"


def frames(atlas: Atlas) -> dict[str, str]:
    """Drawings of the frame around the field of a tile, by the name of the layer."""
    examples = {section.layer.name: _example(section) for section in atlas.sections}
    return {name: _frame(patches) for name, patches in examples.items() if patches and _side(patches) < patches.tile}


def _example(section: Section) -> Patches | None:
    return next((this.patches for this in section.filters if this.patches and this.patches.patches), None)


def _side(patches: Patches) -> int:
    field = patches.patches[0].field
    return field.bottom - field.top


def _frame(patches: Patches) -> str:
    start, side = middle(patches), _side(patches)
    lines = "".join(
        f'<rect x="{start}" y="{start}" width="{side}" height="{side}" fill="none" stroke="{colour}" '
        f'stroke-opacity="{opacity}" stroke-width="{width}" vector-effect="non-scaling-stroke"/>'
        for colour, opacity, width in (("#000", 0.5, 3), ("#fff", 1, 1))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {patches.tile} {patches.tile}">{lines}</svg>\n'

"""What to expect at a depth of the network. It follows from the share of a photograph that the layer's units see.

The texts about VGG16 were written for its five blocks. Those about other networks say what there is room for, which
is known from the receptive fields alone.
"""

# ruff: noqa: RUF001 - pages have typographic apostrophes

from generator.corpus.caltech101 import ORIGIN as CALTECH
from generator.network.geometry import Layer
from generator.network.weights.miniature import ORIGIN as MINIATURE
from generator.site.pages.wording import listing, plural
from generator.site.records import Atlas, Block, Filter

EARLY, LATE = 0.1, 0.25  # shares of a photograph's side: fields below EARLY hold an edge, from LATE on parts of things
HALF = 0.5  # from this share on, a unit sees enough for things
MOST = 0.6  # from this share on, a unit sees most of a photograph
HANDFUL, DOZEN = 7, 20  # pixels: fields up to these are a handful of pixels, or a dozen or so
LISTED = 4  # fields of a block that are listed one by one, at most
SPAN = 4  # layers that an atlas of nothing but edges and colours has, at most
IMAGENET = ("VGG16", "VGG19")  # networks that are known to have learned from ImageNet

VGG16_BLOCKS = (
    "The first two layers look at a handful of pixels. Most of what they tell apart is colour, brightness and the "
    "direction of an edge.",
    "Edges join here: corners, crossings, thin lines, fine stripes and dots, still within a dozen pixels.",
    "Patterns grow here to textures: scales, tiles, mesh, fur, letters’ strokes, within a few dozen pixels.",
    "Units see a good part of a photograph now. Textures bend around shapes: eyes, wheels, feathers, rows of windows.",
    "The last three layers see most of a photograph. Their filters answer to parts of things, and to things in their "
    "surroundings.",
)
ROOM = (
    "a handful: there is room for a colour, a brightness, or the direction of an edge.",
    "a dozen or so: there is room for corners, crossings, thin lines, fine stripes and dots.",
    "a few dozen: there is room for patterns and textures.",
    "a good part of a photograph: there is room for shapes, and for textures that bend around them.",
    "most of a photograph: there is room for parts of things, and for things in their surroundings.",
)


def share(layer: Layer, atlas: Atlas) -> float:
    """What a unit of the layer sees of a photograph: the side of its receptive field over the photograph's side."""
    return layer.field / atlas.side


def kind(block: Block, atlas: Atlas) -> int:
    """0 to 4, for the largest receptive field of a block: a handful of pixels, ..., most of a photograph."""
    return _kind(max(section.layer.field for section in block.sections), atlas)


def _kind(field: int, atlas: Atlas) -> int:
    if field / atlas.side >= LATE:
        return 4 if field / atlas.side >= MOST else 3
    return 0 if field <= HANDFUL else 1 if field <= DOZEN else 2


def introduction(block: Block, atlas: Atlas) -> str:
    """A sentence or two about the patterns to expect in a block."""
    expected = kind(block, atlas)
    if atlas.vgg16:
        return VGG16_BLOCKS[expected]
    least = _kind(min(section.layer.field for section in block.sections), atlas)
    return f"Units see {fields(block)}, {'up to ' if least < expected else ''}{ROOM[expected]}"


def fields(block: Block) -> str:
    """The receptive fields of a block: `3 and 5 pixels`, or `24 to 88 pixels` if there are many."""
    found = sorted({section.layer.field for section in block.sections})
    if len(found) > LISTED:
        return f"{found[0]} to {plural(found[-1], 'pixel')}"
    return f"{listing([str(field) for field in found])} {'pixel' if found == [1] else 'pixels'}"


def span(atlas: Atlas) -> str:
    """What the shown layers reach from and to, as the end of a sentence; "" if they are few, or no early ones."""
    shares = [share(section.layer, atlas) for section in atlas.sections if section.filters]
    if len(shares) <= SPAN or min(shares) >= EARLY:
        return ""
    if max(shares) >= HALF:
        return ", from edges and colours to the parts of things"
    return ", from edges and colours to textures" if max(shares) >= EARLY else ""


def deeper(filters: list[Filter], atlas: Atlas) -> str:
    """The heading of a row of filters, one of each block."""
    kinds = [kind(block, atlas) for block in atlas.blocks]
    whole = len(filters) == len(atlas.blocks) and (kinds[0], kinds[-1]) == (0, 4)
    return "From an edge to a thing" if whole else "Deeper and deeper"


def poor(block: Block, atlas: Atlas) -> str | None:
    """Why the patches of deep filters may be poorer than the filters, if that is known; else None."""
    names = [name for name, *_ in atlas.corpus.sources] if atlas.corpus else []
    known = atlas.network.name in IMAGENET and atlas.network.origin != MINIATURE
    if not known or kind(block, atlas) < 3 or names != [CALTECH]:
        return None
    return (
        "Patches here can be poorer than the filters are. Of ImageNet’s 1,000 classes 398 are animals, 118 of them "
        "dogs, and Caltech-101 has next to none of these for a filter to find. Photographs of pets, added, help: "
        "make atlas IMAGES=caltech101+tfds:oxford_iiit_pet"
    )


def legend(atlas: Atlas) -> str:
    """What the squares on the map of the network say."""
    first, last = atlas.sections[0].layer.field, atlas.sections[-1].layer.field
    if len(atlas.sections) == 1:
        return f"The square is the receptive field: a unit sees {first} × {first} pixels."
    return (
        "The squares are the receptive fields, all drawn to one scale: a unit of the first layer sees "
        f"{first} × {first} pixels, one of the last\n{last} × {last}."
    )


def name_on_map(layer: Layer) -> str:
    """A layer's name below the heading of its block: conv1 for block3_conv1, else its whole name."""
    short = f"conv{layer.conv}"
    return short if layer.name == f"block{layer.block}_{short}" else layer.name

"""Passages of the guide that hold for VGG16 alone, and what stands in their places on the pages of another network.

    <!-- VGG16 -->Of VGG16.<!-- else Of any network, by the name of {network}. -->
    <!-- example: block3_conv1 -->

On VGG16's pages the first part stands, on those of another network the second, in which names in braces are filled
in; and the example, wherever the page has it, becomes a layer of that network.
"""

import re

from generator.site.pages import names
from generator.site.pages.wording import listing, plural
from generator.site.records import Atlas, Block, Section

VGG16_ALONE = ("look.md",)  # pages that no other network has
PASSAGE = re.compile(r"<!-- VGG16 -->(.*?)<!-- else ?(.*?) ?-->", re.DOTALL)
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n?")


def fit(markdown: str, network: Atlas | None) -> str:
    """A page of the guide for the network of an atlas; None: for VGG16."""
    example = EXAMPLE.search(markdown)
    markdown = EXAMPLE.sub("", markdown)
    if network is None:
        return PASSAGE.sub(lambda found: found[1], markdown)
    if example:
        markdown = markdown.replace(example[1], names.file(_shown(network)[-1].layer.name))
    known = facts(network)
    return PASSAGE.sub(lambda found: re.sub(r"\{(\w+)\}", lambda name: known[name[1]], found[2]), markdown)


def facts(atlas: Atlas) -> dict[str, str]:
    """What is filled in, by name, as Markdown."""
    return {
        "network": quoted(atlas.network.name),
        "network_at_length": _at_length(atlas),
        "growth": _growth(atlas),
        "fields": fields(atlas),
    }


def quoted(name: str) -> str:
    """A name from the user's data in Markdown: every character that could mean something is written by its number."""
    return "".join(letter if letter.isalnum() or letter == " " else f"&#{ord(letter)};" for letter in name)


def fields(atlas: Atlas) -> str:
    """What units see, block by block, as a table."""
    rows = [f"| {block.number} | {_each(block, 'field')} | {_every(block)} |" for block in atlas.blocks]
    return "\n".join(["| block | pixels that a unit sees | one unit every |", "|---|---|---|", *rows])


def _at_length(atlas: Atlas) -> str:
    """What the network is."""
    widths = sorted({section.layer.filters for section in atlas.sections})
    filters = str(widths[0]) if len(widths) == 1 else f"{widths[0]} to {widths[-1]}"
    named = f"The network of this atlas, {quoted(atlas.network.name)}, is convolutional:"
    if len(atlas.sections) == 1:
        return f"{named} one layer, which looks at a picture through small windows. It has {filters} **filters**."
    return (
        f"{named} {plural(len(atlas.sections), 'layer')}, each of which looks at the output of the layer below through "
        f"small windows. A layer has {filters} **filters**."
    )


def _growth(atlas: Atlas) -> str:
    first, last = atlas.sections[0].layer.field, atlas.sections[-1].layer.field
    if len(atlas.sections) == 1:
        return f"In the one layer of this atlas that is {first} × {first} pixels:"  # noqa: RUF001
    return (
        f"In the first layer that is {first} × {first} pixels. Because every layer looks through the one below, it "  # noqa: RUF001
        f"grows to {last} × {last} pixels in the last one:"  # noqa: RUF001
    )


def _each(block: Block, name: str) -> str:
    return ", ".join(str(value) for value in dict.fromkeys(getattr(own.layer, name) for own in block.sections))


def _every(block: Block) -> str:
    strides = list(dict.fromkeys(own.layer.stride for own in block.sections))
    return "1 pixel" if strides == [1] else f"{listing([str(stride) for stride in strides])} pixels"


def _shown(atlas: Atlas) -> list[Section]:
    return [section for section in atlas.sections if section.filters] or list(atlas.sections)

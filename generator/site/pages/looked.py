"""The filters that were looked at by eye: what was found of each, and links between look.md and their pages.

In look.md, a paragraph that begins with a verdict tells of filters, each with an id at its number:

    **One story.** block4_conv1: dark bars around bright cells (<span id="block4_conv1-230">230</span>)

What was looked at are filters of the true VGG16. On the pages of other weights there are no links.
"""

import re

from generator.site.records import Atlas

SAID = {  # of pictures and patches, by the first words of a paragraph
    "One story": "its pictures and patches tell one story",
    "Partly": "its pictures and patches tell one story in part",
    "Not": "its pictures and patches do not tell one story",
}
MARK = re.compile(rf'\*\*(?P<verdict>{"|".join(SAID)})\.\*\*|<span id="(?P<layer>\w+)-(?P<index>\d+)">\d+</span>')


def verdicts(page: str, atlas: Atlas) -> dict[str, str]:
    """By the filter's id, what `page`, the text of look.md, found of it, as a sentence; of the true VGG16 alone."""
    found, said = {}, ""
    for mark in MARK.finditer(page) if atlas.network.verified else ():
        if mark["verdict"]:
            said = SAID[mark["verdict"]]
        else:
            found[f"{mark['layer']}/{mark['index']}"] = said
    return found


def link(page: str, atlas: Atlas) -> str:
    """The page with links to those filters that the atlas has."""
    known = {this.id for section in atlas.sections for this in section.filters if atlas.network.verified}

    def linked(mark: re.Match[str]) -> str:
        layer, index = mark["layer"], mark["index"]
        own = f"{layer}/{index}"
        return f'<a id="{layer}-{index}" href="{own}.html">{index}</a>' if own in known else mark[0]

    return MARK.sub(lambda mark: mark[0] if mark["verdict"] else linked(mark), page)

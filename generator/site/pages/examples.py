"""Filters as examples within a page of the guide: neuron picture, texture and a patch of each, side by side.

    <!-- examples: block4_conv2/0 block5_conv3/8 -->

They were chosen by eye among the filters of the true VGG16. On the pages of other weights nothing takes the place of
the mark, and of an atlas without some of them, those are left out.
"""

import html
import re
from collections.abc import Mapping

from generator.site.pages import telling
from generator.site.pages.images import WebPicture
from generator.site.pages.wording import alt
from generator.site.records import Atlas, Filter, StoredPicture

SAID = "Of each filter, the neuron picture; right of it the best patch, exactly what the unit sees, and the texture."
MARK = re.compile(r"<!-- examples: (.+?) -->\n?")


def fill(markdown: str, atlas: Atlas, web: Mapping[str, WebPicture]) -> str:
    """The page with the examples that the atlas has. `web`: by the picture's key."""
    known = {this.id: this for section in atlas.sections for this in section.filters if web and atlas.network.verified}

    def row(mark: re.Match[str]) -> str:
        shown = "".join(_item(known[name], web) for name in mark[1].split() if name in known)
        return f'<ul class="telling examples">\n{shown}</ul>\n<p class="aside">{SAID}</p>\n' if shown else ""

    return MARK.sub(row, markdown)


def _item(this: Filter, web: Mapping[str, WebPicture]) -> str:
    """Neuron picture, the best patch's receptive field at the same scale, and texture; "" if any is missing."""
    if not (this.neuron and this.texture and this.patches and this.patches.patches):
        return ""
    neuron = _image(this.neuron.picture, alt(this, "neuron"), web)
    texture = _image(this.texture.picture, alt(this, "texture"), web)
    place = telling.patch(this)
    patch, strip, file = this.patches.patches[place], this.patches.picture, web[this.patches.picture.key]
    left, side = place * this.patches.tile + patch.field.left, this.layer.field
    cut = (
        f'<svg class="patch{" tiny" if file.tiny else ""}" viewBox="{left} {patch.field.top} {side} {side}" role="img" '
        f'aria-label="patch {place + 1}; label: {html.escape(patch.label)}"><image href="pictures/{file.name}" '
        f'width="{strip.width}" height="{strip.height}"/></svg>'
    )
    return f'<li><a href="{this.id}.html">{neuron}{cut}{texture}<span>{this.id}</span></a></li>\n'


def _image(picture: StoredPicture, says: str, web: Mapping[str, WebPicture]) -> str:
    file = web[picture.key]
    tiny = ' class="tiny"' if file.tiny else ""
    return (
        f'<img{tiny} src="pictures/{file.name}" width="{file.width}" '
        f'height="{file.height}" alt="{html.escape(says)}" loading="lazy">'
    )

"""The search index: a script that every page can load, also from file://, where pages cannot fetch files."""

from typing import Any

from generator.site.pages.images import WebPicture
from generator.site.pages.scorecard import flag_names
from generator.site.pages.scripts import script as as_script
from generator.site.pages.wording import top_labels
from generator.site.records import Atlas


def script(atlas: Atlas, web: dict[str, WebPicture]) -> str:
    """`atlasIndex = {layers, labels, flags, filters}`: the layer, number, texture's file and labels of each filter.

    `flags`: for each flag, the indices in `filters` of the filters that have it.
    """
    labels: dict[str, int] = {}
    flags: dict[str, list[int]] = {}
    filters: list[list[Any]] = []
    for place, section in enumerate(atlas.sections):
        for this in section.filters:
            texture = web[this.texture.picture.key].tail if this.texture else ""
            own = [labels.setdefault(label, len(labels)) for label, _ in top_labels(this.patches)]
            for flag in flag_names(this):
                flags.setdefault(flag, []).append(len(filters))
            filters.append([place, this.index, texture, *own])
    names = [section.layer.name for section in atlas.sections]
    return as_script("atlasIndex", {"layers": names, "labels": list(labels), "flags": flags, "filters": filters})

"""The search index: a script that any page can load, also from file://, where pages may not fetch."""

from typing import Any

from generator.site.pages.images import WebPicture
from generator.site.pages.scorecard import flag_names
from generator.site.pages.scripts import script as as_script
from generator.site.pages.wording import top_labels
from generator.site.records import Atlas


def script(atlas: Atlas, web: dict[str, WebPicture]) -> str:
    """`atlasIndex = {layers, labels, flags, filters}`: of each filter its layer, number, texture's file and labels.

    `flags`: by its name, the places among `filters` of those that have it.
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

"""The search index: a script that any page can load, also from file://, where pages may not fetch."""

import json

from generator.atlas import Atlas
from generator.images import WebPicture
from generator.wording import top_labels


def script(atlas: Atlas, web: dict[str, WebPicture]) -> str:
    """`atlasIndex = {layers, labels, filters}`: of each filter its layer, number, texture's file and labels.

    Plain ASCII, with every character of a label that could end a script or a string escaped.
    """
    labels: dict[str, int] = {}
    filters = []
    for place, section in enumerate(atlas.sections):
        for this in section.filters:
            texture = web[this.texture.picture.key].name if this.texture else ""
            own = [labels.setdefault(label, len(labels)) for label, _ in top_labels(this.patches)]
            filters.append([place, this.index, texture.removeprefix(f"{this.id}-texture-"), *own])
    index = {"layers": [section.layer.name for section in atlas.sections], "labels": list(labels), "filters": filters}
    text = json.dumps(index, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return f"var atlasIndex = {text};\n"

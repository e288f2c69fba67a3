"""The questions of the game "guess the filter": the two-choice test of Borowski et al. 2021 with this atlas's pictures.

Hints are a filter's synthesised images or its top patches. The two photographs to choose from are examples of its
spectrum, near the 99th and the 10th percentile of its positive activations (far apart), or the 90th and the 50th
(close). None of their photographs is among the hints.
"""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

from generator.site.pages.field_frames import field_and_tile
from generator.site.pages.images import WebPicture
from generator.site.pages.scripts import script as as_script
from generator.site.records import Atlas, Filter, Patches, Section

A_LAYER = 24  # questions at most: enough for two games, and small to load
LEVELS = 4  # examples of a spectrum: 10, 50, 90, 99 %
LEAST_HINTS = 4  # patches


def fair(this: Filter) -> bool:
    """Whether a filter is a fair question: it has both kinds of hints, and four graded examples that are not hints."""
    if not (this.neuron and this.texture and this.patches and this.spectrum):
        return False
    hints, examples = this.patches.patches, this.spectrum.patches
    photographs = {example.photograph for example in examples}
    graded = all(low.activation < high.activation for low, high in itertools.pairwise(examples))
    alone = not photographs & {hint.photograph for hint in hints}
    return len(hints) >= LEAST_HINTS and len(photographs) == LEVELS and graded and alone


def questions(section: Section) -> list[Filter]:
    """At most A_LAYER of a layer's fair filters, selected by a hash of their names, sorted by index."""
    drawn = sorted(
        (this for this in section.filters if fair(this)),
        key=lambda this: hashlib.sha256(f"guess {this.id}".encode()).digest(),
    )[:A_LAYER]
    return sorted(drawn, key=lambda this: this.index)


def layers(atlas: Atlas) -> list[tuple[str, int]]:
    """(name, number of questions) of the layers with questions."""
    found = [(section.layer.name, len(questions(section))) for section in atlas.sections]
    return [(name, count) for name, count in found if count]


def script(atlas: Atlas, web: Mapping[str, WebPicture]) -> str:
    """`atlasGuess`: for each layer, the sides of field and tile in pixels, and its questions (see `_question`)."""
    found = {}
    for section in atlas.sections:
        asked = questions(section)
        if asked:
            field, tile = field_and_tile(section)
            told = [_question(this, web) for this in asked]
            found[section.layer.name] = {"field": field, "tile": tile, "questions": told}
    return as_script("atlasGuess", found)


def _question(this: Filter, web: Mapping[str, WebPicture]) -> dict[str, Any]:
    """A filter, its pictures' files, the fields' positions in the tiles, and labels and values of the examples."""
    assert this.neuron and this.texture and this.patches and this.spectrum  # noqa: PT018, S101 - see `fair`
    keys = (this.neuron.picture.key, this.texture.picture.key, this.patches.picture.key, this.spectrum.picture.key)
    return {
        "filter": this.index,
        "files": [web[key].name.rpartition("/")[2] for key in keys],
        "tiny": [web[key].tiny for key in keys],
        "hints": _fields(this.patches),
        "fields": _fields(this.spectrum),
        "labels": [patch.label for patch in this.spectrum.patches],
        "values": [float(f"{patch.activation:.4g}") for patch in this.spectrum.patches],
    }


def _fields(strip: Patches) -> list[list[int]]:
    """[top, left] of each receptive field in its tile, pixels."""
    return [[patch.field.top, patch.field.left] for patch in strip.patches]

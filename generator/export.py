"""What is known of a filter as JSON, for who wants to compute with it."""

import json
from dataclasses import asdict
from typing import Any

from generator.atlas import Atlas, Filter, Visualization
from generator.wording import ratio


def document(this: Filter, atlas: Atlas) -> str:
    """The record of one filter, self-explaining: numbers with their meaning, keys, and where they come from."""
    layer = this.layer
    record: dict[str, Any] = {
        "filter": this.id,
        "layer": {"name": layer.name, "filters": layer.filters, "receptive_field": layer.field, "stride": layer.stride},
        "texture": _visualization(this.texture),
        "neuron": _visualization(this.neuron),
        "activation_ratio": ratio(this),
        "patches": [asdict(patch) for patch in this.patches.patches] if this.patches else None,
        "weights": asdict(atlas.network),
        "photographs": atlas.corpus and {"name": atlas.corpus.name, "count": atlas.corpus.photographs},
        "config_hash": atlas.config_hash,
        "meaning": {
            "texture.activation": "mean of the filter's map after the ReLU, on the 8-bit texture",
            "neuron.activation": "the unit's value before the ReLU, on the 8-bit picture",
            "activation_ratio": "neuron.activation (at least 0) / activation of the best patch",
            "patches.activation": "the unit's value before the ReLU",
            "patches.window": "receptive field in the photograph as the network saw it, pixels, half open",
            "patches.field": "the same within the patch's tile",
        },
    }
    return json.dumps(record, indent=1) + "\n"


def _visualization(found: Visualization | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "key": found.picture.key,
        "recipe": found.recipe,
        "activation": found.activation,
        "facts": dict(found.facts),
    }

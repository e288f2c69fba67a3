"""The JSON Schema (draft 2020-12) of one layer's document under `site/data/`."""

from typing import Any

NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(what: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [what, {"type": "null"}]}


WINDOW = _object(top=COUNT, left=COUNT, bottom=COUNT, right=COUNT)
PATCH = _object(photograph=TEXT, label=TEXT, index=COUNT, activation=NUMBER, window=WINDOW, field=WINDOW)
VISUALIZATION = _object(key=TEXT, recipe=TEXT, activation=NUMBER, facts={"type": "object"})
LINK = _object(filter=COUNT, share=NUMBER, balance=NUMBER)
EVIDENCE = _object(
    photographs=COUNT,
    active=COUNT,
    maximum=NUMBER,
    mean=NUMBER,
    deviation=NUMBER,
    quantiles=_list({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}),
    histogram=_list(_object(low=NUMBER, high=NUMBER, photographs=COUNT)),
    labels=_list(_object(label=TEXT, count=COUNT, expected=NUMBER, lift=NUMBER)),
    leaders=COUNT,
    neighbours=_list(_object(filter=COUNT, correlation=NUMBER)),
    excitatory=_list(LINK),
    inhibitory=_list(LINK),
    readers=_list(LINK),
    kernel=_list(_list(_list(NUMBER))),
)
MEASURES = _object(
    activation=NUMBER,
    rank=COUNT,
    robustness=NUMBER,
    unneeded=NUMBER,
    slope=NUMBER,
    saturated=NUMBER,
    ratio=_or_null(NUMBER),
    seam=_or_null(NUMBER),
    flags=_list({"enum": ["dead", "below natural", "fragile"]}),
)
FILTER = _object(
    filter={"type": "string", "pattern": "^block[1-5]_conv[1-3]/[0-9]+$"},
    texture=_or_null(VISUALIZATION),
    neuron=_or_null(VISUALIZATION),
    facets=_or_null(_object(key=TEXT, activations=_list(NUMBER), likeness=NUMBER)),
    activation_ratio=_or_null(NUMBER),
    patches=_or_null(_list(PATCH)),
    spectrum=_or_null(_list(PATCH)),
    means=_or_null(_list(_object(photograph=TEXT, label=TEXT, activation=NUMBER))),
    evidence=_or_null(EVIDENCE),
    measures=_or_null(_object(channel=MEASURES, neuron=MEASURES)),
)
LAYER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "One layer of a filter atlas",
} | _object(
    layer=_object(name=TEXT, filters=COUNT, receptive_field=COUNT, stride=COUNT),
    filters=_list(FILTER),
    weights=_object(origin=TEXT, file=TEXT, verified={"type": "boolean"}, digest=TEXT),
    photographs=_or_null(_object(name=TEXT, count=COUNT)),
    config_hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    meaning={"type": "object", "additionalProperties": TEXT},
)

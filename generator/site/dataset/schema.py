"""The JSON Schema (draft 2020-12) of one layer's document under `site/data/`, and the guide's tables of it.

Each property says in the schema itself what it means, and the guide shows exactly that.
"""

from collections.abc import Iterator
from typing import Any

from generator.site.records import FLAGS

NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}

Schema = dict[str, Any]


def _object(title: str, **properties: tuple[Schema, str]) -> Schema:
    """An object with exactly these properties; each with what it means."""
    return {
        "title": title,
        "type": "object",
        "properties": {name: schema | {"description": meaning} for name, (schema, meaning) in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(what: Schema) -> Schema:
    return {"anyOf": [what, {"type": "null"}]}


WINDOW = {"type": "array", "items": COUNT, "minItems": 4, "maxItems": 4}
PATCH = _object(
    "A patch of a photograph",
    photograph=(TEXT, "its name within the collection"),
    label=(TEXT, "the name of its folder"),
    index=(COUNT, "its number in the collection, as in the arrays of the layer's NPZ"),
    activation=(NUMBER, "the unit's value, positive"),
    window=(WINDOW, "the receptive field in the photograph as the network saw it: [top, left, bottom, right]"),
    field=(WINDOW, "the same within the patch's tile"),
)
WHOLE = _object(
    "A whole photograph",
    photograph=(TEXT, "its name within the collection"),
    label=(TEXT, "the name of its folder"),
    index=(COUNT, "its number in the collection, as in the arrays of the layer's NPZ"),
    activation=(NUMBER, "mean over the filter's map, after the ReLU"),
)
VISUALIZATION = _object(
    "A synthesised image",
    key=(TEXT, "its key in the store"),
    recipe=(TEXT, "fourier or classic"),
    activation=(NUMBER, "of the 8-bit picture; texture: mean of the map after the ReLU; neuron: the unit before it"),
    facts=({"type": "object"}, "what was noted while it was made"),
)
FACETS = _object(
    "Facets of a filter",
    key=(TEXT, "their key in the store"),
    activations=(_list(NUMBER), "of each of them: mean of the map after the ReLU"),
    likeness=(NUMBER, "mean cosine similarity of the Gram matrices of what the layer reads, between them"),
)
LINK = _object(
    "A connection",
    filter=(COUNT, "the other filter's number"),
    share=(NUMBER, "of all that the reading filter reads: kernel norm x mean natural activation, over their sum"),
    balance=(NUMBER, "sum of the kernel over the sum of its magnitudes: 1 only excites, -1 only inhibits"),
)
EXCESS = _object(
    "A label that is over-represented among the strongest photographs",
    label=(TEXT, "the name of a folder"),
    count=(COUNT, "photographs of that label among the strongest"),
    expected=(NUMBER, "how many chance would give"),
    lift=(NUMBER, "count / expected"),
)
NEIGHBOUR = _object(
    "A filter that responds alike",
    filter=(COUNT, "its number, in the same layer"),
    correlation=(NUMBER, "of the activations of 36 units of each photograph"),
)
BAR = {"type": "array", "items": NUMBER, "minItems": 3, "maxItems": 3}
QUANTILE = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
EVIDENCE = _object(
    "Evidence from photographs and kernels",
    photographs=(COUNT, "looked at"),
    active=(COUNT, "of these excite the filter anywhere"),
    maximum=(NUMBER, "the highest activation of a unit"),
    mean=(NUMBER, "of all units"),
    deviation=(NUMBER, "of units"),
    quantiles=(_list(QUANTILE), "[level, activation] of the photographs that excite it, at most 2.2 % off"),
    histogram=(_list(BAR), "[low, high, photographs] of those that excite it, at least low and below high"),
    labels=(_list(EXCESS), "over-represented among the strongest photographs"),
    leaders=(COUNT, "how many of these were counted, 100 at most"),
    neighbours=(_list(NEIGHBOUR), "the most similar first"),
    means=(_list(WHOLE), "the photographs with the highest mean, best first"),
    excitatory=(_list(LINK), "the strongest inputs that excite it"),
    inhibitory=(_list(LINK), "the strongest inputs that inhibit it"),
    readers=(_list(LINK), "the filters of the layer above that read most of it"),
    kernel=(_list(_list(_list(NUMBER))), "of the first layer: rows, columns, red, green and blue; elsewhere empty"),
)
MEASURES = _object(
    "Measures of a synthesised image, as saved",
    activation=(NUMBER, "as measured without any transform"),
    rank=(COUNT, "filters of the layer that the picture excites more, each against its natural mean and deviation"),
    robustness=(
        NUMBER,
        "share of the activation kept under small shifts, 5° rotations and JPEG; to within 0.03",
    ),
    unneeded=(
        NUMBER,
        "share of variance in colour-and-octave components worth less than 2 %; to within 0.02",
    ),
    slope=(NUMBER, "of the logarithm of power over that of frequency"),
    saturated=(NUMBER, "share of values at 0 or 255"),
    ratio=(_or_null(NUMBER), "activation / best natural one (texture: highest mean of a map; neuron: best patch)"),
    seam=(_or_null(NUMBER), "how far the rim of a texture's map differs from all of it, as a share"),
    flags=(_list({"enum": list(FLAGS)}), "what a reader should know first"),
    contrast=(_or_null(NUMBER), "of the loudest colour and octave over photographs' there; null: not looked at"),
    path=(
        _or_null(NUMBER),
        "agreement with the filter's natural pictures (neuron: the patches; texture: the photographs with the highest "
        "mean) in the layers below, over path_natural; null in block 1, and without natural pictures that agree",
    ),
    path_natural=(
        _or_null(NUMBER),
        "agreement of one natural picture with the others: Spearman's correlation of the filters' mean activations in "
        "the last layer of each block below, mean over these layers; null in block 1, and with fewer than two",
    ),
    loudness=(
        _or_null(NUMBER),
        "mean activation of all filters of a layer over that on the filter's natural pictures, mean over these layers; "
        "null where path_natural is",
    ),
)
BOTH = _object(
    "Measures of both pictures", channel=(MEASURES, "of the texture"), neuron=(MEASURES, "of the neuron picture")
)
FILTER = _object(
    "A filter",
    filter=({"type": "string", "pattern": "^block[1-5]_conv[1-3]/[0-9]+$"}, "its permanent name"),
    texture=(_or_null(VISUALIZATION), "the objective channel"),
    neuron=(_or_null(VISUALIZATION), "the objective neuron"),
    facets=(_or_null(FACETS), "several textures that climb together, each away from the others, if the config asks"),
    activation_ratio=(_or_null(NUMBER), "activation of the neuron picture (at least 0) / of the best patch"),
    patches=(_or_null(_list(PATCH)), "the top ones, best first, at most one a photograph"),
    spectrum=(_or_null(_list(PATCH)), "near the 10th, 50th, 90th and 99th percentile of positive activations"),
    evidence=(_or_null(EVIDENCE), "numbers from photographs and kernels"),
    measures=(_or_null(BOTH), "scores of the synthesised images"),
)
SHAPE = _object(
    "The layer",
    name=(TEXT, "block3_conv1 and so on"),
    filters=(COUNT, "how many it has, whether or not they are here"),
    receptive_field=(COUNT, "side of what a unit sees, pixels"),
    stride=(COUNT, "pixels from unit to unit"),
)
WEIGHTS = _object(
    "The weights",
    origin=(TEXT, "where they come from, in words"),
    file=(TEXT, "the file's name"),
    verified=({"type": "boolean"}, "whether every array is the true Oxford VGG16's"),
    digest=(TEXT, "sha256 of all of them"),
    expects=(TEXT, "what the network expects for a pixel, in words, and how that is known"),
)
COLLECTION = _object("The photographs", name=(TEXT, "the collection's name"), count=(COUNT, "how many"))
LAYER = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _object(
    "One layer of a filter atlas",
    layer=(SHAPE, "which layer it is"),
    filters=(_list(FILTER), "those of the atlas, by number"),
    weights=(WEIGHTS, "which network it is"),
    photographs=(_or_null(COLLECTION), "null without any"),
    config_hash=({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "of everything that decides the atlas"),
    meaning=({"type": "object", "additionalProperties": TEXT}, "of the numbers, in words"),
)


def as_markdown() -> str:
    """The schema as tables for the guide, from the whole document down to its smallest parts; each part once."""
    return "\n\n".join(_table(part) for part in _parts(LAYER, set()))


def _parts(schema: Schema, told: set[str]) -> Iterator[Schema]:
    """The objects of a schema that have not been told of, each before those in it."""
    if "properties" in schema and schema["title"] not in told:
        told.add(schema["title"])
        yield schema
        for inner in schema["properties"].values():
            yield from _parts(_core(inner), told)


def _core(schema: Schema) -> Schema:
    """What a schema is of, behind "or null" and lists."""
    while "anyOf" in schema or "items" in schema:
        schema = schema["anyOf"][0] if "anyOf" in schema else schema["items"]
    return schema


def _table(schema: Schema) -> str:
    rows = [f"| `{name}` | {_sort(own)} | {own['description']} |" for name, own in schema["properties"].items()]
    return "\n".join([f"## {schema['title']}", "", "| property | what it is | meaning |", "|---|---|---|", *rows])


def _sort(schema: Schema) -> str:
    """A schema in a few words."""
    if "anyOf" in schema:
        return f"{_sort(schema['anyOf'][0])}, or null"
    if "items" in schema:
        return f"list of {_sort(schema['items'])}"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "properties" in schema:
        title = schema["title"]
        return f"{title[0].lower()}{title[1:]}"
    sort = str(schema["type"])
    return {"integer": "whole number", "string": "text", "boolean": "true or false"}.get(sort, sort)

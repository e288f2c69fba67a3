"""The JSON Schema (draft 2020-12) of a layer's document under `site/data/`, and its tables in the guide.

Both are made from the documents' classes, whose fields contain their meanings.
"""

import copy
import re
from typing import Any

import msgspec

from generator.measures import record
from generator.site.dataset.documents import LayerDocument

Schema = dict[str, Any]
REFERENCE = "#/$defs/"


def _made() -> tuple[Schema, dict[str, Schema]]:
    """The schema of a layer's document, and its parts by the name of their class."""
    (whole,), parts = msgspec.json.schema_components([LayerDocument], ref_template=REFERENCE + "{name}")
    for part in parts.values():
        if "properties" in part:  # a document has all of them and no others; unknown values are null
            part["title"] = re.split("[.:,]", part["description"])[0]
            part |= {"required": list(part["properties"]), "additionalProperties": False}
            for own in part["properties"].values():
                own.pop("default", None)
    bars = list(parts["Bar"]["properties"].values())  # written as a list, because there are many
    parts["Bar"] = {"type": "array", "prefixItems": bars, "minItems": len(bars), "items": False}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "$defs": parts}, parts


LAYER, PARTS = _made()
ELSEWHERE: tuple[tuple[str, str, Schema], ...] = (  # what another network's documents differ in: part, property, how
    ("FilterRecord", "filter", {"pattern": "^[A-Za-z0-9._-]+/[0-9]+$"}),
    ("LayerFacts", "name", {"description": "its name in the network"}),
    ("WeightsFacts", "verified", {"description": "whether every array is known to be the one that was published"}),
)
MEANING = {  # of a filter's numbers, by name
    f"{name}.{own}": schema["description"]
    for name, part in {
        "texture": "SynthesisedImage",
        "neuron": "SynthesisedImage",
        "facets": "FacetsOfFilter",
        "texture_film": "FilmOfPicture",
        "neuron_film": "FilmOfPicture",
        "patches": "Patch",
        "measures": "Measures",
        "evidence": "Evidence",
    }.items()
    for own, schema in PARTS[part]["properties"].items()
} | {"activation_ratio": PARTS["FilterRecord"]["properties"]["activation_ratio"]["description"]}


def layer(*, vgg16: bool) -> Schema:
    """The schema of a layer's document: of VGG16's layers, or of any network's, whose names are others."""
    if vgg16:
        return LAYER
    made = copy.deepcopy(LAYER)
    for part, name, own in ELSEWHERE:
        made["$defs"][part]["properties"][name] |= own
    return made


def as_markdown(*, vgg16: bool = True) -> str:
    """The schema as tables for the guide, from the whole document to its smallest parts, each once."""
    parts: dict[str, Schema] = layer(vgg16=vgg16)["$defs"]
    return "\n\n".join(_table(part) for part in parts.values() if "properties" in part)


def measures() -> str:
    """The measures as a table for the guide, with their names on pages."""
    rows = [f"| {shown.title.lower()} | {meaning} |" for shown, meaning in record.shown().values()]
    return "\n".join(["| measure | what it says |", "|---|---|", *rows])


def _table(schema: Schema) -> str:
    rows = [f"| `{name}` | {_sort(own)} | {own['description']} |" for name, own in schema["properties"].items()]
    return "\n".join([f"## {schema['title']}", "", "| property | what it is | meaning |", "|---|---|---|", *rows])


def _sort(schema: Schema) -> str:
    """The type of a schema, in a few words."""
    if "$ref" in schema:
        schema = PARTS[schema["$ref"].removeprefix(REFERENCE)]
    if "anyOf" in schema:
        return f"{_sort(schema['anyOf'][0])}, or null"
    if "prefixItems" in schema:
        return f"list of {_sort(schema['prefixItems'][0])}"
    if "items" in schema:
        return f"list of {_sort(schema['items'])}"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "properties" in schema:
        title = schema["title"]
        return f"{title[0].lower()}{title[1:]}"
    sort = str(schema["type"])
    return {"integer": "whole number", "string": "text", "boolean": "true or false"}.get(sort, sort)

"""The atlas as data, under `site/data/`: a JSON file and an NPZ file per layer, the schema, and a manifest."""

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from generator.site.dataset import export, schema
from generator.site.records import Atlas
from generator.store.artifacts import Store
from generator.store.manifest import Manifest

PACKAGES = ("filter-atlas", "tensorflow", "numpy", "pillow", "mkdocs")
LICENCES = {
    "code": "MIT",
    "VGG16 weights": "CC BY 4.0, Visual Geometry Group, University of Oxford",
    "photographs": "those of the corpus: photographs.sources has the licence of each source",
    "numbers and synthesised images": "CC BY 4.0",
}


def files(atlas: Atlas, manifest: Manifest, store: Store) -> Iterator[tuple[str, bytes]]:
    """(name under data/, content). A layer without chosen filters has no file; without photographs, there is no NPZ."""
    responses = {layer.name: layer.responses for layer in manifest.layers if layer.chosen}
    for section in atlas.sections:
        if section.filters:
            yield f"{section.layer.name}.json", _text(export.plain(export.layer_document(section, atlas)))
        key = responses.get(section.layer.name)
        payload = store.read(key) if key else None
        if payload:
            yield f"{section.layer.name}.npz", payload
    yield "schema.json", _text(schema.LAYER)
    yield "manifest.json", _text(card(atlas, manifest))


def card(atlas: Atlas, manifest: Manifest) -> dict[str, Any]:
    """Everything that the atlas was made from: config, digests, versions and licences."""
    return {
        "config": manifest.config,
        "config_hash": atlas.config_hash,
        "notices": list(atlas.notices),
        "weights": asdict(atlas.network) | {"layers": {layer.name: layer.digest for layer in manifest.layers}},
        "photographs": manifest.corpus
        and {
            "name": manifest.corpus.name,
            "count": manifest.corpus.photographs,
            "labels": manifest.corpus.labels,
            "digest": manifest.corpus.digest,
            "skipped": [list(pair) for pair in manifest.corpus.skipped],
            "sources": [
                {"name": name, "licence": licence, "count": count} for name, licence, count in manifest.corpus.sources
            ],
            "notes": list(manifest.corpus.notes),
        },
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "licences": LICENCES,
        "cite": "CITATION.cff in the project's repository",
    }


def _text(value: Any) -> bytes:
    return (json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n").encode()

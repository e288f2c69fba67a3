"""The atlas as data, under `site/data/`: a JSON file and an NPZ file per layer, the schema, and a manifest.

The JSON files of layers are compressed: as text, one of 512 filters has three megabytes, and all are a tenth of a site.
"""

import gzip
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from generator.site.dataset import export, schema
from generator.site.pages import names
from generator.site.records import Atlas
from generator.store.artifacts import Store
from generator.store.manifest import Manifest

PACKAGES = ("filter-atlas", "tensorflow", "numpy", "pillow", "mkdocs")
OXFORD = "CC BY 4.0, Visual Geometry Group, University of Oxford"
LICENCES = {
    "photographs": "those of the corpus: photographs.sources has the licence of each source",
    "numbers and synthesised images": "CC BY 4.0",
}


def files(atlas: Atlas, manifest: Manifest, store: Store) -> Iterator[tuple[str, bytes]]:
    """(name under data/, content). A layer without chosen filters has no file; without photographs, there is no NPZ."""
    responses = {layer.name: layer.responses for layer in manifest.layers if layer.chosen}
    for section in atlas.sections:
        if section.filters:
            text = _text(export.plain(export.layer_document(section, atlas)))
            yield f"{names.file(section.layer.name)}.json.gz", gzip.compress(text, mtime=0)
        key = responses.get(section.layer.name)
        payload = store.read(key) if key else None
        if payload:
            yield f"{names.file(section.layer.name)}.npz", payload
    yield "schema.json", _text(schema.layer(vgg16=atlas.vgg16))
    yield "manifest.json", _text(card(atlas, manifest))


def card(atlas: Atlas, manifest: Manifest) -> dict[str, Any]:
    """Everything that the atlas was made from: config, digests, versions and licences."""
    return {
        "config": manifest.config,
        "config_hash": atlas.config_hash,
        "notices": list(atlas.notices),
        "weights": _weights(atlas) | {"layers": {layer.name: layer.digest for layer in manifest.layers}},
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
        "licences": {"code": "MIT"} | _licence(atlas) | LICENCES,
        "cite": "CITATION.cff in the project's repository",
    }


def _weights(atlas: Atlas) -> dict[str, Any]:
    """The weights, with the network's name as `network` if it is not VGG16."""
    found = asdict(atlas.network)
    name = found.pop("name")
    return found if atlas.vgg16 else {"network": name} | found


def _licence(atlas: Atlas) -> dict[str, str]:
    """The licence of the weights, as far as it is known: VGG16's, and of another network that of published ones."""
    return {f"{atlas.network.name} weights": OXFORD} if atlas.vgg16 or atlas.network.verified else {}


def _text(value: Any) -> bytes:
    return (json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n").encode()

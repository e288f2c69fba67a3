"""Each version counts where it should, and nowhere else; and there is no other table of them."""

import ast
import dataclasses
import re
import tarfile
from pathlib import Path

import pytest

from generator.bench import cells
from generator.corpus import Corpus, Photograph
from generator.corpus.sources import procedural
from generator.site import loading, maps
from generator.site.pages import appearance, images, previews, sheets
from generator.store import archive, manifest, versions
from generator.store.artifacts import Store
from tests import made
from tests.test_golden import keyed

ROOMS = sorted((Path(__file__).parents[2] / "generator").rglob("*.py"))
KINDS = set(keyed())
COUNTS = {  # version: the kinds of keys and the other names that it moves
    "schema": KINDS,
    "visualization": {"visualization", "facets", "film", "cells"},
    "facets": {"facets"},
    "film": {"film"},
    "decoding": {"photograph", "album", "gallery", "corpus", "drawn"},
    "responses": {"responses", "cells"},
    "maxima": {"maxima"},
    "footprints": {"footprints"},
    "strips": {"patches", "spectrum", "photograph", "album", "gallery"},
    "projection": {"deconvnet", "gradient"},
    "album": {"album"},
    "gallery": {"gallery"},
    "evidence": {"evidence"},
    "measures": {"measures", "cells"},
    "sketch": {"sketch"},
    "drawings": {"drawn"},
    "web": {"web"},
    "sheet": {"sheet"},
    "preview": {"preview"},
    "look": {"look"},
    "map": {"map"},
    "manifest": {"manifest"},
    "archive": {"archive"},
    "cells": {"cells"},
}


class Recorded:
    """In place of a WebCache: by what sources it is asked for something."""

    def __init__(self):
        self.asked = []

    def cached(self, source, _):
        self.asked.append(source)
        return "content", Path("nowhere.avif")

    def get(self, source, *_):
        self.asked.append(source)

    def sound(self, *_):
        return True


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("versions")
    made.make(root, (2, 2))
    return root


def names(root, card):
    """Everything that a version may move, by what it is."""
    photograph = Photograph("a/b.jpg", "a", "0" * 64, bytes(256))
    corpus = Corpus("photos", (photograph,), (), 224, lambda _: pytest.fail("no photograph has to be read"))
    found = keyed() | {"corpus": corpus.digest, "drawn": procedural(2).digest}
    store = Store(root / "store")
    atlas = loading.load(card, store)
    for name, derive in {
        "web": lambda cache: images.derive(atlas.pictures(), cache, 70),
        "sheet": lambda cache: sheets.derive(atlas.sections, cache, 70),
        "preview": lambda cache: previews.derive(atlas, cache),
        "look": lambda cache: appearance.derive(atlas.sections, cache),
        "map": lambda cache: maps.derive(atlas, {}, cache),
    }.items():
        cache = Recorded()
        derive(cache)
        assert cache.asked
        found[name] = cache.asked
    archive.export(store, set(), None, root / "a.tar")
    with tarfile.open(root / "a.tar") as tar:
        head = tar.extractfile(archive.HEAD)
        assert head is not None
        found["archive"] = head.read()
    return found | {"manifest": card.to_json(), "cells": cells.name({"layer": "block1_conv1"})}


@pytest.mark.parametrize("version", versions.table())
def test_each_version_counts_where_it_should(version, root, monkeypatch):
    card = manifest.load(manifest.newest(root / "store"))
    before = names(root, card)
    raised = dataclasses.replace(versions.CURRENT, **{version: versions.table()[version] + 1})
    monkeypatch.setattr(versions, "CURRENT", raised)
    after = names(root, card)
    assert {name for name in before if before[name] != after[name]} == COUNTS[version]


def test_there_is_no_other_table_of_versions():
    """A number that is called a version, a schema or a format, outside the table, is one that nobody reads."""
    found = []
    for path in ROOMS:
        for node in ast.walk(ast.parse(path.read_text())):
            value = getattr(node, "value", None)
            if not (isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(value, ast.Constant)):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [getattr(target, "id", "") for target in targets]
            if type(value.value) is int and any(re.search("VERSION|SCHEMA|FORMAT", name.upper()) for name in names):
                found.append((path.name, names))
    assert [each for each in found if each[0] != "versions.py"] == []


def test_each_kind_of_artifact_has_a_version_of_the_table():
    assert set().union(*(COUNTS[version] for version in COUNTS if version != "schema")) >= KINDS

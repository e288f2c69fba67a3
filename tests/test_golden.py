"""Numbers may only move together with the version that keys hold: else a store would mix old and new ones.

When a change is meant to move them, raise the version in `generator/store/versions.py` and run
`python -m tests.test_golden` to write the new numbers down. (A new default of a recipe is itself in the key and needs
no new version.) Tolerances allow for other processors' rounding; on one machine bytes are the same, and are compared.
"""

import dataclasses
import io
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from generator.ascent.recipes import Recipe, recipe_for
from generator.build import graph, plan
from generator.build.context import Context
from generator.build.tasks import CUTS, PROJECTIONS, Job, Visualize
from generator.config import Channel, Config, Neuron
from generator.corpus import Corpus, Photograph
from generator.corpus.drawings import pictures as drawings
from generator.corpus.photographs import decode, signature
from generator.network import sketches
from generator.network.weights import Weights
from generator.responses import accumulators, footprints
from generator.responses.maxima import Maxima
from generator.responses.statistics import Responses
from generator.site import loading, maps
from generator.site.maps import layouts
from generator.site.pages import appearance, images, previews, sheets
from generator.store import keys, versions
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests.conftest import random_pairs

FILE = Path(__file__).with_name("golden.json")
FORMATS = {"schema", "manifest", "archive", "cells"}  # of how things are written down, and of the benchmark: no numbers
PART = 4  # photographs, so that six of them are more than one part
CONFIG = Config(
    layers="block1_conv1 block2_conv2 block3_conv1 block5_conv1",
    filters="0-2",
    ascent=dataclasses.replace(
        Config().ascent,
        facets=2,
        climb="frames",
        channel=Channel(canvas=(32,) * 5, steps=(4,) * 5),
        neuron=Neuron(steps=(4,) * 5),
    ),
)
VERSION_OF = {  # of the kinds of artifacts that are not called like their version
    "patches": "strips",
    "spectrum": "strips",
    "photograph": "strips",
    "deconvnet": "projection",
    "gradient": "projection",
}


def corpus():
    """Six pictures of soft noise, read as files are."""
    pictures = {}
    for i in range(6):
        coarse = np.random.default_rng(i).integers(0, 256, (5 + i, 5 + i, 3), np.uint8)
        file = io.BytesIO()
        Image.fromarray(coarse).resize((300 + i, 250), Image.Resampling.BICUBIC).save(file, "png")
        pictures[f"{i:064x}"] = decode(file.getvalue(), 224)
    names = tuple(
        Photograph(f"{digest}.png", "noise", digest, signature(pixels)) for digest, pixels in pictures.items()
    )
    return Corpus("noise", names, (), 224, lambda photograph: pictures[photograph.digest])


class Made:
    """A small atlas, computed."""

    def __init__(self, root, network=None):
        weights = Weights.from_arrays(random_pairs(), "random")
        self.context = Context(weights, corpus(), Store(root / "store"))
        if network:
            vars(self.context)["network"] = network  # traced already
        self.store = self.context.store

    def compute(self, config=CONFIG, change=lambda tasks: tasks):
        """Do what the store lacks. `change`: of the tasks, into others that come to the same."""
        weights = self.context.weights
        self.manifest = plan.draw_up(config, weights, self.context.corpus)
        tasks = [*plan.plan(self.manifest, self.store).tasks, self.classic()]
        with mock.patch.object(accumulators, "PART", PART):
            for task in change(tasks):
                task.run(self.context, lambda *_: None)
        sketches.keep(weights, self.manifest, self.store)
        return self

    def classic(self):
        """A picture by the other recipe, which no plan of this config has."""
        layer = self.context.weights.layer("block1_conv2")
        recipe = recipe_for(layer, "channel", dataclasses.replace(CONFIG.ascent, recipe="classic"))
        recipe = recipe.but(canvas=48, batch=2)
        inputs = keys.visualization(self.context.weights.digest(layer.name), layer.name, 1, recipe.flat())
        return Visualize(layer.name, recipe, (Job(1, inputs.key),))

    def artifacts(self):
        """{key: all that is promised to be the same}."""
        found = {}
        for key in self.store:
            entry = self.store.entry(key)
            assert entry is not None
            found[entry.key] = entry.inputs, entry.facts, self.store.read(entry.key)
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Made(tmp_path_factory.mktemp("golden")).compute()


def numbers(made):
    """{"version: what it is": number} of everything that versions stand for."""
    found: dict[str, list[float]] = {}
    for inputs, facts, payload in made.artifacts().values():
        kind = inputs["kind"]
        version = VERSION_OF.get(kind, kind)
        where = f"{inputs.get('layer', '')} {inputs.get('objective', '')} {inputs.get('recipe', {}).get('name', '')}"
        for what, number in _told(kind, facts, payload):
            name = f"{version}: {' '.join(f'{kind} {where} {what}'.split())}"
            found.setdefault(name, []).append(number)
    return {name: float(np.mean(some)) for name, some in sorted((found | dict(_derived(made))).items())}


def _told(kind, facts, payload):
    """(what, number) of one artifact."""
    if payload[:4] == b"\x89PNG" or payload[4:8] == b"ftyp":
        pixels = np.asarray(Image.open(io.BytesIO(payload)).convert("RGB"), np.float64)
        yield "mean", pixels.mean()
        yield "deviation", pixels.std()
    if kind == "responses":
        answer = Responses.from_npz(payload)
        for field in ("value", "mean_value", "maximum", "mean", "deviation", "correlation"):
            yield field, np.abs(getattr(answer, field)).astype(np.float64).mean()
        yield "quantiles", answer.quantiles().mean()
    if kind == "maxima":
        maxima = Maxima.from_npz(payload)
        for field in ("mean", "deviation", "scale", "level", "row", "column"):
            yield field, getattr(maxima, field).astype(np.float64).mean()
    if kind == "footprints":
        for objective, ways in footprints.from_npz(payload).items():
            yield f"{objective} pictures", ways.pictures.mean()
            yield f"{objective} means", np.mean([own.mean() for own in ways.means])
            yield f"{objective} natural", ways.natural.mean()
    if kind == "sketch":
        yield "length", np.linalg.norm(np.load(io.BytesIO(payload)))
    if kind in ("evidence", "album", "measures"):
        yield from _leaves(json.loads(payload))
    yield from _leaves({name: fact for name, fact in facts.items() if name != "attempt"})


def _leaves(tree, name=""):
    """(name, size) of every number in a tree of JSON; what stands in a list has the list's name."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{name} {key}" if not key.isdigit() else name)
    elif isinstance(tree, list):
        yield f"{name} count", float(len(tree))
        for value in tree:
            yield from _leaves(value, name)
    elif isinstance(tree, int | float):
        yield name, abs(float(tree))


def _derived(made):
    """(name, numbers) of what pages show, of drawings, and of photographs as they are decoded."""
    atlas, cache = loading.load(made.manifest, made.store), WebCache(made.store)
    shown = [named for named in atlas.pictures() if not named.kind.endswith("_film")]  # which pages show as stored
    files: dict[str, Iterable[images.WebPicture]] = {"web": images.derive(shown, cache, atlas.quality).values()}
    stitched = sheets.derive(atlas.sections, cache, atlas.quality)
    files["sheet"] = [picture for sheet in stitched.values() for picture in (sheet.full, sheet.preview)]
    files["map"] = [
        tiles.picture for own in maps.derive(atlas, stitched, cache).values() for tiles in own.tiles.values()
    ]
    files["preview"] = previews.derive(atlas, cache).values()
    for version, pictures in files.items():
        pixels = [np.asarray(Image.open(picture.path).convert("RGB"), np.float64) for picture in pictures]
        yield f"{version}: mean", [some.mean() for some in pixels]
        yield f"{version}: deviation", [some.std() for some in pixels]
    yield "map: distance of neighbours", _beside(np.random.default_rng(0).standard_normal((100, 3)))
    seen = appearance.derive(atlas.sections, cache)
    for name in ("colour", "lines", "regular"):
        yield f"look: {name}", [getattr(look, name) for own in seen.values() for look in own.values()]
    drawn = [drawings.draw(0, index).pixels for index in range(len(drawings.classes()))]
    yield "drawings: mean", [pixels.mean() for pixels in drawn]
    yield "drawings: deviation", [pixels.std() for pixels in drawn]
    read = [pixels for _, pixels in made.context.corpus.stream()]
    yield "decoding: mean", [pixels.mean() for pixels in read]
    yield "decoding: deviation", [pixels.std() for pixels in read]


def _beside(points):
    """The distances of things in neighbouring columns of a map of points."""
    similar = np.exp(-((points[:, None] - points) ** 2).sum(axis=-1))
    found = layouts.by_response([list(enumerate(row)) for row in similar.tolist()], range(len(points)))
    return np.linalg.norm(points[found[:, 1:]] - points[found[:, :-1]], axis=-1).ravel()


def test_numbers_move_only_with_their_version(made):
    golden = json.loads(FILE.read_text())
    assert golden["versions"] == versions.table(), "a version was raised: write the new numbers down"
    found = numbers(made)
    assert set(found) == set(golden["numbers"])
    for name, number in golden["numbers"].items():
        assert found[name] == pytest.approx(number, rel=0.01, abs=1e-4), name


def test_every_version_has_its_numbers():
    told = {name.partition(":")[0] for name in json.loads(FILE.read_text())["numbers"]}
    assert told == set(versions.table()) - FORMATS


def keyed():
    """{kind: a key} of inputs that are always the same, for all kinds that there are."""
    recipe = Recipe("fourier", "channel", "fourier", 64, True, 16, 1.0, 0.5, 0.5, 0.3)
    weights, responses, layer = "a" * 64, "b" * 64, "block3_conv1"
    inputs = [
        keys.visualization(weights, layer, 17, recipe.flat()),
        keys.facets(weights, layer, 17, recipe.flat(), 4),
        keys.film(weights, layer, 17, recipe.flat()),
        keys.layer_responses(weights, layer, "c" * 64),
        *(keys.strip(kind, responses, "d" * 64, 17) for kind in (*CUTS, *PROJECTIONS)),
        keys.photograph("e" * 64, 224),
        keys.album(responses),
        keys.gallery("d" * 64),
        keys.layer_maxima(weights, layer, "c" * 64),
        keys.layer_evidence(responses, "d" * 64, None, weights),
        keys.layer_footprints(responses),
        keys.picture_measures("f" * 64, "0" * 64, responses, "1" * 64),
        keys.sketch(weights, layer),
    ]
    return {each["kind"]: each.key for each in inputs}


def test_keys_move_only_with_their_version(made):
    """What is written down in another way has another key, and every store is computed anew: never by accident."""
    assert json.loads(FILE.read_text())["keys"] == keyed()
    assert {inputs["kind"] for inputs, *_ in made.artifacts().values()} == set(keyed())


def test_the_same_bytes_whatever_is_made_together(made, tmp_path):
    """Other batches, another order, the pass in parts: all artifacts, their facts and their inputs are the same."""

    def otherwise(tasks):
        return graph.spread(tasks[::-1], len(made.context.corpus.photographs), lambda _: 1.0)

    again = Made(tmp_path, made.context.network)
    again.compute(dataclasses.replace(CONFIG, filters="1-1"), otherwise).compute(change=otherwise)
    first, second = made.artifacts(), again.artifacts()
    assert set(first) == set(second)
    assert [inputs for key, (inputs, *_) in first.items() if second[key] != first[key]] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        written = {"versions": versions.table(), "keys": keyed(), "numbers": numbers(Made(Path(folder)).compute())}
    FILE.write_text(json.dumps(written, indent=1) + "\n")
    sys.stdout.write(f"wrote {FILE}\n")

"""Numbers may only move together with the version that keys hold: else a store would mix old and new ones.

When a change is meant to move them, raise the version in the room that computes them and run
`python -m tests.test_golden` to write the new numbers down. (A new default of a recipe is itself in the key and needs
no new version.) Tolerances allow for other processors' rounding.
"""

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from generator import crops, recipes, responses
from generator.config import AscentSettings
from generator.corpus import Corpus, Photograph
from generator.evidence import conclusions
from generator.recipes import recipe_for
from generator.weights import Weights
from tests.conftest import random_pairs

FILE = Path(__file__).with_name("golden.json")
VERSIONS = {
    "visualization": recipes.VERSION,
    "responses": responses.VERSION,
    "strips": crops.VERSION,
    "evidence": conclusions.VERSION,
}
CLIMBS = [
    ("block1_conv1", "channel", "fourier"),
    ("block1_conv2", "neuron", "fourier"),
    ("block2_conv2", "channel", "fourier"),
    ("block3_conv1", "neuron", "fourier"),
    ("block4_conv2", "channel", "fourier"),
    ("block5_conv1", "neuron", "fourier"),
    ("block2_conv1", "channel", "classic"),
]


def corpus():
    """Six pictures of soft noise."""
    pictures = {}
    for i in range(6):
        coarse = np.random.default_rng(i).integers(0, 256, (4 + i, 4 + i, 3), np.uint8)
        pictures[f"{i:064x}"] = np.kron(coarse, np.ones((56, 56, 1), np.uint8))[:224, :224]
    names = tuple(Photograph(f"{i}.png", "noise", digest, bytes(256)) for i, digest in enumerate(pictures))
    return Corpus("noise", names, (), 224, lambda photograph: pictures[photograph.digest])


def numbers():
    """{name: number} of everything that versions stand for."""
    from generator.ascent import ascend
    from generator.network import Network
    from generator.patches import respond

    weights = Weights.from_arrays(random_pairs(), "random")
    network = Network(weights)
    found = {}
    for name, objective, recipe_name in CLIMBS:
        layer = weights.layer(name)
        recipe = recipe_for(layer, objective, AscentSettings(recipe=recipe_name))
        recipe = dataclasses.replace(recipe, steps=4, batch=2, restarts=1, retries=0)
        (picture,) = ascend(network, name, recipe, [(1, "5" * 64)])
        found[f"{name} {objective} {recipe_name} activation"] = picture.facts["activation"]
        found[f"{name} {objective} {recipe_name} pixels"] = float(picture.pixels.mean())
    photographs = corpus()
    answers = respond(network, photographs, weights.layers[:5])
    for layer in weights.layers[:5]:
        answer = answers[layer.name]
        for field in ("value", "mean_value", "maximum", "mean", "deviation", "correlation"):
            found[f"{layer.name} {field}"] = float(np.abs(getattr(answer, field)).astype(np.float64).mean())
        found[f"{layer.name} quantiles"] = float(answer.quantiles().mean())
    layer = weights.layer("block3_conv1")
    strip = dict(crops.cut(photographs, layer, answers[layer.name], [2]))[2]
    found["strip"] = float(len(strip.facts["patches"]) * strip.facts["tile"] + strip.facts["patches"][0]["field"][0])
    evidence = conclusions.conclude(layer, weights, photographs, answers[layer.name], answers["block2_conv2"])
    found["links"] = float(sum(link.share for each in evidence for link in each.excitatory + each.inhibitory))
    return found


def test_numbers_move_only_with_their_version():
    golden = json.loads(FILE.read_text())
    assert golden["versions"] == VERSIONS, "a version was raised: write the new numbers down"
    found = numbers()
    assert set(found) == set(golden["numbers"])
    for name, number in golden["numbers"].items():
        assert found[name] == pytest.approx(number, rel=0.01, abs=1e-4), name


if __name__ == "__main__":
    FILE.write_text(json.dumps({"versions": VERSIONS, "numbers": numbers()}, indent=1) + "\n")
    sys.stdout.write(f"wrote {FILE}\n")

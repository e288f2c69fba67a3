import numpy as np
import pytest

from generator.network.forward import Network
from generator.network.weights import Weights
from generator.responses.evidence import conclusions
from generator.responses.scan import respond
from generator.site.pages import plots
from tests.conftest import random_pairs
from tests.test_golden import corpus

FILTERS = (4, 4, 6)


@pytest.fixture(scope="module")
def weights():
    pairs = random_pairs(FILTERS)
    kernel, bias = pairs["block1_conv1"]
    kernel[..., 0] = 0
    kernel[0, 1, 0, 0], kernel[2, 2, 2, 0] = 0.5, -0.25  # blue up, red down: the network reads BGR
    return Weights.from_arrays(pairs | {"block1_conv1": (kernel, bias)}, "random")


@pytest.fixture(scope="module")
def found(weights):
    """The evidence of all layers."""
    photographs = corpus()
    answers = respond(Network(weights), photographs, weights.layers)
    below = [None, *[answers[layer.name] for layer in weights.layers]]
    return [
        conclusions.conclude(layer, weights, photographs, answers[layer.name], below[layer.depth])
        for layer in weights.layers
    ]


def test_to_json_and_back(found):
    for evidence in found:
        assert conclusions.from_json(conclusions.to_json(evidence)) == evidence


def test_connections_reach_to_the_layers_there_are(found, weights):
    first, second, third = found
    assert not any(each.excitatory or each.inhibitory for each in first)
    assert all(each.readers for each in second)
    assert not any(each.readers for each in third)
    assert all(each.excitatory or each.inhibitory for each in third)
    assert conclusions.above(weights.layers[2], weights) is None


def test_first_kernels_are_shown_as_colours(found):
    first, second, _ = found
    assert np.shape(first[0].kernel) == (3, 3, 3)
    colours = plots.colours(first[0].kernel)
    assert colours[0][1] == "#8080ff"
    assert colours[2][2] == "#408080"
    assert second[0].kernel == ()

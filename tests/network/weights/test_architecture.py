import json
import zipfile
from itertools import pairwise

import h5py
import numpy as np
import pytest

from generator.errors import InputError
from generator.network.weights import architecture
from tests.network.weights.keras_models import opened


def layer(name, *reads, kind="Conv2D"):
    inbound = [[[each, 0, 0, {}] for each in reads]] if reads else []
    return {"class_name": kind, "name": name, "config": {"name": name, "activation": "relu"}, "inbound_nodes": inbound}


def functional(*layers):
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    return {"class_name": "Functional", "config": {"layers": [layer("in", kind="InputLayer"), *layers], **ends}}


def read(config):
    graph = architecture.read(config)
    assert graph is not None
    return graph


def source(graph, *path):
    """The path of the one layer that a layer reads."""
    found = graph.source(graph.nodes[path])
    assert found is not None
    return found.path


def test_who_reads_whom():
    graph = read(functional(layer("a", "in"), layer("b", "a"), layer("c", "a", "b", kind="Add")))
    assert source(graph, "b") == ("a",)
    assert graph.source(graph.nodes["c",]) is None
    assert {node.path for node in graph.readers(("a",))} == {("b",), ("c",)}
    assert [node.place for node in graph.nodes.values()] == [("input_layer",), ("conv2d",), ("conv2d_1",), ("add",)]


def test_a_model_within_a_model_is_read_through():
    inner = functional(layer("x", "in")) | {"name": "inner", "inbound_nodes": [[["a", 0, 0, {}]]]}
    graph = read(functional(layer("a", "in"), inner, layer("b", "inner")))
    assert source(graph, "b") == ("inner", "x")
    assert source(graph, "inner", "x") == ("inner", "in")
    assert source(graph, "inner", "in") == ("a",)
    assert graph.nodes["inner", "x"].place == ("functional", "conv2d")


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {},
        {"class_name": "Mine", "config": {"width": 3}},
        {"class_name": "Functional", "config": {"layers": [{"class_name": "Conv2D"}]}},
        {"class_name": "Functional", "config": {"layers": [7]}},
        functional(layer("a", "b"), layer("b", "a")),
        functional(layer("a", "a")),
    ],
)
def test_what_is_no_architecture_is_none(config):
    assert architecture.read(config) is None


@pytest.mark.parametrize("depth", [3, 3000])
def test_a_hostile_depth_is_told_in_a_line(tmp_path, depth):
    names = ["in", *(f"n{number}" for number in range(depth))]
    chain = [layer(name, before, kind="Rescaling") for before, name in pairwise(names)]
    for each in chain:
        each["config"] |= {"scale": 1.0, "offset": 1.0}
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["layers/conv2d/vars/0"] = np.ones((3, 3, 3, 4), np.float32)
        file["layers/conv2d/vars"].attrs["name"] = "block1_conv1"
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.write(tmp_path / "m.h5", "model.weights.h5")
        archive.writestr("config.json", json.dumps(functional(*chain, layer("block1_conv1", names[-1]))))
    if depth == 3:
        assert "(R + 3, G + 3, B + 3)" in opened(tmp_path / "m.keras").expects
    else:
        with pytest.raises(InputError, match="too deeply"):
            opened(tmp_path / "m.keras")

import numpy as np
import pytest

from generator.errors import InputError
from generator.network.geometry import vgg16
from generator.network.weights.preprocessing import NAMED, TORCH, fold
from tests.conftest import random_pairs
from tests.network.weights.keras_models import opened

onnx = pytest.importorskip("onnx")
PAIRS = random_pairs((4, 4, 6, 6, 8))


def model(path, *, names, poolings=True, scaled=False, normalized=False):
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, last = [], [], "input"

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    if scaled:
        nodes.append(helper.make_node("Div", [last, constant("scale", np.array(255.0))], ["scaled"]))
        last = "scaled"
    for layer, (kernel, bias) in zip(vgg16((4, 4, 6, 6, 8)), PAIRS.values(), strict=True):
        if layer.first and layer.block > 1 and poolings:
            pool = helper.make_node("MaxPool", [last], [f"pool{layer.block}"], kernel_shape=[2, 2], strides=[2, 2])
            nodes.append(pool)
            last = f"pool{layer.block}"
        own = names(layer)
        inputs = [last, constant(f"{own}.weight", kernel.transpose(3, 2, 0, 1)), constant(f"{own}.bias", bias)]
        nodes.append(helper.make_node("Conv", inputs, [f"z{layer.depth}"], kernel_shape=[3, 3], pads=[1] * 4))
        last = f"z{layer.depth}"
        if normalized:
            ones = [constant(f"bn{layer.depth}.{n}", np.full(len(bias), n)) for n in (2.0, 1.0, 0.0, 4.0)]
            nodes.append(helper.make_node("BatchNormalization", [last, *ones], [f"n{layer.depth}"], epsilon=0.0))
            last = f"n{layer.depth}"
        nodes.append(helper.make_node("Relu", [last], [f"a{layer.depth}"]))
        last = f"a{layer.depth}"
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("input", last)]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], constants)), path)
    return path


def torch_name(layer):
    return f"features.{(0, 2, 5, 7, 10)[layer.depth]}"


def other_name(layer):
    return f"onnx::Conv_{100 + layer.depth}"


@pytest.mark.parametrize(
    ("names", "scaled", "expected"),
    [
        (torch_name, False, TORCH),
        (other_name, False, NAMED["caffe"]),
        (other_name, True, NAMED["unit"]),
        (lambda layer: f"m.{layer.name}", True, NAMED["unit"]),
    ],
)
def test_vgg16_in_an_onnx_model(tmp_path, names, scaled, expected):
    weights = opened(model(tmp_path / "m.onnx", names=names, scaled=scaled))
    for name, (kernel, bias) in (PAIRS | {"block1_conv1": fold(*PAIRS["block1_conv1"], expected)}).items():
        assert np.array_equal(weights.kernel(name), kernel)
        assert np.array_equal(weights.bias(name), bias)


def test_batch_normalizations(tmp_path):
    weights = opened(model(tmp_path / "m.onnx", names=other_name, normalized=True), preprocessing="caffe")
    for name, (kernel, bias) in PAIRS.items():  # x * 2 / sqrt(4) + 1
        assert np.allclose(weights.kernel(name), kernel, rtol=1e-6)
        assert np.allclose(weights.bias(name), bias + 1, rtol=1e-6)


def test_an_architecture_that_is_not_vgg16s(tmp_path):
    with pytest.raises(InputError, match="no pooling stands in front of it"):
        opened(model(tmp_path / "m.onnx", names=other_name, poolings=False))


def test_without_the_library(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    (tmp_path / "m.onnx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"filter-atlas\[onnx\]"):
        opened(tmp_path / "m.onnx")

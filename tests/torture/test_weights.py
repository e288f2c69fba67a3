"""Weights that are none: each refused in one line that says what was expected and found; nothing in a file is run."""

import io
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from generator.cli.commands import main
from tests.conftest import random_pairs
from tests.torture.conftest import WIDTHS


class Payload:
    """Writes a file as soon as anybody unpickles it."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (Path.write_text, (Path(self.target), "executed"))


def npz(pairs, **more):
    arrays = dict(more)
    for name, (kernel, bias) in pairs.items():
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def h5(groups):
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        for name, (kernel, bias) in groups.items():
            group = opened.create_group(f"model_weights/{name}/{name}")
            group["kernel:0"], group["bias:0"] = kernel, bias
    return file.getvalue()


def keras(target):
    """A model whose Lambda layer holds code that would write a file, and no VGG16."""
    code = pickle.dumps(Payload(target)).hex()
    config = f'{{"class_name": "Functional", "config": {{"layers": [{{"class_name": "Lambda", "config": "{code}"}}]}}}}'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", h5({"dense": (np.zeros((3, 3, 8, 8), np.float32), np.zeros(8))}))
    return file.getvalue()


PAIRS = random_pairs(WIDTHS)
BAD = np.float32(np.nan), np.float32(np.inf)


def changed(name, pair):
    return PAIRS | {name: pair}


def poisoned(value):
    kernel, bias = PAIRS["block2_conv1"]
    kernel = kernel.copy()
    kernel[1, 1, 0, 0] = value
    return changed("block2_conv1", (kernel, bias))


def objects(target):
    """An archive of arrays of Python objects: a pickle within."""
    file = io.BytesIO()
    np.savez(file, block1_conv1_kernel=np.array([Payload(target)], object), block1_conv1_bias=np.zeros(4))
    return file.getvalue()


def no_vgg():
    """Names of a VGG, with a third convolution in the first block."""
    pairs, inputs = {}, 3
    for name in ("block1_conv1", "block1_conv2", "block1_conv3", "block2_conv1"):
        pairs[name] = (np.zeros((3, 3, inputs, 4), np.float32), np.zeros(4, np.float32))
        inputs = 4
    return pairs


RESNET = {
    "conv1_conv": (np.zeros((7, 7, 3, 64), np.float32), np.zeros(64, np.float32)),
    "conv2_block1_1_conv": (np.zeros((1, 1, 64, 64), np.float32), np.zeros(64, np.float32)),
}

CASES = {  # name of the file: (bytes for a target, what was expected and found)
    "shape.npz": (lambda _: npz(changed("block2_conv1", (np.zeros((5, 5, 4, 6)), np.zeros(6)))), "(5, 5, 4, 6)"),
    "missing.npz": (lambda _: npz({k: v for k, v in PAIRS.items() if k != "block1_conv2"}), "lacks block1_conv2"),
    "nan.npz": (lambda _: npz(poisoned(BAD[0])), "no finite numbers"),
    "inf.npz": (lambda _: npz(poisoned(BAD[1])), "no finite numbers"),
    "no_vgg.npz": (lambda _: npz(no_vgg()), "block1_conv3"),
    "no_vgg.h5": (lambda _: h5(no_vgg()), "block1_conv3"),
    "resnet.h5": (lambda _: h5(RESNET), "does not tell its architecture"),
    "empty.npz": (lambda _: b"", "empty"),
    "empty.h5": (lambda _: b"", "empty"),
    "truncated.npz": (lambda _: npz(PAIRS)[:-3000], "truncated"),
    "truncated.h5": (lambda _: h5(PAIRS)[:-3000], "truncated"),
    "text.h5": (lambda _: b"weights, honestly", "expected"),
    "pickle.npz": (lambda target: pickle.dumps(Payload(target)), "a pickle"),
    "pickle.h5": (lambda target: pickle.dumps(Payload(target)), "a pickle"),
    "objects.npz": (objects, "expected"),
    "lambda.keras": (keras, "its architecture is not VGG16"),
    "zip.keras": (lambda _: npz(PAIRS), "model.weights.h5"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_is_refused_in_one_line_and_nothing_is_run(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, words = CASES[name]
    target = tmp_path / "executed"
    (tmp_path / name).write_bytes(make(target))
    with pytest.raises(SystemExit) as left:
        main(["info", "--weights", str(tmp_path / name), "--images", "none"])
    told = capsys.readouterr().err.strip()
    assert left.value.code == 2
    assert len(told.splitlines()) == 1, told
    assert words in told
    assert "xpected" in told or "architecture" in told
    assert not target.exists()


def test_the_payload_would_have_worked(tmp_path, report):
    pickle.loads(pickle.dumps(Payload(tmp_path / "executed")))  # noqa: S301 (to show that the tests above can fail)
    assert (tmp_path / "executed").read_text() == "executed"
    report("files that are no VGG16's weights", len(CASES), "each refused in a line: expected, found; nothing was run")

"""Recognises files of weights in formats that are not read here, and says how to convert them."""

import re
from pathlib import Path

TORCH = (
    "is PyTorch's, a pickle, which may run code and is not opened here. Save its tensors: "
    "python -c \"import torch, safetensors.torch as s; s.save_file(torch.load('{name}', map_location='cpu', "
    "weights_only=True), '{stem}.safetensors')\""
)
FORMS = {  # by suffix
    **dict.fromkeys((".pth", ".pt", ".bin", ".ckpt", ".tar"), TORCH),
    ".pkl": "is a pickle, which may run code and is not opened here. Save its arrays with numpy.savez",
    ".npy": "is one array, or a pickle of several. Save them by name with numpy.savez: conv1_1_W, conv1_1_b, ...",
    ".tflite": "is a TensorFlow Lite model, whose weights may be rounded. Give the Keras model that it was made from",
    ".pb": "is a TensorFlow graph. Give the Keras model that it was made from, saved as .keras or .h5",
    ".json": "is an architecture without weights. Give the file of the weights beside it",
    ".caffemodel": "is Caffe's. Give the same weights as .h5 or .npz: conv1_1_W, conv1_1_b, ...",
    ".mat": "is MATLAB's. Save the arrays with numpy.savez: conv1_1_W (3, 3, in, out), conv1_1_b, ...",
    **dict.fromkeys(
        (".index", ".data-00000-of-00001", ".meta"),
        "is part of a TensorFlow checkpoint. Load it into the model, then: model.save_weights('my.weights.h5')",
    ),
}
SHARDED = (
    "is one of the parts of weights that Keras saved in several. Load them, then: model.save_weights('my.weights.h5')"
)
SHARD = re.compile(r"_\d{5}\.weights\.h5$")
KINDS = ".h5, .weights.h5, .keras, .npz, .safetensors and .onnx files"


def advice(path: Path) -> str | None:
    """What an unreadable file is, and what to do; None if it may be of a kind that is read."""
    name = path.name.lower()
    if path.is_dir():
        return _folder(path)
    if name.endswith(".weights.json") or (SHARD.search(name) and list(path.parent.glob("*.weights.json"))):
        return SHARDED
    form = FORMS.get(path.suffix.lower())
    return form.format(name=path.name, stem=path.stem) if form else None


def _folder(path: Path) -> str:
    if (path / "saved_model.pb").exists():
        return (
            "is a TensorFlow SavedModel. With TensorFlow 2.15 or tf_keras: "
            f"tf_keras.models.load_model('{path.name}').save('{path.name}.h5')"
        )
    inside = sorted(
        each.name for each in path.iterdir() if each.suffix.lower() in (".h5", ".keras", ".npz", ".safetensors")
    )
    return (
        f"is a folder. Give the file in it: {path / inside[0]}" if inside else "is a folder without a file of weights"
    )

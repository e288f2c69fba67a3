"""What the tests share: a narrow VGG16 with random weights, and the real data where it is at hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.corpus.folder import from_folder
from generator.network.geometry import vgg16
from generator.network.weights import Weights
from generator.network.weights.contents import Pairs
from generator.store.file_cache import FileCache

SHARED = Path(__file__).parents[2] / "shared"  # real weights and photographs, beside the checkout
NARROW = (4, 4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 8)


def random_pairs(filters: Sequence[int] = NARROW, seed: int = 0) -> Pairs:
    """Kernels and biases of He's scale for a VGG16 of that width."""
    numbers = np.random.default_rng(seed)
    pairs: Pairs = {}
    inputs = 3
    for layer in vgg16(filters):
        scale = np.sqrt(2 / (9 * inputs)) / (70 if inputs == 3 else 1)  # pixels spread over about 70
        pairs[layer.name] = (
            (numbers.normal(size=(3, 3, inputs, layer.filters)) * scale).astype(np.float32),
            (numbers.normal(size=layer.filters) * 0.1).astype(np.float32),
        )
        inputs = layer.filters
    return pairs


def drawn_corpus(root, count, resample=Image.Resampling.BICUBIC):
    """A corpus of two labels, of random pictures as coarse as photographs are, each a pixel wider than the last."""
    random = np.random.default_rng(7)
    for n in range(count):
        coarse = Image.fromarray(random.integers(0, 255, (9, 9, 3)).astype(np.uint8))
        (root / f"kind {n % 2}").mkdir(exist_ok=True)
        coarse.resize((230 + n, 240), resample).save(root / f"kind {n % 2}" / f"{n}.png")
    return from_folder(root, FileCache(root.parent / "memo.json"))


@pytest.fixture(scope="session")
def narrow():
    """A whole VGG16 of 4 to 8 filters a layer."""
    return Weights.from_arrays(random_pairs(), "random weights")


def _shared(path):
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the real data is not at hand (no {path} in the shared folder beside the checkout)")
    return found


@pytest.fixture(scope="session")
def oxford_file():
    """The file with the true VGG16's first five layers."""
    return _shared("weights/vgg16-imagenet-prefix.npz")


@pytest.fixture(scope="session")
def oxford(oxford_file, tmp_path_factory):
    """The true VGG16's first five layers."""
    return Weights.open(oxford_file, FileCache(tmp_path_factory.mktemp("memo") / "memo.json"))


@pytest.fixture(scope="session")
def vgg19(tmp_path_factory):
    """Seven layers of VGG16's shapes, trained on ImageNet as part of VGG19."""
    return Weights.open(
        _shared("weights/vgg19-imagenet-blocks1-3.npz"), FileCache(tmp_path_factory.mktemp("memo") / "memo.json")
    )


@pytest.fixture(scope="session")
def photographs():
    """A folder of real photographs."""
    return _shared("images")

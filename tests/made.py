"""Made-up stores: pictures that no network ever saw, for any number of filters, in the store's own format.

`python -m tests.made FOLDER [FILTERS]` fills FOLDER/store with a whole atlas, to look at pages and to measure builds.
"""

import hashlib
import io
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from generator import canonical, manifest
from generator.config import Config
from generator.geometry import FILTERS, LAYERS, Layer, vgg16
from generator.manifest import CorpusCard, LayerKeys, Manifest, NetworkCard
from generator.store import Store

LABELS = ("dalmatian", "sunflowers", "wild cat", "roses", "airplanes", "brick", "okapi", "gramophone")
CANVAS = (64, 64, 64, 96, 128)
PATCHES = 9
LOSSLESS = 60  # pixels: strips of larger tiles are AVIF
VARIETY = 12  # different pictures a layer; the others are shifted copies

Labels = Callable[[Layer, int, int], str]
Has = Callable[[Layer, int, str], bool]


def some_label(layer: Layer, index: int, place: int) -> str:
    """A label for a filter's patch."""
    return LABELS[(layer.depth + index * 5 + place // 4) % len(LABELS)]


def everything(layer: Layer, index: int, part: str) -> bool:
    """Whether a filter has a part: all have all."""
    return True


def make(
    root: Path,
    widths: Sequence[int],
    *,
    chosen: int | None = None,
    labels: Labels = some_label,
    has: Has = everything,
    corpus: bool = True,
) -> Path:
    """Fill `root/store`, and return the path of its manifest.

    `widths`: filters a layer (fewer than 13: weights that end early); `chosen`: only the first so many of each.
    """
    store = Store(root / "store")
    layers = [_layer(store, layer, chosen, labels, has, corpus) for layer in vgg16(widths)]
    card = CorpusCard("photographs", 1806, 104, "c" * 64, (("broken/a.jpg", "not a picture"),)) if corpus else None
    made = Manifest(
        config={"profile": Config().profile, "site": {"title": "Filter Atlas", "quality": 70}},
        network=NetworkCard("made up for a test", "made.npz", False, "d" * 64),
        corpus=card,
        layers=tuple(layers),
    )
    path = manifest.path_for(store.root, root / "site")
    manifest.save(made, path)
    return path


def _layer(store: Store, layer: Layer, chosen: int | None, labels: Labels, has: Has, corpus: bool) -> LayerKeys:
    indices = tuple(range(layer.filters if chosen is None else min(chosen, layer.filters)))
    keys: dict[str, dict[int, str]] = {"channel": {}, "neuron": {}, "patches": {}}
    canvas = CANVAS[layer.block - 1]
    variety = min(VARIETY, len(indices))
    textures = [_texture(layer, n, canvas) for n in range(variety)]
    tile, field = _tile(layer)
    strips = [_strip(layer, n, tile) for n in range(variety)]
    for index in indices:
        shifted = np.roll(textures[index % variety], (index // variety * 3, index), axis=(0, 1))
        payloads = {
            "channel": lambda shifted=shifted: _png(shifted),
            "neuron": lambda shifted=shifted: _png(_resized(shifted, layer.field)),
            "patches": lambda index=index: strips[index % variety] + _tail(index),
        }
        facts = {
            "channel": {"activation": 40.0 + index % 7, "width": canvas, "height": canvas, "seconds": 0.2},
            "neuron": {"activation": 300.0 + 11 * (index % 13), "width": layer.field, "height": layer.field},
            "patches": _patch_facts(layer, index, tile, field, labels),
        }
        for kind, part in (("channel", "texture"), ("neuron", "neuron"), ("patches", "patches")):
            if kind == "patches" and not corpus:
                continue
            inputs = {
                "kind": kind,
                "layer": layer.name,
                "filter": index,
                "objective": kind,
                "recipe": {"name": "fourier"},
            }
            key = keys[kind][index] = canonical.key(inputs)
            if has(layer, index, part):
                suffix = "avif" if kind == "patches" and tile > LOSSLESS else "png"
                store.put(key, inputs, payloads[kind](), suffix, facts[kind], {"tensorflow": "2.20.0"})
    return LayerKeys(
        name=layer.name,
        filters=layer.filters,
        chosen=indices,
        digest="e" * 64,
        responses=None,
        evidence=None,
        artifacts=keys,
    )


def _patch_facts(layer: Layer, index: int, tile: int, field: tuple[int, int], labels: Labels) -> dict[str, object]:
    low, high = field
    return {
        "width": PATCHES * tile,
        "height": tile,
        "tile": tile,
        "patches": [
            {
                "photograph": f"{labels(layer, index, place)}/image_{place:04d}.jpg",
                "label": labels(layer, index, place),
                "activation": 210.5 - 7 * place + index % 5,
                "window": [0, place, layer.field, place + layer.field],
                "field": [low, low, high, high],
            }
            for place in range(PATCHES)
        ],
    }


def _tile(layer: Layer) -> tuple[int, tuple[int, int]]:
    """The side of a patch's tile, and where the receptive field lies within it."""
    tile = min(224, max(15, -(-layer.field * 3 // 2)))
    margin = (tile - layer.field) // 2
    return tile, (margin, margin + layer.field)


def _texture(layer: Layer, number: int, side: int) -> np.ndarray:
    """A periodic pattern of crossed waves, uint8 (side, side, 3)."""
    random = np.random.default_rng([layer.depth, number])
    y, x = np.mgrid[0:side, 0:side] * (2 * np.pi / side)
    most = max(2, side // max(4, layer.field // 3))
    waves = [
        np.sin(random.integers(-most, most + 1) * x + random.integers(-most, most + 1) * y + random.uniform(0, 6))
        for _ in range(3)
    ]
    colours = random.normal(size=(3, 3)) * 0.4 + np.eye(3)[:, :1] * 0.6
    picture = np.stack(waves, axis=-1) @ colours
    return (127.5 + 100 * np.tanh(picture)).astype(np.uint8)


def _strip(layer: Layer, number: int, tile: int) -> bytes:
    tiles = [_resized(_texture(layer, number + 100 * place, 96), tile) for place in range(PATCHES)]
    buffer = io.BytesIO()
    strip = Image.fromarray(np.concatenate(tiles, axis=1))
    if tile > LOSSLESS:
        strip.save(buffer, "AVIF", quality=60, speed=10, max_threads=1)
    else:
        strip.save(buffer, "PNG")
    return buffer.getvalue()


def _tail(number: int) -> bytes:
    """An empty box at the end of a picture, which decoders skip: the same picture in other bytes."""
    return struct.pack(">I4sI", 12, b"free", number)


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))


def _png(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def fingerprints(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    start = time.perf_counter()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else None
    whole = [min(FILTERS[layer.block - 1], count or 512) for layer in LAYERS]
    sys.stdout.write(f"{make(Path(sys.argv[1]), whole)}\n{time.perf_counter() - start:.1f} s\n")

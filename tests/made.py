"""Made-up stores: pictures that no network ever saw, for any number of filters, in the store's own format.

`python -m tests.made FOLDER [FILTERS]` fills FOLDER/store with a whole atlas, to look at pages and to measure builds.
`NETWORKS` are some that are not VGG16: one with names of all kinds, one of seven blocks, one of a single layer.
"""

import hashlib
import io
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

from generator.ascent import frames
from generator.config import Config
from generator.measures import record
from generator.measures.record import Measures
from generator.network.geometry import FILTERS, LAYERS, Layer, Window, vgg16
from generator.responses import maxima
from generator.responses.evidence import Bar, Evidence, Neighbour, Whole, conclusions
from generator.responses.evidence.connections import Link
from generator.responses.evidence.labels import Excess
from generator.responses.patch import Patch, Tiles
from generator.store import canonical, manifest
from generator.store.artifacts import Store
from generator.store.manifest import VGG16, CorpusCard, Geometry, LayerKeys, Manifest, NetworkCard

LABELS = ("dalmatian", "sunflowers", "wild cat", "roses", "airplanes", "brick", "okapi", "gramophone")
CANVAS = (64, 64, 64, 96, 128)
STRIPS = ("patches", "spectrum", "deconvnet", "gradient")
FILMS = ("channel_film", "neuron_film")
STEPS = (0, 1, 2, 4, 6, 10)
TILES = {"patches": 9, "spectrum": 4, "deconvnet": 9, "gradient": 9}
SEEN = 224  # pixels: a whole photograph
PHOTOGRAPHS = 24
LOSSLESS = 24  # pixels: strips of larger tiles are AVIF
STRIDED = (  # two blocks, a block with two strides, and a stride that is no power of 2
    Layer("conv2d", 1, 1, 0, 4, 1, 5),
    Layer("conv2d_1", 1, 2, 1, 3, 2, 14),
    Layer("stem-conv.1", 2, 1, 2, 3, 6, 40),
)
DEEP = tuple(  # seven blocks; names that are also classes, ids, files or folders of the site
    Layer(name, block, conv, depth, 3, 2 ** (block - 1), field)
    for depth, (name, block, conv, field) in enumerate(
        [
            *(("Conv_A", 1, 1, 3), ("label", 1, 2, 5), ("main", 2, 1, 10), ("3x3", 2, 2, 14), ("data", 3, 1, 24)),
            *(("schema", 3, 2, 32), ("index", 4, 1, 52), ("block4", 4, 2, 68), ("filter", 5, 1, 100)),
            *(("a_layer_with_a_name_that_is_rather_long", 5, 2, 132), ("pictures", 6, 1, 196), ("x-1", 7, 1, 212)),
        ]
    )
)
NETWORKS = {"strided": STRIDED, "deep": DEEP, "single": (Layer("only", 1, 1, 0, 5, 3, 7),)}
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
    network: Sequence[int] | Sequence[Layer],
    *,
    chosen: int | None = None,
    labels: Labels = some_label,
    has: Has = everything,
    corpus: bool = True,
    facets: int = 0,
    films: bool = False,
    name: str = VGG16,
) -> Path:
    """Fill `root/store`, and return the path of its manifest.

    `network`: filters a layer of a VGG16 (fewer than 13: weights that end early), or the layers of the network `name`;
    `chosen`: only the first so many of each. `facets`: of each filter; `films`: of its climbs.
    """
    store = Store(root / "store")
    stack = network_of(network)
    with mock.patch("os.fsync"):  # made-up pictures need not survive a power cut
        photographs = _photographs(store) if corpus else {}
        more = facets, films, stack
        layers = [_layer(store, layer, chosen, labels, has, corpus, photographs, *more) for layer in stack]
        if name != VGG16:
            layers = [
                replace(keys, geometry=Geometry(own.block, own.conv, own.stride, own.field))
                for keys, own in zip(layers, stack, strict=True)
            ]
    card = CorpusCard("photographs", 1806, 104, "c" * 64, (("broken/a.jpg", "not a picture"),)) if corpus else None
    made = Manifest(
        gallery=_gallery(store, photographs),
        config={"profile": Config().profile, "site": {"title": "Filter Atlas", "quality": 70}},
        network=NetworkCard("made up for a test", "made.npz", False, "d" * 64, "RGB pixels from 0 to 1", name),
        corpus=card,
        layers=tuple(layers),
    )
    path = manifest.path_for(store.root, root / "site")
    manifest.save(made, path)
    return path


def network_of(network: Sequence[int] | Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers themselves, or those of a VGG16 of that width."""
    layers = tuple(each for each in network if isinstance(each, Layer))
    return layers or vgg16(each for each in network if isinstance(each, int))


def _photographs(store: Store) -> dict[str, str]:
    """Whole photographs, by index."""
    keys = {}
    for number in range(PHOTOGRAPHS):
        inputs = {"kind": "photograph", "photograph": number}
        payload = _strip(LAYERS[number % len(LAYERS)], 5000 + number, SEEN, 1)
        keys[str(number)] = store.put(inputs, payload, "avif", {"width": SEEN, "height": SEEN}, {})
    return keys


def _gallery(store: Store, photographs: dict[str, str]) -> str | None:
    """All of them, with a label each."""
    if not photographs:
        return None
    hung = [
        [f"{LABELS[n % len(LABELS)]}/{n:04d}.jpg", LABELS[n % len(LABELS)], key]
        for n, key in enumerate(photographs.values())
    ]
    return store.put({"kind": "gallery"}, canonical.canonical(hung).encode(), "gallery", {}, {})


def _maxima(store: Store, layer: Layer) -> str:
    """Filter f is excited most by photograph f, then by the next ones."""
    rank = (np.arange(PHOTOGRAPHS)[:, None] - np.arange(layer.filters)) % PHOTOGRAPHS
    units = np.full(rank.shape, 20)
    row, column = (np.minimum(units + 3 * place, layer.units(SEEN) - 1) for place in (0, 1))
    value = (100.0 - rank).astype(np.float32) * (1 + layer.depth)
    sums = value.sum(axis=0, dtype=np.float64), (value.astype(np.float64) ** 2).sum(axis=0)
    found = maxima.conclude("c" * 64, PHOTOGRAPHS, sums, value, row, column)
    return store.put({"kind": "maxima", "layer": layer.name}, found.to_npz(), "npz", {}, {})


def _album(store: Store, layer: Layer, photographs: dict[str, str]) -> str | None:
    """All of them."""
    if not photographs:
        return None
    inputs = {"kind": "album", "layer": layer.name}
    shown = [[*_shown(layer, index), *range(4)] for index in range(layer.filters)]
    payload = canonical.canonical({"filters": shown, "photographs": photographs})
    return store.put(inputs, payload.encode(), "album", {}, {})


def _layer(
    store: Store,
    layer: Layer,
    chosen: int | None,
    labels: Labels,
    has: Has,
    corpus: bool,
    photographs: dict[str, str],
    facets: int,
    films: bool,
    stack: tuple[Layer, ...],
) -> LayerKeys:
    indices = tuple(range(layer.filters if chosen is None else min(chosen, layer.filters)))
    kinds = ("channel", "neuron", *(("facets",) if facets else ()), *(FILMS if films else ()))
    kinds = (*kinds, *(STRIPS if corpus else ()), "measures")
    keys: dict[str, dict[int, str]] = {kind: {} for kind in kinds}
    pictures = _Pictures(layer, min(VARIETY, len(indices)), facets)
    for index in indices:
        for kind in kinds:
            part = kind.replace("channel", "texture")
            inputs = {
                "kind": kind,
                "layer": layer.name,
                "filter": index,
                "objective": kind,
                "recipe": {"name": "fourier"},
            }
            keys[kind][index] = canonical.key(inputs)
            if kind == "measures":
                if has(layer, index, part):
                    store.put(inputs, _measures(layer, index, corpus), "measures", {}, {})
            elif has(layer, index, part):
                payload, facts = pictures.of(kind, index, labels)
                suffix = "png" if payload.startswith(b"\x89PNG") else "avif"
                store.put(inputs, payload, suffix, facts, {"tensorflow": "2.20.0"})
    return LayerKeys(
        name=layer.name,
        filters=layer.filters,
        chosen=indices,
        digest="e" * 64,
        responses=None,
        evidence=_evidence(store, layer, labels, has, stack) if corpus else None,
        artifacts=keys,
        album=_album(store, layer, photographs),
        maxima=_maxima(store, layer) if corpus else None,
    )


class _Pictures:
    """The pictures of one layer."""

    def __init__(self, layer: Layer, variety: int, facets: int) -> None:
        self.facets = facets
        self.layer = layer
        self.variety = variety
        self.canvas = CANVAS[min(layer.block, len(CANVAS)) - 1]
        self.textures = [_texture(layer, number, self.canvas) for number in range(variety)]
        self.tile, self.field = _tile(layer)
        self.strips = {
            kind: [_strip(layer, 1000 * place + number, self.tile, TILES[kind]) for number in range(variety)]
            for place, kind in enumerate(STRIPS)
        }

    def of(self, kind: str, index: int, labels: Labels) -> tuple[bytes, dict[str, object]]:
        """One picture and its facts."""
        if kind in STRIPS:
            facts = _strip_facts(self.layer, kind, index, self.tile, self.field, labels)
            return self.strips[kind][index % self.variety] + _tail(index), facts
        if kind in FILMS:
            return self._film(kind.removesuffix("_film"), index, labels)
        shifted = np.roll(self.textures[index % self.variety], (index // self.variety * 3, index), axis=(0, 1))
        if kind == "channel":
            return _png(shifted), {"activation": 40.0 + index % 7, "width": self.canvas, "height": self.canvas}
        if kind == "facets":
            strip = np.concatenate([np.roll(shifted, 5 * n, axis=0) for n in range(self.facets)], axis=1)
            facts = {"tile": self.canvas, "activations": [30.0 + n for n in range(self.facets)], "likeness": 0.625}
            return _png(strip), {**facts, "width": self.facets * self.canvas, "height": self.canvas}
        side = self.layer.field
        return _png(_resized(shifted, side)), {"activation": 300.0 + 11 * (index % 13), "width": side, "height": side}

    def _film(self, objective: str, index: int, labels: Labels) -> tuple[bytes, dict[str, object]]:
        """Frames from noise to the picture."""
        payload, facts = self.of(objective, index, labels)
        picture = np.asarray(Image.open(io.BytesIO(payload)))
        noise = np.random.default_rng(index).integers(0, 256, picture.shape)
        shown = [(noise + (picture - noise) * (step / STEPS[-1])).astype(np.uint8) for step in STEPS]
        strip, _, tile = frames.strip(shown)
        more = {
            "tile": tile,
            "width": tile * len(STEPS),
            "height": tile,
            "picture": hashlib.sha256(payload).hexdigest(),
        }
        highest = facts["activation"]
        assert isinstance(highest, float)
        return strip, {**more, "steps": list(STEPS), "activations": [highest * step / STEPS[-1] for step in STEPS]}


def _evidence(store: Store, layer: Layer, labels: Labels, has: Has, stack: tuple[Layer, ...]) -> str:
    inputs = {"kind": "evidence", "layer": layer.name}
    key = canonical.key(inputs)
    last = (LAYERS if stack[0].name == LAYERS[0].name else stack)[-1].depth
    seen = range(layer.field)
    found = [
        Evidence(
            photographs=1806,
            active=1500 - index,
            maximum=210.5 + index % 5,
            mean=3.25,
            deviation=7.5,
            quantiles=((0.1, 5.0), (0.5, 30.0), (0.9, 110.0), (0.99, 190.0)),
            histogram=tuple(Bar(2.0**n, 2.0 ** (n + 1), (n + 1) * (8 - n) * 10) for n in range(8)),
            labels=(Excess(labels(layer, index, 0), 40, 4.0, 10.0), Excess(labels(layer, index, 8), 9, 3.0, 3.0)),
            leaders=100,
            neighbours=tuple(Neighbour((index + n) % layer.filters, 0.9 - n / 10) for n in range(1, 7)),
            means=tuple(
                Whole(f"{labels(layer, index, n)}/{n}.jpg", labels(layer, index, n), n, 9.0 - n) for n in range(4)
            ),
            excitatory=tuple(Link(n, 0.1, 0.5) for n in range(6)) if layer.depth else (),
            inhibitory=tuple(Link(n, 0.05, -0.5) for n in range(6)) if layer.depth else (),
            readers=tuple(Link(n, 0.2, 0.4) for n in range(6)) if layer.depth < last else (),
            kernel=() if layer.depth else tuple(tuple((0.1 * x, -0.1 * y, 0.05) for x in seen) for y in seen),
        )
        for index in range(layer.filters)
    ]
    if has(layer, 0, "evidence"):
        store.put(inputs, conclusions.to_json(found), "evidence", {"filters": layer.filters}, {})
    return key


def _measures(layer: Layer, index: int, corpus: bool) -> bytes:
    """Scores of both pictures: one filter in five has a fragile texture, one in seven a neuron picture that loses."""
    both = Measures(activation=40.0, rank=0, robustness=0.8, unneeded=0.01, slope=-1.5, saturated=0.02)
    both = replace(both, contrast=1.5 - index % 10 / 10, ratio=1.5 if corpus else None)
    if corpus and layer.block > 1:
        both = replace(both, path=0.6 + index % 8 / 20, path_natural=0.7, loudness=1.25)
    texture = replace(both, rank=index % 4, seam=0.01, robustness=0.4 if index % 5 == 4 else 0.8)
    neuron = replace(both, rank=index % 2, ratio=0.75 if corpus and index % 7 == 6 else both.ratio)
    return record.to_json({"channel": texture, "neuron": neuron})


def _strip_facts(
    layer: Layer, kind: str, index: int, tile: int, field: tuple[int, int], labels: Labels
) -> dict[str, object]:
    low, high = field
    first = 20 if kind == "spectrum" else 0  # other photographs than the top ones
    patches = tuple(
        Patch(
            photograph=f"{labels(layer, index, place)}/image_{first + place:04d}.jpg",
            label=labels(layer, index, place),
            index=_shown(layer, index)[place],
            activation=30.0 * (place + 1) if kind == "spectrum" else 210.5 - 7 * place + index % 5,
            row=0,
            column=place,
            window=Window(0, place, layer.field, place + layer.field),
            field=Window(low, low, high, high),
        )
        for place in range(TILES[kind])
    )
    return Tiles(TILES[kind] * tile, tile, tile, patches).to_facts()


def _shown(layer: Layer, index: int) -> list[int]:
    """The photographs that a filter's patches come from."""
    return [(layer.depth + index * 5 + place) % PHOTOGRAPHS for place in range(9)]


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


def _strip(layer: Layer, number: int, tile: int, count: int) -> bytes:
    tiles = [_resized(_texture(layer, number + 100 * place, 96), tile) for place in range(count)]
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

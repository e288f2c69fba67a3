"""The benchmark: the recipes over the same filters of each layer, and each part against what it cannot do without.

One process and one run, so that all is measured under the same load. Layers that there are no weights for get random
ones of the same shape: they tell the cost, not the quality.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from generator.bench import overhead, pictures, verdict
from generator.bench.climbs import Row, compare, costs
from generator.bench.keras_vis import available
from generator.bench.overhead import completed
from generator.bench.parts import Memory, batch_sizes, default_climbs, script_seconds, step_over_bare
from generator.config import PROFILES, AscentSettings, Config, load
from generator.corpus import Corpus
from generator.geometry import LAYERS, Layer
from generator.network import Network
from generator.patches import respond
from generator.recipes import recipe_for
from generator.responses import Responses
from generator.weights import Weights

SAMPLE = 48  # filters of a layer
PHOTOGRAPHS = 128  # of the pass, two shards
BATCHED = ("block1_conv2", "block3_conv1", "block5_conv1")  # where batches of several sizes are tried

Say = Callable[[str], None]


def run(
    weights: Weights,
    config: Config,
    out: Path,
    say: Say,
    *,
    corpus: Corpus | None = None,
    known: Mapping[str, Responses] | None = None,
    sample: int = SAMPLE,
) -> dict[str, Image.Image]:
    """Measure, tell, and write `bench.json`, `bench.svg` and the sheets of all recipes to the folder `out`.

    Returns the textures' sheets of each block's last layer, for the method page.

    With a corpus, also ratios to natural activations and selectivity; `known`: what a store holds of its responses.
    """
    real = {layer.name for layer in weights.layers}
    network, memory = Network(completed(weights)), Memory()
    natural = _natural(Network(weights), corpus, known or {}, say)
    out.mkdir(parents=True, exist_ok=True)
    if not available():
        say("tf-keras-vis is not installed, so it is left out. To have it: pip install 'filter-atlas[bench]'")
    rows: list[Row] = []
    steps, script = {}, {}
    sheets: dict[int, tuple[str, Image.Image]] = {}
    say(HEAD)
    for layer in network.weights.layers:
        with memory.watch():
            default_climbs(network, layer, config.ascent)
        steps[layer.name] = step_over_bare(network, layer, recipe_for(layer, "channel", config.ascent))
        script[layer.name] = script_seconds(network.weights, layer.name)
        if layer.name in real:
            compared = compare(network, layer, config.ascent, sample, natural.get(layer.name))
            found = compared.rows
            for objective, made in compared.pictures.items():
                sheet = pictures.sheet(list(made.values()))
                sheet.save(out / f"{layer.name}-{objective}.png")
                if objective == "channel":
                    sheets[layer.block] = (layer.name, sheet)
        else:
            found = costs(network, layer, config.ascent)
        for row in found:
            say(line(row))
        rows += found
    passed = None
    if corpus:
        with memory.watch():
            passed = overhead.measure(network, corpus, network.weights.layers, PHOTOGRAPHS)
    batches = {
        layer.name: batch_sizes(network, layer, recipe_for(layer, "channel", config.ascent))
        for layer in network.weights.layers
        if layer.name in BATCHED
    }
    hours = {name: projected(rows, config.ascent, name) for name in PROFILES}
    hours[verdict.SCRIPT] = sum(layer.filters * script[layer.name] for layer in network.weights.layers) / 3600
    figures = [*verdict.of_rows(rows), *verdict.of_parts(steps, hours, memory.peak)]
    if corpus and passed:
        figures += verdict.of_pass(passed, len(corpus.photographs), hours["quick"])
    for text in _told(hours, batches, figures):
        say(text)
    result = {
        "weights": weights.origin,
        "sample": sample,
        "rows": [asdict(row) for row in rows],
        "step over bare": steps,
        "pass": passed and asdict(passed),
        "projected hours": hours,
        "milliseconds a picture and step by batch": batches,
        "peak memory, GiB": memory.peak,
        "figures": [asdict(figure) | {"reached": figure.reached} for figure in figures],
    }
    (out / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (out / "bench.svg").write_text(pictures.plot(_points(rows)), encoding="utf-8")
    return dict(sheets.values())


def _natural(
    network: Network, corpus: Corpus | None, known: Mapping[str, Responses], say: Say
) -> Mapping[str, Responses]:
    """What photographs do to the filters of the network: from the store, or from a pass."""
    missing = [layer for layer in network.weights.layers if layer.name not in known]
    if corpus is None or not missing:
        return known
    say(f"A pass over {len(corpus.photographs):,} photographs for what the pictures are compared with ...")
    return {**known, **respond(network, corpus, missing)}


def projected(rows: Iterable[Row], settings: AscentSettings, profile: str) -> float:
    """Hours for all pictures of a profile, both objectives: the measured seconds, scaled by steps and area."""
    wanted = load(None, {"profile": profile})
    seconds = 0.0
    for row in rows:
        if row.recipe != "fourier":
            continue
        layer = next(layer for layer in LAYERS if layer.name == row.layer)
        now, then = (recipe_for(layer, row.objective, s) for s in (settings, wanted.ascent))
        scale = then.steps * then.canvas**2 / (now.steps * now.canvas**2)
        seconds += row.wall * scale * _wanted(layer, wanted)
    return seconds / 3600


def _wanted(layer: Layer, config: Config) -> int:
    return layer.filters if config.filters == "all" else min(int(config.filters), layer.filters)


def _points(rows: Iterable[Row]) -> list[pictures.Point]:
    return [
        pictures.Point(row.recipe, row.layer, row.cpu, row.against_classic)
        for row in rows
        if row.objective == "channel" and row.against_classic is not None
    ]


def _told(
    hours: Mapping[str, float], batches: Mapping[str, Mapping[int, float]], figures: Iterable[verdict.Figure]
) -> Iterable[str]:
    yield ""
    for name, value in hours.items():
        yield f"projected for a whole VGG16, {name}: {value:.2f} h of gradient ascent on this machine"
    for layer, times in batches.items():
        told = ", ".join(f"{size}: {milliseconds:.1f}" for size, milliseconds in times.items())
        yield f"CPU milliseconds a picture and step in {layer}, by batch: {told}"
    yield ""
    yield from (verdict.line(figure) for figure in figures)


CELLS = {  # of the table: a row's field, how wide, how written, its head
    "activation": (12, ".1f", "activation"),
    "against_classic": (11, ".2f", "x classic"),
    "above_classic": (7, ".0%", "above"),
    "saturated": (7, ".1%", "0/255"),
    "unneeded": (10, ".1%", "unneeded"),
    "slope": (7, ".2f", "slope"),
    "robustness": (8, ".0%", "robust"),
    "against_natural": (11, ".2f", "x natural"),
    "at_natural": (10, ".0%", "at least"),
    "first": (7, ".0%", "first"),
}
HEAD = f"{'layer':14}{'objective':10}{'recipe':13}filters   CPU s" + "".join(f"{h:>{w}}" for w, _, h in CELLS.values())


def line(row: Row) -> str:
    """A row of the table."""
    text = f"{row.layer:14}{row.objective:10}{row.recipe:13}{row.filters:7}{row.cpu:8.3f}"
    if not row.real:
        return f"{text}   random weights: the cost alone"
    for name, (width, form, _) in CELLS.items():
        value = getattr(row, name)
        text += f"{'-' if value is None else format(value, form):>{width}}"
    return text

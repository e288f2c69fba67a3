"""The benchmark: compares the recipes for the same filters of each layer, and parts with their least possible cost.

Everything is measured in one process and one run, under the same load; equal results of earlier runs are reused
(`cells.py`). Layers without weights get random ones of the same shape, which show the cost but not the quality.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from generator.ascent.recipes import recipe_for
from generator.bench import evidence, keras_vis, overhead, pictures, verdict
from generator.bench.cells import Cells
from generator.bench.climbs import PHOTOGRAPHS, Job, compare, costs
from generator.bench.natural import responses_of
from generator.bench.overhead import completed
from generator.bench.parts import Memory, batch_sizes, default_climbs, script_seconds, step_over_bare
from generator.bench.pictures import Point, Sheet
from generator.bench.rows import HEAD, Row, against_classic, line
from generator.config import PROFILES, AscentSettings, Config, load
from generator.corpus import Corpus
from generator.errors import InputError
from generator.network.forward import Network
from generator.network.geometry import LAYERS, Layer
from generator.network.precision import BFLOAT16
from generator.network.weights import Weights
from generator.responses.statistics import Responses
from generator.selection import select_filters, select_layers
from generator.store.manifest import VGG16
from generator.system.progress import Say

SAMPLE = 48  # filters per layer, if none are named
MEASURED = 128  # photographs in the measured pass: two shards
BATCHED = ("block1_conv2", "block3_conv1", "block5_conv1")  # layers in which several batch sizes are tried


@dataclass
class _Found:
    """The results of a run so far."""

    rows: list[Row] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)  # relative to a bare step, by layer
    fast_steps: dict[str, float] = field(default_factory=dict)  # the same in bfloat16
    spent: dict[str, evidence.Costs] = field(default_factory=dict)  # by layer
    script: dict[str, float] = field(default_factory=dict)  # seconds per filter of the script of 2016, by layer
    sheets: dict[str, Sheet] = field(default_factory=dict)  # by layer and objective
    memory: Memory = field(default_factory=Memory)


def run(
    weights: Weights,
    config: Config,
    out: Path,
    say: Say,
    *,
    corpus: Corpus | None = None,
    known: Mapping[str, Responses] | None = None,
    sample: int | None = None,
    published: int = 0,
    bfloat16: bool = False,
) -> dict[str, Sheet]:
    """Measure, print, and write `bench.json`, `bench.svg` and the sheets of all recipes to the folder `out`.

    Returns both objectives' sheets of each block's last layer, for the method page, by layer and objective.

    The config selects layers and filters; see `chosen` for `sample`. `published`: the number of filters per layer for
    which other projects' recipes also run at their published lengths. With a corpus, pictures are compared with
    photographs, and evidence is timed. `known`: responses from a store. `bfloat16`: whether this precision is compared
    with float32. Raises InputError if no layer has any of the named filters, or for another network than VGG16.
    """
    if weights.network != VGG16:  # goals, costs and other projects' recipes are VGG16's
        raise InputError(f"bench compares recipes on {VGG16}, on which they were tuned, and not on {weights.network}.")
    real = select_layers(config.layers, weights.layers)
    whole = len(real) == len(weights.layers)
    filters = {layer.name: own for layer in real if (own := chosen(layer, config.filters, sample))}
    if not filters:
        raise InputError(f"filters is {config.filters!r}; none of the layers to compare has any of these filters.")
    network, found = Network(completed(weights) if whole else weights), _Found()
    fast = Network(network.weights, BFLOAT16) if bfloat16 else None
    compared = [layer for layer in real if layer.name in filters]
    natural = responses_of(Network(weights), corpus, compared, known or {}, say)
    out.mkdir(parents=True, exist_ok=True)
    if published and not keras_vis.available():
        say("tf-keras-vis is not installed and is left out. To include it: pip install 'filter-atlas[bench]'")
    say(HEAD)
    for layer in network.weights.layers:
        if not whole and layer.name not in filters:
            continue
        _parts(network, fast, layer, config.ascent, found)
        if layer.name in filters:
            own = filters[layer.name]
            few = tuple(pictures.shown(own)[:published])
            job = Job(network, layer, config.ascent, own, corpus, natural.get(layer.name), Cells(out), few, fast)
            rows = _compared(job, found, out)
        else:
            rows = costs(network, layer, config.ascent, fast)
        for row in rows:
            say(line(row))
        found.rows += rows
    result = {
        "weights": weights.origin,
        "filters": filters,
        "rows": [asdict(row) for row in found.rows],
        "step over bare": found.steps,
        "step over bare in bfloat16": found.fast_steps,
        "evidence, CPU seconds a filter": {name: asdict(own) for name, own in found.spent.items()},
    }
    figures = [*verdict.of_rows(found.rows), *verdict.of_steps(found.steps)]
    figures += verdict.of_steps(found.fast_steps, "step over a bare step, both bfloat16")
    figures += verdict.of_evidence(found.rows, found.spent)
    if whole:
        result |= _whole(network, corpus, config, found, figures, say)
    else:
        say("Not all layers were measured, so results for the whole network are left out.")
    say("")
    for figure in figures:
        say(verdict.line(figure))
    result["figures"] = [asdict(figure) | {"reached": figure.reached} for figure in figures]
    (out / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (out / "bench.svg").write_text(_plot(found.rows), encoding="utf-8")
    last = {layer.block: layer.name for layer in compared}
    return {name: sheet for name, sheet in found.sheets.items() if name.rpartition("-")[0] in last.values()}


def chosen(layer: Layer, named: str, sample: int | None) -> tuple[int, ...]:
    """The filters of a layer to compare: those that are named, or `sample` of them, spread evenly.

    Without names and `sample`: SAMPLE of all filters.
    """
    own = select_filters(named, layer.filters)
    most = sample or (SAMPLE if named == "all" else len(own))
    return own if len(own) <= most else tuple(own[i] for i in np.linspace(0, len(own) - 1, most).astype(int))


def _parts(network: Network, fast: Network | None, layer: Layer, settings: AscentSettings, found: _Found) -> None:
    """Measure the memory and the time of a layer's steps."""
    with found.memory.watch():
        default_climbs(network, layer, settings)
    recipe = recipe_for(layer, "channel", settings)
    found.steps[layer.name] = step_over_bare(network, layer, recipe)
    if fast:
        found.fast_steps[layer.name] = step_over_bare(fast, layer, recipe)
    found.script[layer.name] = script_seconds(network.weights, layer.name)


def _compared(job: Job, found: _Found, out: Path) -> Sequence[Row]:
    """The rows of a layer; its sheets are written and added to `found`."""
    compared = compare(job)
    for objective, made in compared.pictures.items():
        name = f"{job.layer.name}-{objective}"
        found.sheets[name] = pictures.sheet(made, pictures.shown(job.filters))
        found.sheets[name].image.save(out / f"{name}.png")
    spent = evidence.costs(job, {objective: made["fourier"] for objective, made in compared.pictures.items()})
    if spent:
        found.spent[job.layer.name] = spent
    return compared.rows


def _whole(
    network: Network, corpus: Corpus | None, config: Config, found: _Found, figures: list[verdict.Figure], say: Say
) -> dict[str, Any]:
    """Measure the whole network: print the results, and add them to the figures."""
    passed = None
    if corpus:
        with found.memory.watch():
            passed = overhead.measure(network, corpus, network.weights.layers, MEASURED)
    batches = {
        layer.name: batch_sizes(network, layer, recipe_for(layer, "channel", config.ascent))
        for layer in network.weights.layers
        if layer.name in BATCHED
    }
    hours = {name: projected(found.rows, config.ascent, name) for name in PROFILES}
    if any(row.recipe == BFLOAT16 for row in found.rows):
        hours[verdict.FAST] = projected(found.rows, config.ascent, "standard", BFLOAT16)
    hours[verdict.SCRIPT] = sum(layer.filters * found.script[layer.name] for layer in network.weights.layers) / 3600
    figures += verdict.of_parts(hours, found.memory.peak)
    if corpus and passed:
        figures += verdict.of_pass(passed, len(corpus.photographs), hours["quick"])
    for text in _told(hours, batches):
        say(text)
    return {
        "pass": passed and asdict(passed),
        "projected hours": hours,
        "milliseconds a picture and step by batch": batches,
        "peak memory, GiB": found.memory.peak,
    }


def projected(rows: Iterable[Row], settings: AscentSettings, profile: str, recipe: str = "fourier") -> float:
    """Hours for all pictures of a profile, for both objectives: measured seconds, scaled by steps and area."""
    wanted = load(None, {"profile": profile})
    seconds = 0.0
    for row in rows:
        if row.recipe != recipe:
            continue
        layer = next(layer for layer in LAYERS if layer.name == row.layer)
        now, then = (recipe_for(layer, row.objective, s) for s in (settings, wanted.ascent))
        scale = then.steps * then.canvas**2 / (now.steps * now.canvas**2)
        seconds += row.wall * scale * len(select_filters(wanted.filters, layer.filters))
    return seconds / 3600


def _plot(rows: Iterable[Row]) -> str:
    """Plot textures relative to the best photograph's mean, or without photographs, relative to classic."""
    own = [row for row in rows if row.objective == "channel" and row.real and row.recipe not in (PHOTOGRAPHS, BFLOAT16)]
    if any(row.against_natural is not None for row in own):
        points = [(row, row.against_natural) for row in own]
        one, silent = "the best photograph's", []
    else:
        points = [(row, row.against_classic) for row in own]
        classic = [row for row in own if row.recipe == "classic" and row.against_classic is None]
        one, silent = "classic's", [f"{against_classic(row)} of {row.layer}" for row in classic]
    found = [Point(row.recipe, row.layer, row.cpu, value) for row, value in points if value is not None]
    return pictures.plot(found, one, silent)


def _told(hours: Mapping[str, float], batches: Mapping[str, Mapping[int, float]]) -> Iterable[str]:
    yield ""
    for name, value in hours.items():
        yield f"projected for a whole VGG16, {name}: {value:.2f} h of gradient ascent on this machine"
    for layer, times in batches.items():
        told = ", ".join(f"{size}: {milliseconds:.1f}" for size, milliseconds in times.items())
        yield f"CPU milliseconds a picture and step in {layer}, by batch: {told}"

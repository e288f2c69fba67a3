"""The plan: what a config wants, less what the store holds, in the order in which it is worth having.

Breadth first: the filters of the `quick` profile in every layer, then the rest, so that there is something to browse
within minutes whatever the profile.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator import canonical, keys
from generator.config import PROFILE_TABLES, Config
from generator.corpus import Corpus
from generator.corpus_sources import ORIGIN as DRAWN
from generator.geometry import Layer
from generator.manifest import CorpusCard, LayerKeys, Manifest, NetworkCard
from generator.miniature.embedded import ORIGIN as MINIATURE
from generator.recipes import OBJECTIVES, recipe_for
from generator.selection import select_filters, select_layers
from generator.store import Store
from generator.tasks import Cut, Respond, Task, Visualize
from generator.weights import Weights

BATCHES = 2  # of an ascent, in one task


@dataclass(frozen=True)
class Stage:
    """Tasks after which the site is worth rendering."""

    name: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Plan:
    """What is still to be computed."""

    stages: tuple[Stage, ...]
    wanted: int  # artifacts in all
    stored: int  # of these

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks in order."""
        return tuple(task for stage in self.stages for task in stage.tasks)


def draw_up(config: Config, weights: Weights, corpus: Corpus | None) -> Manifest:
    """The manifest of everything the config wants."""
    chosen = {layer.name for layer in select_layers(config.layers, weights.layers)}
    shown = dataclasses.asdict(config)
    for place in ("store", "site_dir", "weights", "images"):
        del shown[place]  # where things lie is nobody's business and changes nothing
    return Manifest(
        config=shown,
        network=NetworkCard(weights.origin, weights.file, weights.verified, weights.digest(weights.layers[-1].name)),
        corpus=_card(corpus) if corpus else None,
        layers=tuple(_layer_keys(config, weights, corpus, layer, layer.name in chosen) for layer in weights.layers),
        notices=_notices(config, weights, corpus),
    )


def _notices(config: Config, weights: Weights, corpus: Corpus | None) -> tuple[str, ...]:
    """What stands in for the real thing that `auto` did not get, and the command that builds the real atlas."""
    found = []
    if config.weights == "auto" and weights.origin == MINIATURE:
        found.append(
            f"This is not VGG16: its weights could not be had here, so this atlas shows {MINIATURE}. "
            "The real atlas, on a machine with a network: make atlas WEIGHTS=imagenet"
        )
    if config.images == "auto" and corpus and corpus.origin == DRAWN:
        found.append(
            "The patches are cut from drawings, because the photographs of Caltech-101 could not be had here. "
            "With photographs: make atlas IMAGES=FOLDER"
        )
    return tuple(found)


def _card(corpus: Corpus) -> CorpusCard:
    return CorpusCard(
        name=corpus.origin,
        photographs=len(corpus.photographs),
        labels=len({photograph.label for photograph in corpus.photographs}),
        digest=corpus.digest,
        skipped=corpus.skipped,
    )


def _layer_keys(config: Config, weights: Weights, corpus: Corpus | None, layer: Layer, chosen: bool) -> LayerKeys:
    filters = select_filters(config.filters, layer.filters) if chosen else ()
    digest = weights.digest(layer.name)
    pictures = {}
    for objective in OBJECTIVES:
        recipe = recipe_for(layer, objective, config.ascent)
        pictures[objective] = {i: canonical.key(keys.visualization(digest, layer.name, i, recipe)) for i in filters}
    responses, strips = None, {}
    if corpus and filters:
        responses = canonical.key(keys.layer_responses(digest, layer.name, corpus.digest))
        strips = {i: canonical.key(keys.patches(responses, corpus.naming, i)) for i in filters}
    return LayerKeys(
        name=layer.name,
        filters=layer.filters,
        chosen=filters,
        digest=digest,
        channel=pictures["channel"],
        neuron=pictures["neuron"],
        responses=responses,
        patches=strips,
    )


def plan(manifest: Manifest, config: Config, weights: Weights, store: Store) -> Plan:
    """The tasks for what the store lacks."""
    wanted = manifest.keys()
    missing = {key for key in wanted if not store.has(key)}
    count = str(PROFILE_TABLES["quick"]["filters"])
    quick = {layer.name: set(select_filters(count, layer.filters)) for layer in weights.layers}
    rest = {layer.name: set(range(layer.filters)) - quick[layer.name] for layer in weights.layers}
    first_look = Stage("quick", tuple(_tasks(manifest, config, weights, missing, quick)))
    passed = {key for task in first_look.tasks if isinstance(task, Respond) for _, key in task.layers}
    remainder = Stage("rest", tuple(_tasks(manifest, config, weights, missing - passed, rest)))
    stages = tuple(stage for stage in (first_look, remainder) if stage.tasks)
    return Plan(stages, len(wanted), len(wanted) - len(missing))


def _tasks(
    manifest: Manifest, config: Config, weights: Weights, missing: set[str], filters: dict[str, set[int]]
) -> Iterator[Task]:
    """The missing artifacts of these filters: synthesised images, the pass over the photographs, patches."""
    wanted = {layer.name: sorted(filters[layer.name] & set(layer.chosen)) for layer in manifest.layers}
    for layer in manifest.layers:
        for objective, by_filter in (("channel", layer.channel), ("neuron", layer.neuron)):
            recipe = recipe_for(weights.layer(layer.name), objective, config.ascent)
            jobs = [(i, by_filter[i]) for i in wanted[layer.name] if by_filter[i] in missing]
            for some in _runs(jobs, recipe.batch * BATCHES):
                yield Visualize(layer.name, recipe, tuple(some))
    lacking = [(layer.name, layer.responses) for layer in manifest.layers if layer.responses and wanted[layer.name]]
    lacking = [(name, key) for name, key in lacking if key in missing]
    if lacking:
        yield Respond(tuple(lacking))
    for layer in manifest.layers:
        jobs = [(i, layer.patches[i]) for i in wanted[layer.name] if layer.patches.get(i) in missing]
        for some in _runs(jobs, 256):  # a layer's photographs are decoded once a task
            yield Cut(layer.name, layer.responses or "", tuple(some))


def _runs(jobs: Sequence[tuple[int, str]], size: int) -> Iterator[Sequence[tuple[int, str]]]:
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]

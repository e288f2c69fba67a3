"""The plan: the artifacts that a config wants and the store lacks, in the order in which they are made.

Breadth first: the filters of the `quick` profile in every layer come first, then the rest. So there is something to
browse within minutes, whatever the profile.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from generator.ascent import frames
from generator.ascent.recipes import OBJECTIVES, recipe_for
from generator.build.tasks import CUTS, KINDS, PROJECTIONS, Planned, Wanted
from generator.config import PROFILE_TABLES, Config
from generator.corpus import Corpus
from generator.corpus.remarks import remarks
from generator.corpus.sources import ORIGIN as DRAWN
from generator.errors import InputError
from generator.network.geometry import least_side
from generator.network.weights import Weights
from generator.network.weights.miniature import ORIGIN as MINIATURE
from generator.responses import albums, galleries, natural_path
from generator.responses.evidence import conclusions
from generator.selection import select_filters, select_layers
from generator.store import keys
from generator.store.artifacts import Store
from generator.store.manifest import VGG16, CorpusCard, Geometry, LayerKeys, Manifest, NetworkCard


@dataclass(frozen=True)
class Stage:
    """A group of tasks, after which the site is rendered."""

    name: str
    tasks: tuple[Planned, ...]


@dataclass(frozen=True)
class Plan:
    """What is still to be computed."""

    stages: tuple[Stage, ...]
    wanted: int  # number of artifacts of the site
    stored: int  # how many of them the store has

    @property
    def tasks(self) -> tuple[Planned, ...]:
        """All tasks in order."""
        return tuple(task for stage in self.stages for task in stage.tasks)


def draw_up(config: Config, weights: Weights, corpus: Corpus | None) -> Manifest:
    """The manifest of everything the config wants."""
    chosen = {layer.name for layer in select_layers(config.layers, weights.layers, weights.network)}
    shown = asdict(config)
    shown["patches"]["size"] = photograph_side(config, weights)
    _check_overrides(config, weights)
    for name in ("layers", "climb"):  # newer settings: while they are off, a hash is what it was without them
        if getattr(config.ascent, name) == getattr(Config().ascent, name):
            del shown["ascent"][name]
    for place in ("store", "site_dir", "base_url", "weights", "images", "executor"):
        del shown[place]  # locations and the executor are private, and decide no key
    return Manifest(
        config=shown,
        network=NetworkCard(
            weights.origin,
            weights.file,
            weights.verified,
            weights.digest(weights.layers[-1].name),
            weights.expects,
            weights.network,
        ),
        corpus=_card(corpus) if corpus else None,
        layers=tuple(_all_layer_keys(config, weights, corpus, chosen)),
        notices=_notices(config, weights, corpus),
        gallery=keys.gallery(corpus.naming).key if corpus else None,
    )


def _check_overrides(config: Config, weights: Weights) -> None:
    known = [layer.name for layer in weights.layers]
    for own in config.ascent.layers:
        if own.layer not in known:
            raise InputError(f"ascent.layers: {weights.network} has no layer {own.layer!r}; it has {', '.join(known)}.")


def photograph_side(config: Config, weights: Weights) -> int:
    """The side of photographs in pixels. Raises InputError if units of a layer see more than that."""
    side = config.patches.size or weights.side
    for layer in weights.layers:
        if side < layer.offset + layer.field:
            raise InputError(
                f"patches.size is {side}, but units of {layer.name} see {layer.field} pixels"
                f"{f', the first from pixel {layer.offset} on' if layer.offset else ''}. "
                f"Set it to {least_side(weights.layers)} or more, or to 0."
            )
    return side


def _notices(config: Config, weights: Weights, corpus: Corpus | None) -> tuple[str, ...]:
    """Warnings about assumptions and stand-ins, each with the command for the real atlas."""
    found = []
    if weights.origin == MINIATURE:
        why = "its weights could not be had here, so " if config.weights == "auto" else ""
        found.append(
            f"This is not VGG16: {why}this atlas shows {MINIATURE}. "
            "The real atlas, on a machine with a network: make atlas WEIGHTS=imagenet"
        )
    if weights.unsure:
        found.append(weights.unsure)
    if corpus and any(source.name == DRAWN for source in corpus.sources):
        auto = "auto" in config.images.split("+")
        why = ", because the photographs of Caltech-101 could not be had here" if auto else ""
        some = "The patches are" if corpus.origin == DRAWN else "Some of the patches are"
        found.append(f"{some} cut from drawings{why}. With photographs: make atlas IMAGES=FOLDER")
    return tuple(found)


def _card(corpus: Corpus) -> CorpusCard:
    return CorpusCard(
        name=corpus.origin,
        photographs=len(corpus.photographs),
        labels=len({photograph.label for photograph in corpus.photographs}),
        digest=corpus.digest,
        skipped=tuple((left.name, left.reason) for left in corpus.skipped),
        sources=tuple((source.name, source.licence, corpus.count(source)) for source in corpus.sources),
        notes=remarks(corpus),
    )


def _all_layer_keys(config: Config, weights: Weights, corpus: Corpus | None, chosen: set[str]) -> Iterator[LayerKeys]:
    below: str | None = None  # the responses of the layer below
    vgg16 = weights.network == VGG16
    for layer in weights.layers:
        filters = select_filters(config.filters, layer.filters) if layer.name in chosen else ()
        found = LayerKeys(
            name=layer.name,
            filters=layer.filters,
            chosen=filters,
            digest=weights.digest(layer.name),
            responses=None,
            evidence=None,
            artifacts={},
            recipes={
                objective: recipe_for(layer, objective, config.ascent, grey=weights.grey).flat()
                for objective in OBJECTIVES
            },
            facets=config.ascent.facets,
            geometry=None if vgg16 else Geometry(layer.block, layer.conv, layer.stride, layer.field, layer.offset),
        )
        found = replace(found, artifacts=_pictures(found, films=config.ascent.climb == "frames"))
        if corpus and filters:
            found = _with_photographs(found, weights, corpus, below)
        yield found
        below = found.responses


def _pictures(layer: LayerKeys, *, films: bool) -> dict[str, dict[int, str]]:
    """Keys of the synthesised images by kind and filter."""
    found = {
        objective: {i: keys.visualization(layer.digest, layer.name, i, recipe).key for i in layer.chosen}
        for objective, recipe in layer.recipes.items()
    }
    if layer.facets > 1:
        of = (layer.recipes["channel"], layer.facets)
        found["facets"] = {i: keys.facets(layer.digest, layer.name, i, *of).key for i in layer.chosen}
    for objective, recipe in layer.recipes.items() if films else ():
        own = {i: keys.film(layer.digest, layer.name, i, recipe).key for i in layer.chosen}
        found[frames.kind(objective)] = own
    return found


def _with_photographs(layer: LayerKeys, weights: Weights, corpus: Corpus, below: str | None) -> LayerKeys:
    """The layer's keys, with those of everything that depends on the photographs."""
    responses = keys.layer_responses(layer.digest, layer.name, corpus.digest).key
    upper = conclusions.above(weights.layer(layer.name), weights)
    strips = {
        kind: {i: keys.strip(kind, responses, corpus.naming, i).key for i in layer.chosen}
        for kind in (*CUTS, *PROJECTIONS)
    }
    both = zip(layer.artifacts["channel"].items(), layer.artifacts["neuron"].values(), strict=True)
    lower = natural_path.below(weights.layer(layer.name), weights.layers)
    footprints = keys.layer_footprints(responses).key if lower else None
    measures = {i: keys.picture_measures(channel, neuron, responses, footprints).key for (i, channel), neuron in both}
    return replace(
        layer,
        responses=responses,
        evidence=keys.layer_evidence(
            responses, corpus.naming, below, weights.digest(upper.name) if upper else None
        ).key,
        artifacts=layer.artifacts | strips | {"measures": measures},
        album=keys.album(responses).key,
        footprints=footprints,
        maxima=keys.layer_maxima(layer.digest, layer.name, corpus.digest).key,
    )


def plan(manifest: Manifest, store: Store) -> Plan:
    """The tasks for the artifacts that the store lacks."""
    wanted = albums.everything(manifest, store)
    missing = {key for key in wanted if not store.has(key)}
    shown = {layer.album: set(albums.read(layer.album, layer.chosen, store).values()) for layer in manifest.layers}
    shown[manifest.gallery] = {hung.key for hung in galleries.read(manifest.gallery, store)}
    gaps = {album for album, keys in shown.items() if album and not missing.isdisjoint(keys)}
    count = str(PROFILE_TABLES["quick"]["filters"])
    quick = {layer.name: set(select_filters(count, layer.filters)) for layer in manifest.layers}
    rest = {layer.name: set(range(layer.filters)) - quick[layer.name] for layer in manifest.layers}
    lacking = missing | gaps
    first_look = Stage("quick", _tasks(manifest, lacking, quick))
    made = {key for task in first_look.tasks for key in task.makes()}  # also those of whole layers
    remainder = Stage("rest", _tasks(manifest, lacking - made, rest))
    stages = tuple(stage for stage in (first_look, remainder) if stage.tasks)
    return Plan(stages, len(wanted), len(wanted) - len(missing))


def _tasks(manifest: Manifest, missing: set[str], filters: dict[str, set[int]]) -> tuple[Planned, ...]:
    """The missing artifacts of these filters, kind by kind."""
    layers = [(layer, tuple(sorted(filters[layer.name] & set(layer.chosen)))) for layer in manifest.layers]
    wanted = Wanted(
        layers=tuple((layer, own) for layer, own in layers if own),
        missing=missing,
        below={upper.name: lower.responses for lower, upper in pairwise(manifest.layers)},
        gallery=manifest.gallery if manifest.gallery in missing and any(own for _, own in layers) else None,
    )
    return tuple(task for kind in KINDS for task in kind.plan(wanted))

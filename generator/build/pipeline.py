"""One build: carries out the plan stage by stage, and renders the site as soon as it has something to show."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.build import executors
from generator.build.context import Context
from generator.build.cost import Speed
from generator.build.locks import Locks
from generator.build.plan import Plan, Stage, draw_up, photograph_side, plan
from generator.build.tasks import KINDS, Planned
from generator.config import Config
from generator.corpus import Corpus
from generator.corpus import sources as corpus_sources
from generator.corpus.remarks import remarks
from generator.errors import LostError
from generator.network import precision, sketches
from generator.network.geometry import LAYERS
from generator.network.weights import Weights
from generator.network.weights import sources as weight_sources
from generator.responses.statistics import Responses
from generator.store import manifest as manifests
from generator.store.artifacts import Store
from generator.store.manifest import VGG16, Manifest
from generator.system import devices, progress
from generator.system.files import clear_leftovers
from generator.system.progress import Say, clock

Kinds = tuple[type[Planned], ...]

PICTURES: Kinds = tuple(kind for kind in KINDS if kind.command == "visualize")
PHOTOGRAPHS: Kinds = tuple(kind for kind in KINDS if kind.command == "patches")
EVERYTHING: Kinds = KINDS
ATTEMPTS = 3  # at a plan, if damaged artifacts are found during the run


@dataclass(frozen=True)
class Build:
    """Everything that a config refers to: the weights, the photographs, the store, and the manifest."""

    config: Config
    weights: Weights
    corpus: Corpus | None
    store: Store
    manifest: Manifest
    manifest_path: Path

    def plan(self) -> Plan:
        """The tasks for the artifacts that are not in the store."""
        return plan(self.manifest, self.store)

    def responses(self) -> dict[str, Responses]:
        """The responses to the photographs that are in the store, by layer."""
        payloads = {layer.name: self.store.read(layer.responses) for layer in self.manifest.layers if layer.responses}
        return {name: Responses.from_npz(payload) for name, payload in payloads.items() if payload}

    def seconds(self, tasks: tuple[Planned, ...]) -> float:
        """The estimated duration of these tasks on this machine."""
        speed = Speed.of(self.store.root, self.config.precision)
        photographs = len(self.corpus.photographs) if self.corpus else 0
        return sum(speed.seconds(task, self.weights.layers, photographs) for task in tasks)


def prepare(config: Config, say: Say) -> Build:
    """Find the weights and the photographs, and make the manifest. Raises InputError or BuildError."""
    executors.check(config.executor)
    store = Store(Path(config.store))
    with progress.stage("download", weight_sources.IMAGENET.size, "B") as bar:
        cache = store.file_cache("weights")
        weights = weight_sources.find(config.weights, cache, say, lambda done, _: bar.reach(done), config.preprocessing)
        cache.save()
    for note in weights.notes:
        say(f"Note on {weights.file}: {note}.")
    side = photograph_side(config, weights)
    corpus = _corpus(config, side, store, say) if config.images != "none" else None
    manifest = draw_up(config, weights, corpus)
    for notice in manifest.notices:
        say(f"NOTE: {notice}")
    return Build(config, weights, corpus, store, manifest, manifests.path_for(store.root, Path(config.site_dir)))


def _corpus(config: Config, side: int, store: Store, say: Say) -> Corpus:
    cache = store.file_cache("photographs")
    with (
        progress.stage("download", 1, "B") as bytes_bar,
        progress.stage("reading the photographs", 1, "photographs") as bar,
    ):
        corpus = corpus_sources.find(
            config.images,
            cache,
            size=side,
            label=config.patches.label,
            say=say,
            fetching=bytes_bar.of,
            progress=bar.of,
        )
    for kind, names in corpus.left_out().items():
        some = f", e.g. {names[0]}" if len(names) > 1 else f": {names[0]}"
        say(f"Left out, {kind}: {len(names):,} {'files' if len(names) > 1 else 'file'} among the photographs{some}.")
    for remark in remarks(corpus):
        say(f"Note on the photographs: {remark}")
    if corpus.notes or len({photograph.label for photograph in corpus.photographs}) == 1 < len(corpus.photographs):
        say("To take labels from another part of paths: label in [patches] of atlas.toml (folder, file, 1, -1 ...).")
    return corpus


def compute(build: Build, kinds: Kinds, say: Say, render: Callable[[], None] | None = None) -> int:
    """Carry out the plan's tasks of these kinds; calls `render` between stages. Returns how many artifacts were made.

    Unfinished files of killed builds are removed first. Artifacts that other builds on this store make are left to them
    and waited for. Artifacts that are found to be damaged are made again.
    """
    manifests.save(build.manifest, build.manifest_path)
    made = 0
    with Locks(build.store.root) as locks:
        locks.join()
        clear_leftovers(build.store.root)
        for attempt in range(ATTEMPTS):
            try:
                for count in _stages(build, kinds, say, render, locks):
                    made += count
                break
            except LostError as error:
                if attempt + 1 == ATTEMPTS:
                    raise
                say(str(error))
        sketches.keep(build.weights, build.manifest, build.store)
    return made


def _stages(build: Build, kinds: Kinds, say: Say, render: Callable[[], None] | None, locks: Locks) -> Iterator[int]:
    """Make the missing artifacts; yields how many were made in each stage."""
    todo = build.plan()
    stages = [Stage(s.name, tuple(task for task in s.tasks if isinstance(task, kinds))) for s in todo.stages]
    stages = [stage for stage in stages if stage.tasks]
    count = sum(task.pieces for stage in stages for task in stage.tasks)
    if not count:
        return
    about = clock(sum(build.seconds(stage.tasks) for stage in stages))
    alone = "" if build.config.executor == executors.IN_PROCESS else " for this machine alone"
    say(f"To compute: {count:,} of {todo.wanted:,} artifacts, about {about}{alone}; the rest is in the store.")
    context = Context(build.weights, build.corpus, build.store, say, build.config.precision)
    made = 0
    with executors.opened(build.config.executor, context, locks, say) as executor:
        for number, stage in enumerate(stages):
            if number and render:
                render()
            own = executor.carry_out(stage.tasks)
            made += own
            yield own
    if made < count:
        say(f"Made here: {made:,} artifacts. Another build on this store made the other {count - made:,}.")


def render(config: Config, manifest: Path, say: Say) -> bool:
    """Render the site from a manifest and the store. Returns whether all artifacts in the store were whole."""
    from generator.site import rendering as site  # noqa: PLC0415 (MkDocs is not needed for computing)

    store, folder = Path(config.store), Path(config.site_dir)
    start = time.monotonic()
    address = None if config.base_url == "none" else config.base_url
    with Locks(store) as locks, locks.sole(manifests.name(folder), lambda: say(f"Another build renders {folder}.")):
        locks.join()  # housekeeping would remove derived pictures that no page uses yet
        whole = site.build(site.config_file(), manifest, store, folder, address)
    say(f"Site: {folder / 'index.html'} ({clock(time.monotonic() - start)})")
    return whole


def describe(build: Build) -> list[str]:
    """The plan as lines for the user."""
    todo = build.plan()
    lines = [
        f"network   {build.weights.origin}, {_layers(build.weights)}",
        f"input     {build.weights.expects}",
        *_sources(build.corpus),
        f"store     {build.store.root}: {todo.stored:,} of {todo.wanted:,} artifacts are there",
        f"device    {devices.expected()}",
        f"precision {_precision(build)}",
    ]
    for stage in todo.stages:
        for kind in KINDS:
            tasks = tuple(task for task in stage.tasks if isinstance(task, kind))
            if tasks:
                count = sum(task.pieces for task in tasks)
                lines.append(
                    f"{stage.name:<9} {kind.title:<16} {count:>6,} artifacts, about {clock(build.seconds(tasks))}"
                )
    measured = Speed.of(build.store.root).measured
    lines.append(f"total     about {clock(build.seconds(todo.tasks))}")
    lines.append("" if measured else "(estimated for two cores; the first tasks will measure this machine)")
    return [line for line in lines if line]


def _precision(build: Build) -> str:
    """The precision of pictures, as a line for the user."""
    found = precision.expected(build.config.precision, build.store.root)
    if found is None:
        return "float32, or bfloat16 if a short timing shows that it is faster here; the build will tell"
    return f"{found.name} for pictures: {found.why}"


def _sources(corpus: Corpus | None) -> Iterator[str]:
    """The corpus and its labels, as lines for the user."""
    if corpus is None:
        yield "corpus    no photographs"
        return
    names = len({photograph.label for photograph in corpus.photographs})
    yield f"corpus    {len(corpus.photographs):,} photographs of {corpus.origin}"
    if len(corpus.sources) > 1:
        for source in corpus.sources:
            yield f"          {corpus.count(source):,} of {source.name}"
    yield f"labels    {names:,}: {corpus.labelled}"


def _layers(weights: Weights) -> str:
    """How many layers there are, in words."""
    number = len(weights.layers)
    if weights.network == VGG16:
        return f"{number} of {len(LAYERS)} layers"
    return f"{weights.network}: {number} convolutional {'layers' if number > 1 else 'layer'}"

"""Memory that runs out: less at once, the same bytes, and a clear end."""

import pytest
import tensorflow as tf

from generator.ascent import optimize
from generator.ascent.recipes import recipe_for
from generator.build.context import Context
from generator.build.tasks import Job, LayerJob, Respond, Visualize
from generator.cli import commands
from generator.config import AscentSettings
from generator.errors import BuildError
from generator.network.weights import Weights
from generator.responses import scan
from generator.store import canonical
from generator.store.artifacts import Store
from generator.system.memory import Batches
from tests.conftest import drawn_corpus, random_pairs

LAYER = "block1_conv2"


def full(*_):
    """As TensorFlow says it."""
    return tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[16,64,224,224]")


def test_half_as_much_until_it_fits_and_remembered():
    said: list[str] = []
    tried = []

    def compute(batch):
        tried.append(batch)
        if batch > 3:
            raise full()
        return "done"

    batches = Batches(said.append)
    assert batches.run("pictures", 16, compute) == "done"
    assert tried == [16, 8, 4, 2]
    assert said[-1] == "Out of memory at pictures: continuing with 2 at a time."
    assert batches.run("pictures", 16, compute) == "done"
    assert batches.run("others", 3, compute) == "done"
    assert tried[4:] == [2, 3]


@pytest.mark.parametrize(
    "error", [MemoryError(), full(), tf.errors.InternalError(None, None, "CUDA_ERROR_OUT_OF_MEMORY")]
)
def test_the_end_is_clear(error):
    def compute(batch):
        raise error

    with pytest.raises(BuildError, match=r"even with one picture at a time.*CUDA_VISIBLE_DEVICES=-1"):
        Batches(lambda _: None).run("pictures", 4, compute)


@pytest.mark.parametrize("error", [ValueError("out of memory"), tf.errors.InternalError(None, None, "no kernel")])
def test_other_failures_stay_what_they_are(error):
    def compute(batch):
        raise error

    with pytest.raises(type(error)):
        Batches(lambda _: None).run("pictures", 4, compute)


@pytest.mark.parametrize("error", [MemoryError(), full()])
def test_anywhere_else_it_is_told_and_no_bug(error, capsys, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr("generator.build.pipeline.prepare", fail)
    with pytest.raises(SystemExit) as left:
        commands.main(["info"])
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert "Out of memory. Close other programs" in said
    assert "bug" not in said


@pytest.fixture
def context(tmp_path):
    """A desk of its own in each call: nothing of what another has made."""

    def make(name):
        corpus_root = tmp_path / "photographs"
        corpus_root.mkdir(exist_ok=True)
        said: list[str] = []
        weights = Weights.from_arrays(random_pairs((4, 4)), "random weights")
        return Context(weights, drawn_corpus(corpus_root, 6), Store(tmp_path / name), said.append), said

    return make


def short_of(memory_for, compute):
    """The same, on a machine where no more than so many pictures fit."""

    def limited(*arguments, **named):
        recipe = next((a for a in arguments if hasattr(a, "batch")), None)
        if (recipe.batch if recipe else named["batch"]) > memory_for:
            raise full()
        return compute(*arguments, **named)

    return limited


def test_the_same_bytes_with_less_memory(context, monkeypatch):
    """Of pictures, and of what photographs say."""
    plenty, _ = context("plenty")
    layer = plenty.weights.layer(LAYER)
    pictures = []
    for objective in ("channel", "neuron"):
        recipe = recipe_for(layer, objective, AscentSettings()).but(steps=3, tried=2)
        jobs = tuple(Job(index, canonical.key({"of": [objective, index]})) for index in range(3))
        pictures.append(Visualize(LAYER, recipe, jobs))
    photographs = Respond((LayerJob(LAYER, canonical.key({"of": "photographs"})),))
    for task in (*pictures, photographs):
        task.run(plenty, lambda *_: None)
    monkeypatch.setattr(optimize, "ascend", short_of(5, optimize.ascend))
    monkeypatch.setattr(scan, "respond", short_of(2, scan.respond))
    little, said = context("little")
    for task in (*pictures, photographs):
        task.run(little, lambda *_: None)
    keys = [key for task in pictures for _, key in task.jobs] + [photographs.jobs[0][1]]
    assert [plenty.store.read(key) for key in keys] == [little.store.read(key) for key in keys]
    last = dict(line.split(": continuing with ") for line in said[1:])
    assert last == {
        f"Out of memory at channel pictures of {LAYER}": "4 at a time.",
        f"Out of memory at neuron pictures of {LAYER}": "4 at a time.",
        "Out of memory at the photographs": "2 at a time.",
    }
    assert said[0].startswith("Computing on ")

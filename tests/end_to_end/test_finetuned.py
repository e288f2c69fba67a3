"""The worked example: pictures of one's own, a network fine-tuned on them, two atlases, and what changed."""

import dataclasses
import shutil
from typing import Any

import numpy as np
import pytest

from generator.corpus.folder import from_folder
from generator.errors import InputError
from generator.miniature.draw_folder import draw_folder
from generator.miniature.train_further import further
from generator.network.weights import Weights
from generator.site.comparison import change, pages
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.file_cache import FileCache
from generator.store.manifest import Manifest
from tests.conftest import random_pairs
from tests.end_to_end.conftest import SETTINGS, WIDTHS, run
from tests.sitecheck import Page, problems

LAYERS = ("block1_conv1", "block1_conv2", "block2_conv1", "block3_conv1")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Two atlases of one store, and the site that compares them."""
    root = tmp_path_factory.mktemp("finetuned")
    draw_folder(root / "photographs", ["zebra", "bricks"], 6)
    before = Weights.from_arrays(random_pairs(WIDTHS), "random weights")
    arrays: dict[str, Any] = {}
    for layer in before.layers:
        arrays |= {f"{layer.name}_kernel": before.kernel(layer.name), f"{layer.name}_bias": before.bias(layer.name)}
    np.savez(root / "before.npz", **arrays)
    corpus = from_folder(root / "photographs", FileCache(root / "memo.json"))
    learned: dict[str, Any] = {**further(before, corpus, steps=4, rate=0.02, frozen=1)}
    np.savez(root / "after.npz", **learned)
    (root / "atlas.toml").write_text(f'layers = "{" ".join(LAYERS)}"\nfilters = "3"\n{SETTINGS}')
    for name in ("before", "after"):
        flags = ["--config", str(root / "atlas.toml"), "--weights", str(root / f"{name}.npz")]
        flags += ["--images", str(root / "photographs"), "--store", str(root / "store")]
        assert run("atlas", *flags, "--site-dir", str(root / name)) == 0
    sites = [str(root / "before"), str(root / "after")]
    assert run("compare", *sites, "--store", str(root / "store"), "--to", str(root / "comparison")) == 0
    return root


def manifests(desk) -> tuple[Manifest, Manifest]:
    before, after = (manifest.load(manifest.path_for(desk / "store", desk / name)) for name in ("before", "after"))
    return before, after


def test_only_what_learned_is_computed_again(desk):
    before, after = manifests(desk)
    for earlier, later in zip(before.layers, after.layers, strict=True):
        frozen = earlier.name.startswith("block1")
        assert (earlier.artifacts.get("channel") == later.artifacts.get("channel")) == (frozen or not earlier.chosen)


def test_frozen_layers_did_not_change_and_the_others_did(desk):
    found = {each.layer.name: each for each in change.compare(*manifests(desk), Store(desk / "store")).layers}
    assert tuple(found) == LAYERS
    for name, layer in found.items():
        moved = [change.moved(each) for each in layer.filters]
        assert not any(moved) if name.startswith("block1") else all(moved)
    assert found["block3_conv1"].weights > 0
    assert found["block1_conv1"].kept == 1
    kept = found["block3_conv1"].kept
    assert kept is not None
    assert 0 <= kept <= 1
    for layer in found.values():
        ranks = [(each.kept, -each.weights) for each in layer.filters]
        assert ranks == sorted(ranks)


def test_the_change_of_the_weights_is_that_of_the_files(desk):
    """A kernel of block2_conv1 has 36 numbers here, so its sketch is exact."""
    with np.load(desk / "before.npz") as before, np.load(desk / "after.npz") as after:
        a, b = (np.array(file["block2_conv1_kernel"], np.float64)[..., 1] for file in (before, after))
    layers = change.compare(*manifests(desk), Store(desk / "store")).layers
    found = next(each for each in layers[2].filters if each.before.index == 1)
    assert found.weights == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a), rel=1e-5)


def test_the_pages_hold_together_and_lead_to_both_atlases(desk):
    wrong = [each for each in problems(desk) if "/404.html" not in each]  # whose links begin at a site's own root
    assert wrong == []  # all three sites, with the links between them
    page = Page((desk / "comparison/block3_conv1.html").read_text())
    assert {f"../{name}/block3_conv1/{index}.html" for name in ("before", "after") for index in range(3)} <= set(
        page.links
    )
    assert page.ids.count("f1") == 1
    assert sorted(path.name for path in (desk / "comparison").glob("*.html")) == sorted(
        ["index.html", *(f"{name}.html" for name in LAYERS)]
    )


def test_comparing_again_gives_the_same_bytes_and_nothing_old_stays(desk):
    def files():
        return {path: path.read_bytes() for path in sorted((desk / "comparison").rglob("*")) if path.is_file()}

    first = files()
    (desk / "comparison/old.html").write_text("old")
    pages.render(desk / "before", desk / "after", desk / "store", desk / "comparison")
    assert files() == first


def test_the_same_atlas_twice_shows_no_change(desk):
    before, _ = manifests(desk)
    found = change.compare(before, before, Store(desk / "store"))
    assert not any(change.moved(each) for layer in found.layers for each in layer.filters)


def test_with_other_photographs_the_weights_alone_decide(desk):
    before, after = manifests(desk)
    assert after.corpus is not None
    other = dataclasses.replace(after, corpus=dataclasses.replace(after.corpus, digest="0" * 64))
    found = change.compare(before, other, Store(desk / "store"))
    assert not found.same_photographs
    for layer in found.layers:
        assert layer.kept is None
        grown = [each.weights for each in layer.filters]
        assert grown == sorted(grown, reverse=True)


def test_networks_of_other_widths_are_refused(desk):
    before, after = manifests(desk)
    wider = dataclasses.replace(after.layers[0], filters=8)
    with pytest.raises(InputError, match="4 filters before and 8 after"):
        change.compare(before, dataclasses.replace(after, layers=(wider, *after.layers[1:])), Store(desk / "store"))


def test_the_sketches_are_kept_by_gc_and_asked_for_when_gone(desk, tmp_path):
    shutil.copytree(desk / "store", tmp_path / "store")
    assert run("store", "gc", "--yes", "--store", str(tmp_path / "store")) == 0
    store = Store(tmp_path / "store")
    assert change.compare(*manifests(desk), store).layers
    for key in list(store):
        entry = store.entry(key)
        if entry and entry.inputs["kind"] == "sketch":
            store.remove(key)
    with pytest.raises(InputError, match="lacks the sketch"):
        change.compare(*manifests(desk), store)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["before", "nowhere"], "No site in nowhere was built from the store"),
        (["before", "after", "--to", "before"], "would overwrite each other"),
        (["before", "after", "--to", "."], "would overwrite each other"),
        (["before", "after", "--to", "photographs"], "no build of this project put there"),
    ],
)
def test_what_cannot_be_compared_is_said(desk, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(desk)
    assert run("compare", *arguments, "--store", "store") == 2
    assert words in capsys.readouterr().err
    assert (desk / "before/index.html").is_file()


def test_one_folder_is_nothing_to_learn_from(tmp_path, narrow):
    draw_folder(tmp_path / "photographs", ["zebra"], 2)
    corpus = from_folder(tmp_path / "photographs", FileCache(tmp_path / "memo.json"))
    with pytest.raises(InputError, match="one folder only"):
        further(narrow, corpus, steps=1, rate=0.1, frozen=0)


def test_a_class_that_is_not_drawn(tmp_path):
    with pytest.raises(InputError, match="Did you mean zebra"):
        draw_folder(tmp_path, ["zebre"], 1)


def test_only_vggs_are_trained_further(desk):
    other = dataclasses.replace(Weights.from_arrays(random_pairs(WIDTHS), "random weights"), network="flowers")
    corpus = from_folder(desk / "photographs", FileCache(desk / "memo.json"))
    with pytest.raises(InputError, match="flowers is no VGG"):
        further(other, corpus, steps=1, rate=0.01, frozen=0)

"""`make atlas` from settings to pages, by the command line."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from generator.ascent import optimize
from generator.build.tasks import Visualize
from generator.cli.commands import main
from tests.documents import document
from tests.end_to_end.conftest import FILTERS, FOLLOWED, GALLERY, WIDTHS
from tests.sitecheck import problems


def test_the_site_is_whole(built):
    assert problems(built.site) == []
    pages = {str(path.relative_to(built.site)) for path in built.site.rglob("*.html")}
    assert {"index.html", "method.html", *(f"block{n}.html" for n in range(1, 6))} <= pages
    of_layers = [page for page in pages if page.startswith("block") and "/" in page]
    assert len(of_layers) == FILTERS + len(WIDTHS)  # each layer has a map, too


def test_labels_are_text_everywhere(built):
    pages = [path.read_text(encoding="utf-8") for path in built.site.rglob("*.html")]
    assert any("dots &amp; &lt;b&gt;noise&lt;/b&gt;" in page for page in pages)
    assert not any("<b>noise" in page for page in pages)


def photographs(bench):
    """How many whole photographs its store holds."""
    return sum(b'"kind":"photograph"' in card for name, card in bench.objects().items() if name.endswith(".json"))


def test_the_store_holds_every_artifact_and_nothing_else(built):
    payloads = [name for name in built.objects() if not name.endswith(".json")]
    assert 0 < photographs(built) <= 15
    assert len(payloads) == 7 * FILTERS + 5 * len(WIDTHS) + FOLLOWED + GALLERY + photographs(built)
    assert built.run("store verify") == 0


def test_a_second_run_computes_nothing_and_imports_no_tensorflow(built):
    before = {path: path.stat().st_mtime_ns for path in (built.store / "objects").glob("*/*")}
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "generator", "atlas", *built.flags()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Nothing to compute" in run.stderr
    assert "mkdocs" in run.stderr
    assert "tensorflow" not in run.stderr
    assert {path: path.stat().st_mtime_ns for path in (built.store / "objects").glob("*/*")} == before


def test_the_same_config_gives_the_same_bytes_in_any_order(built, fresh):
    assert fresh.run("visualize", "--filters", "5-5,2-2", "--layers", "block3_conv1 block1_conv2") == 0
    some = fresh.objects()
    assert len(some) == 2 * (2 * 3 + 5)  # what was asked for, and the sketch of each layer's kernels
    assert some.items() <= built.objects().items()


def interrupt_after(monkeypatch, batches):
    """Ctrl-C in the middle of the climbs."""
    climb = optimize._climb_batch
    count = iter(range(batches))

    def interrupted(*arguments):
        if next(count, None) is None:
            raise KeyboardInterrupt
        return climb(*arguments)

    monkeypatch.setattr(optimize, "_climb_batch", interrupted)


def test_interrupted_and_gone_on_with(built, fresh, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        interrupt_after(patch, 3)
        assert fresh.run() == 130
    assert "the same command again to continue" in capsys.readouterr().err
    assert problems(fresh.site) == []  # there is something to browse
    assert 0 < len(fresh.objects()) < len(built.objects())

    done = []
    carry_out = Visualize.run

    def counted(task, *rest):
        done.append(task)
        carry_out(task, *rest)

    monkeypatch.setattr(Visualize, "run", counted)
    assert fresh.run() == 0
    assert fresh.objects() == built.objects()
    assert len(done) == 12 - 3  # those before were not done again


@pytest.fixture
def copy(built, tmp_path):
    """A copy of the whole atlas, to do harm to; no site refers to its store yet."""
    shutil.copytree(built.root, tmp_path / "copy", ignore=shutil.ignore_patterns("manifests"))
    return type(built)(tmp_path / "copy")


def test_damage_is_found_told_and_mended(built, copy, capsys):
    victims = sorted((copy.store / "objects").glob("*/*.png"))[:3]
    victims[0].write_bytes(victims[0].read_bytes()[:-1] + b"x")
    victims[1].write_bytes(b"")
    victims[2].unlink()
    assert copy.run("store verify") == 1
    told = capsys.readouterr().err
    assert all(victim.parent.name + victim.stem in told for victim in victims)
    assert copy.run() == 0
    assert copy.objects() == built.objects()


def test_gc_removes_what_no_site_refers_to(copy, capsys):
    everything = len(copy.objects())
    assert copy.run("atlas", "--filters", "2") == 0
    assert copy.run("store gc") == 0
    assert "Nothing was removed" in capsys.readouterr().err
    assert len(copy.objects()) == everything
    assert copy.run("store gc", "--yes") == 0
    assert len(copy.objects()) == 2 * (7 * 2 * len(WIDTHS) + 5 * len(WIDTHS) + FOLLOWED + GALLERY + photographs(copy))
    assert copy.run("site") == 0
    assert problems(copy.site) == []


def test_a_site_from_a_half_filled_store(fresh):
    assert fresh.run("visualize", "--layers", "block1_conv1", "--filters", "2") == 0
    assert fresh.run("site", "--filters", "3") == 0
    assert problems(fresh.site) == []


def test_pages_are_rendered_again_without_weights_and_photographs(copy):
    assert copy.run() == 0
    before = {path: path.read_bytes() for path in copy.site.rglob("*.*")}
    shutil.rmtree(copy.site)
    (copy.root / "narrow.npz").unlink()
    shutil.rmtree(copy.root / "photographs")
    with pytest.raises(SystemExit) as left:
        main(["site", "--store", str(copy.store), "--site-dir", str(copy.site)])
    assert not left.value.code
    assert {path: path.read_bytes() for path in copy.site.rglob("*.*")} == before


def test_info_tells_the_plan_without_doing_it(fresh, built, capsys):
    assert fresh.run("info") == 0
    told = capsys.readouterr().out
    assert f"0 of {7 * FILTERS + 4 * len(WIDTHS) + FOLLOWED + GALLERY} artifacts" in told
    assert fresh.objects() == {}
    assert built.run("info") == 0
    assert "total     about 0 s" in capsys.readouterr().out


def test_without_photographs(fresh):
    assert fresh.run("atlas", "--layers", "block1_conv1", "--images", "none") == 0
    assert problems(fresh.site) == []
    assert "no photographs" in (fresh.site / "block1.html").read_text().lower()


def test_the_data_follow_the_schema_and_hold_every_filter(built):
    validator = Draft202012Validator(json.loads((built.site / "data" / "schema.json").read_text()))
    found = 0
    for path in sorted((built.site / "data").glob("block*.npz")):
        layer = document(built.site, path.stem)
        assert [error.message for error in validator.iter_errors(layer)] == []
        for this in layer["filters"]:
            assert this["measures"]
            assert bool(this["patches"]) == (this["evidence"]["active"] > 0)  # a silent filter has none
        found += len(layer["filters"])
        with np.load(path, allow_pickle=False) as arrays:
            assert arrays["value"].shape == (len(layer["filters"]), 9)
    assert found == FILTERS

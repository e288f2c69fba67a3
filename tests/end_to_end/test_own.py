"""The guide's own network: its script trains it, two atlases are built of it, and compared."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.miniature.draw_folder import draw_folder
from tests.end_to_end.conftest import SETTINGS, run
from tests.sitecheck import problems

GUIDE = Path(__file__).parents[2] / "templates/pages/own.md"
FLOWERS = Path(__file__).parents[3] / "shared/images/flower_photos"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The script has been run for one pass over some photographs: flowers, if they are at hand."""
    root = tmp_path_factory.mktemp("own")
    for label in ("daisy", "roses"):
        some = sorted((FLOWERS / label).glob("*.jpg"))[:8] if FLOWERS.is_dir() else []
        for path in some:
            (root / "photographs" / label).mkdir(parents=True, exist_ok=True)
            (root / "photographs" / label / path.name).write_bytes(path.read_bytes())
    if not (root / "photographs").is_dir():
        draw_folder(root / "photographs", ["zebra", "bricks"], 8)
    (script,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    (root / "train.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "train.py", "photographs", "1"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (root / "atlas.toml").write_text(f'filters = "2"\n{SETTINGS}')
    return root


def flags(desk, name):
    given = {"config": "atlas.toml", "weights": f"{name}.keras", "images": "photographs", "store": "store"}
    return [word for flag, value in given.items() for word in (f"--{flag}", str(desk / value))]


def test_two_atlases_and_what_changed(desk, capsys):
    for name in ("before", "after"):
        assert run("atlas", *flags(desk, name), "--site-dir", str(desk / name)) == 0
        site = desk / name
        assert problems(site) == []
        home = (site / "index.html").read_text()
        assert "flowers" in home
        assert {"edges", "corners", "textures", "parts"} <= {path.name for path in site.iterdir() if path.is_dir()}
    told = capsys.readouterr().err
    assert "the atlas ends with parts" in told
    assert "GlobalMaxPooling2D" in told
    sites = [str(desk / "before"), str(desk / "after")]
    assert run("compare", *sites, "--store", str(desk / "store"), "--to", str(desk / "comparison")) == 0
    changed = (desk / "comparison/index.html").read_text()
    assert all(f'href="{name}.html"' in changed for name in ("edges", "parts"))


def test_info_needs_no_tensorflow(desk):
    script = (
        "import sys; from generator.cli import commands\n"
        "try: commands.main(sys.argv[1:])\n"
        "except SystemExit as left: assert not left.code\n"
        "assert 'tensorflow' not in sys.modules"
    )
    command = [sys.executable, "-c", script, "info", *flags(desk, "after")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "flowers: 4 convolutional layers" in done.stdout

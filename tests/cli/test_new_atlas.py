"""`filter-atlas new`, and the package as it is installed: both outside the project."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from generator.cli import new_atlas
from generator.config import Config, load
from generator.errors import BuildError, InputError
from generator.site import theme
from tests import made
from tests.sitecheck import problems

ROOT = Path(__file__).parents[2]


def run(*arguments, cwd, path=""):
    """A command of its own process; what it said."""
    environment = os.environ | {"NO_COLOR": "1", "PYTHONPATH": str(path), "KERAS_HOME": str(cwd / "keras")}
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, env=environment, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout + ran.stderr


def test_a_new_folder_has_every_setting_and_a_site(tmp_path):
    made_files = new_atlas.start(tmp_path / "my" / "atlas")
    assert sorted(path.name for path in made_files) == [".gitignore", "about.md", "atlas.toml", "mkdocs.yml"]
    assert load(tmp_path / "my/atlas/atlas.toml", {}) == Config()
    made.make(tmp_path / "my/atlas", (1, 1))
    run("-m", "mkdocs", "build", "-q", cwd=tmp_path / "my/atlas")
    site = tmp_path / "my/atlas/site"
    assert problems(site) == []
    assert (site / "about.html").is_file()
    assert (site / "method.html").is_file()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "atlas.toml").write_text("mine")
    with pytest.raises(InputError, match="was not changed"):
        new_atlas.start(tmp_path)
    assert (tmp_path / "atlas.toml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.toml"]


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="cannot be written to"):
        new_atlas.start(tmp_path / "file" / "atlas")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built and unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "installed")
    return folder / "installed"


def needed(root):
    """The installed packages that a package needs, itself among them, without extras; by name."""
    found: dict[str, Distribution] = {}
    wanted = [root]
    while wanted:
        name = wanted.pop()
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        lines = map(Requirement, found[name].requires or ())
        wanted += [own.name for own in lines if (not own.marker or own.marker.evaluate({"extra": ""}))]
        wanted = [name for name in wanted if name not in found]
    return found


@pytest.fixture(scope="module")
def alone(installed, tmp_path_factory):
    """Where Python finds the installed package and what it needs, and nothing of the development environment."""
    folder = tmp_path_factory.mktemp("packages")
    for name, package in needed("filter-atlas").items():
        for file in package.files or () if name != "filter-atlas" else ():
            link = folder / file.parts[0]
            if file.parts[0] != ".." and not link.is_symlink():
                link.symlink_to(Path(str(package.locate_file(file.parts[0]))))
    return os.pathsep.join(map(str, (installed, folder)))


def test_the_wheel_holds_all_that_a_checkout_holds(installed):
    def files(folder):
        found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return {path.relative_to(folder).as_posix() for path in found}

    assert files(installed / "generator/templates") == files(ROOT / "templates")
    assert files(installed / "generator") - files(ROOT / "generator") == {
        "mkdocs.yml",
        *(f"templates/{name}" for name in files(ROOT / "templates")),
    }
    assert (installed / "generator/network/weights/miniature/weights.npz").stat().st_size > 100_000


def test_without_development_packages_the_installed_one_makes_an_atlas_of_the_miniature(installed, alone, tmp_path):
    """`-S`: no packages but those of `alone`."""
    program = "import sys; from generator.cli.commands import main; import generator; print(generator.__file__); main()"
    where = run("-S", "-c", program, "new", "mine", cwd=tmp_path, path=alone)
    assert str(installed) in where
    with pytest.raises(AssertionError, match="No module named 'pytest'"):
        run("-S", "-c", "import pytest", cwd=tmp_path, path=alone)
    settings = "ascent.channel.steps = 1\nascent.channel.canvas = 16\nascent.neuron.steps = 1\n"
    (tmp_path / "mine/atlas.toml").write_text(settings)
    flags = ["--weights", "miniature", "--images", "none", "--layers", "block1_conv1", "--filters", "2"]
    said = run("-S", "-c", program, "atlas", *flags, cwd=tmp_path / "mine", path=alone)
    assert "Site:" in said
    assert problems(tmp_path / "mine/site") == []
    assert (tmp_path / "mine/site/about.html").is_file()
    (tmp_path / "bare").mkdir()  # no mkdocs.yml, no atlas.toml: the package's own serve
    run("-S", "-c", program, "site", *flags, "--store", "../mine/store", cwd=tmp_path / "bare", path=alone)
    assert problems(tmp_path / "bare/site") == []
    assert not (tmp_path / "bare/site/about.html").exists()


def test_templates_of_a_checkout_are_the_projects_own():
    assert theme.templates() == ROOT / "templates"

"""What a build may wipe, and what it says when it cannot render."""

from pathlib import Path

import pytest

from generator.errors import BuildError, InputError
from generator.site import rendering
from tests import made


@pytest.mark.parametrize("precious", ["project", "store", "home", "."])
def test_refuses_to_wipe_what_is_precious(tmp_path, monkeypatch, precious):
    for name in ("project", "store", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    with pytest.raises(InputError, match="would wipe"):
        rendering.claim(tmp_path / precious, tmp_path / "project", tmp_path / "store")


@pytest.mark.parametrize("inside", ["project/templates/pages", "store/objects"])
def test_refuses_to_build_inside_the_sources_or_the_store(tmp_path, inside):
    with pytest.raises(InputError, match="inside"):
        rendering.claim(tmp_path / inside, tmp_path / "project", tmp_path / "store")


def test_refuses_the_root():
    with pytest.raises(InputError, match="would wipe"):
        rendering.claim(Path("/"), Path(__file__).parents[2], Path("store"))


def test_refuses_a_folder_with_files_of_others(tmp_path):
    site = tmp_path / "thesis"
    site.mkdir()
    (site / "chapter1.tex").write_text("dear")
    with pytest.raises(InputError, match="no build of this project put there"):
        rendering.claim(site, tmp_path / "project", tmp_path / "store")
    assert (site / "chapter1.tex").read_text() == "dear"


def test_takes_a_new_folder_an_empty_one_and_its_own(tmp_path):
    for _ in range(2):
        rendering.claim(tmp_path / "site", tmp_path / "project", tmp_path / "store")
        (tmp_path / "site/index.html").write_text("ours")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/.gitkeep").touch()
    rendering.claim(tmp_path / "kept", tmp_path / "project", tmp_path / "store")


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="cannot be built in"):
        rendering.claim(tmp_path / "file/site", tmp_path / "project", tmp_path / "store")


def test_a_damaged_manifest_is_said_in_its_own_words(tmp_path):
    manifest = made.make(tmp_path, (1,))
    manifest.write_text("{")
    with pytest.raises(InputError, match="is damaged"):
        rendering.build(rendering.config_file(), manifest, tmp_path / "store", tmp_path / "site")


def test_a_broken_link_in_the_prose_fails_the_build(tmp_path):
    manifest = made.make(tmp_path, (1,))
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "method.md").write_text("# Method\n\n[nowhere](nowhere.md)\n")
    project = rendering.config_file()
    config = tmp_path / "mkdocs.yml"
    text = project.read_text().replace("templates/pages", str(pages))
    config.write_text(text.replace("custom_dir: templates", f"custom_dir: {project.parent / 'templates'}"))
    with pytest.raises(BuildError, match=r"nowhere\.md"):
        rendering.build(config, manifest, tmp_path / "store", tmp_path / "site")

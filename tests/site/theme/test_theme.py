"""An atlas as a folder of another MkDocs site, and as a site of its own outside the project."""

import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from mkdocs.config import load_config

from generator.site import theme
from tests import made
from tests.sitecheck import Page, problems

FOREIGN: dict[str, Any] = {
    "site_name": "A course on vision",
    "docs_dir": "docs",
    "site_dir": "public",
    "strict": True,
    "nav": [{"Home": "index.md"}, {"Week 1": "week1/notes.md"}, {"The atlas": "atlas/index.md"}],
}


LINKS = {
    "index.md": "See [the atlas](atlas/index.md), [block 1](atlas/block1.md).\n",
    "week1/notes.md": "[One filter](../atlas/block1_conv1/0.md) & <em>more</em>.\n",
}


def host(root, links=LINKS, **settings):
    """A foreign site with two pages; its mkdocs.yml."""
    for name, text in links.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Welcome\n\n{{{{ not a template }}}}\n\n{text}")
    file = root / "mkdocs.yml"
    file.write_text(yaml.safe_dump(FOREIGN | settings))
    return file


def build(file):
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return file.parent / "public"


@pytest.fixture(scope="module", params=["mkdocs", "readthedocs"])
def embedded(request, tmp_path_factory):
    """A foreign site with an atlas of 14 filters in a folder of its own."""
    root = tmp_path_factory.mktemp(request.param)
    made.make(root, (1,) * 12 + (2,))
    return build(host(root, theme=request.param, plugins=["search", "filter-atlas"]))


def test_the_atlas_is_whole_in_a_foreign_site(embedded):
    assert problems(embedded / "atlas") == [
        f"{page.relative_to(embedded / 'atlas')}: leads nowhere: {'../' * len(page.relative_to(embedded).parents[:-1])}"
        "index.html"
        for page in sorted((embedded / "atlas").rglob("*.html"))
    ]  # the way back to the foreign site, and nothing else
    page = Page((embedded / "atlas/block5_conv3/1.html").read_text())
    assert "../assets/atlas.css" in page.loads
    assert "../../index.html" in page.links
    assert (embedded / "atlas/block5_conv3/../../index.html").resolve().is_file()
    assert "A course on vision" in page.text
    assert len(list((embedded / "atlas").rglob("*.html"))) >= 14 + 5 + 2


def test_foreign_pages_find_the_atlas(embedded):
    home = (embedded / "index.html").read_text()
    assert 'href="atlas/index.html"' in home
    assert 'href="atlas/block1.html"' in home
    assert "{{ not a template }}" in home
    assert 'href="../../atlas/block1_conv1/0.html"' in (embedded / "week1/notes/index.html").read_text()


@pytest.mark.parametrize("name", ["mkdocs", "readthedocs"])
def test_foreign_pages_are_untouched(tmp_path, name):
    made.make(tmp_path / "with", (1,))
    same = {"theme": name, "nav": FOREIGN["nav"][:2], "links": dict.fromkeys(LINKS, "Nothing about filters.")}
    found = [
        made.fingerprints(build(host(tmp_path / folder, plugins=plugins, **same)))
        for folder, plugins in (("with", ["filter-atlas"]), ("without", []))
    ]
    ours = ("atlas/", ".filter-atlas", "sitemap.xml")  # which lists the atlas's pages too
    kept, plain = ({n: d for n, d in each.items() if not n.startswith(ours)} for each in found)
    dated = {n for n in plain if kept.get(n) != plain[n]}
    assert dated <= {"index.html"}  # the mkdocs theme's home page ends with the time of the build
    assert kept.keys() == plain.keys()


def test_the_folder_can_be_named(tmp_path):
    made.make(tmp_path, (1,))
    nav = [{"Home": "index.md"}, "filters/vgg/index.md"]
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n")
    file = tmp_path / "mkdocs.yml"
    plugins = [{"filter-atlas": {"folder": "/filters/vgg"}}]
    file.write_text(yaml.safe_dump(FOREIGN | {"nav": nav, "plugins": plugins, "use_directory_urls": False}))
    (tmp_path / "atlas.toml").write_text('base_url = "https://example.org/course"')
    site = build(file)
    page = (site / "filters/vgg/block1_conv1/0.html").read_text()
    assert 'rel="canonical" href="https://example.org/course/filters/vgg/block1_conv1/0.html"' in page
    assert "Filter Atlas" in (site / "index.html").read_text()  # in the navigation, by its title


def test_another_network_brings_no_page_about_vgg16_alone(tmp_path):
    made.make(tmp_path, made.NETWORKS["single"], name="flowers")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\n[The filters](atlas/only/4.md)\n")
    file = tmp_path / "mkdocs.yml"
    file.write_text(
        yaml.safe_dump({"site_name": "x", "site_dir": "public", "strict": True, "plugins": ["filter-atlas"]})
    )
    atlas = build(file) / "atlas"
    assert (atlas / "only/4.html").is_file()
    assert (atlas / "method.html").is_file()
    assert not (atlas / "look.html").exists()


def test_the_theme_by_its_name_makes_a_whole_site(tmp_path):
    made.make(tmp_path, (1, 1))
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/own.md").write_text("# Mine\n\n[Method](method.md)\n")
    file = tmp_path / "mkdocs.yml"
    file.write_text(
        yaml.safe_dump(
            {"site_name": "x", "docs_dir": "pages", "site_dir": "public", "strict": True, "plugins": ["filter-atlas"]}
            | {"theme": "filter-atlas", "use_directory_urls": False}
        )
    )
    site = build(file)
    assert problems(site) == []
    assert "Mine" in (site / "own.html").read_text()
    assert (site / "404.html").is_file()
    assert not (site / "mkdocs_theme.yml").exists()


def test_what_the_user_lays_over_the_theme_wins(tmp_path):
    (tmp_path / "over").mkdir()
    (tmp_path / "pages").mkdir()
    file = tmp_path / "mkdocs.yml"
    file.write_text("site_name: x\ndocs_dir: pages\ntheme: {name: filter-atlas, custom_dir: over}\n")
    found = load_config(str(file)).theme
    assert theme.is_whole_site(found)
    assert found.dirs.index(str(tmp_path / "over")) < found.dirs.index(str(theme.templates().resolve()))


def test_ways_between_pages():
    assert theme.address("atlas/", "atlas/index.html") == "."
    assert theme.address("atlas/", "atlas/block1_conv1/0.html") == ".."
    assert theme.address("", "atlas/block1_conv1/0.html") == "../.."
    assert theme.address("", "atlas/index.html") == ".."

"""Publishing to a bare repository on this disk, and what is checked before anything is pushed."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from generator.cli import commands
from generator.config import Config, load
from generator.errors import BuildError, InputError
from generator.site import publishing
from generator.store import manifest
from tests import made
from tests.sitecheck import Page

ROOT = Path(__file__).parents[2]


def git(*arguments, cwd):
    ran = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def code(*arguments):
    with pytest.raises(SystemExit) as left:
        commands.main(list(arguments))
    return left.value.code or 0


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A repository with an atlas in it, and a bare one as its remote; the working folder."""
    for name, value in {"NAME": "A", "EMAIL": "a@example.org"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git("init", "-q", "--bare", str(tmp_path / "remote.git"), cwd=tmp_path)
    root = tmp_path / "desk"
    root.mkdir()
    git("init", "-q", "-b", "main", cwd=root)
    git("remote", "add", "origin", str(tmp_path / "remote.git"), cwd=root)
    git("commit", "-q", "--allow-empty", "-m", "start", cwd=root)
    monkeypatch.chdir(root)
    made.make(root, (2,))
    manifest.path_for(Path("store"), Path("site")).write_bytes(next(root.glob("store/manifests/*")).read_bytes())
    return root


def test_publishing_twice_leaves_one_commit_with_the_site(desk, capsys):
    remote = desk.parent / "remote.git"
    for _ in range(2):
        assert code("publish", "--base-url", "https://example.org/atlas") == 0
        assert git("rev-list", "--count", "gh-pages", cwd=remote) == "1"
    files = set(git("ls-tree", "-r", "--name-only", "gh-pages", cwd=remote).splitlines())
    built = {str(path.relative_to(desk / "site")) for path in (desk / "site").rglob("*") if path.is_file()}
    assert files == built | {".nojekyll"}
    assert "https://example.org/atlas" in capsys.readouterr().err
    assert git("rev-parse", "--abbrev-ref", "HEAD", cwd=desk) == "main"


def test_addresses_are_those_of_the_published_site(desk):
    assert code("publish", "--dry-run", "--base-url", "https://example.org/atlas") == 0
    page = (desk / "site/block1_conv1/1.html").read_text()
    assert '<link rel="canonical" href="https://example.org/atlas/block1_conv1/1.html">' in page
    assert not any(link.startswith("http") for link in Page(page).links)  # the rest stays relative
    assert not git("branch", "--list", "gh-pages", cwd=desk)


def test_too_large_is_said_before_anything_is_pushed(desk, monkeypatch, capsys):
    monkeypatch.setattr(publishing.check, "__defaults__", (10_000, 10**8))
    assert code("publish") == 1
    assert "Nothing was pushed" in capsys.readouterr().err
    assert git("branch", "--list", cwd=desk.parent / "remote.git") == ""


def test_a_push_that_fails_is_said(desk, capsys):
    git("remote", "set-url", "origin", str(desk / "nowhere.git"), cwd=desk)
    assert code("publish") == 1
    assert "could not be pushed to origin" in capsys.readouterr().err


def put_domain(desk, text="atlas.example.org\n"):
    """As GitHub does it: a commit on the branch, made elsewhere, with the file."""
    other = desk.parent / "elsewhere"
    git("clone", "-q", str(desk.parent / "remote.git"), str(other), cwd=desk)
    git("checkout", "-q", "--orphan", "gh-pages", cwd=other)
    (other / "CNAME").write_text(text)
    git("add", "CNAME", cwd=other)
    git("commit", "-q", "-m", "Create CNAME", cwd=other)
    git("push", "-q", "origin", "gh-pages", cwd=other)


def published(desk, name):
    return git("show", f"gh-pages:{name}", cwd=desk.parent / "remote.git")


def test_a_domain_of_ones_own_is_kept_and_is_the_address(desk, capsys):
    put_domain(desk)
    assert code("publish") == 0
    assert published(desk, "CNAME") == "atlas.example.org"
    page = published(desk, "block1_conv1/1.html")
    assert '<link rel="canonical" href="https://atlas.example.org/block1_conv1/1.html">' in page
    assert "In a minute or two: https://atlas.example.org/" in capsys.readouterr().err
    assert code("publish", "--base-url", "https://example.org/atlas") == 0
    assert published(desk, "CNAME") == "atlas.example.org"
    assert "https://example.org/atlas/block1_conv1/1.html" in published(desk, "block1_conv1/1.html")


def test_a_domain_among_ones_own_pages_wins(desk):
    put_domain(desk)
    assert code("new", "mine") == 0
    (desk / "mkdocs.yml").write_text((desk / "mine/mkdocs.yml").read_text().replace("pages", "mine/pages"))
    (desk / "mine/pages/CNAME").write_text("own.example.org\n")
    assert code("publish") == 0
    assert published(desk, "CNAME") == "own.example.org"
    assert "https://own.example.org/block1_conv1/1.html" in published(desk, "block1_conv1/1.html")


def test_what_is_no_domain_is_kept_but_is_no_address():
    where = publishing.Target("origin", "gh-pages", "git@github.com:me/other.git")
    assert publishing.addressed(Config(), where, "a b").base_url == "https://me.github.io/other/"
    assert publishing.addressed(Config(), where, "b.org").base_url == "https://b.org/"


def test_a_rehearsal_without_the_remote_says_what_it_does_not_know(desk, capsys):
    git("remote", "set-url", "origin", str(desk / "nowhere.git"), cwd=desk)
    assert code("publish", "--dry-run") == 0
    assert "be searched for a CNAME: fatal:" in capsys.readouterr().err


def test_a_folder_of_somebody_elses_is_told_in_gits_words(desk, monkeypatch, capsys):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert code("publish") == 2
    said = capsys.readouterr().err
    assert "detected dubious ownership" in said
    assert "git config --global --add safe.directory" in said
    assert "not in a Git repository" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--remote", "elsewhere"], "no Git remote 'elsewhere'"),
        (["--branch", "main"], "is checked out"),
        (["--store", "empty"], "No atlas has been started"),
        (["--base-url", "example.org"], "base_url is 'example.org'"),
    ],
)
def test_what_has_to_be_right_first(desk, capsys, arguments, words):
    assert code("publish", *arguments) == 2
    assert words in capsys.readouterr().err


def test_without_a_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="not in a Git repository"):
        publishing.target("origin", "gh-pages")


def test_limits(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 60)
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c").write_bytes(b"x" * 40)
    assert publishing.check(tmp_path, 100, 60).startswith("2 files")
    with pytest.raises(BuildError, match=r"b/c|a has"):
        publishing.check(tmp_path, 100, 59)
    with pytest.raises(BuildError, match="GitHub Pages takes"):
        publishing.check(tmp_path, 99, 60)
    assert publishing.SITE_LIMIT == 10 * publishing.FILE_LIMIT == 10**9


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://github.com/Me/atlas.git", "https://me.github.io/atlas/"),
        ("git@github.com:me/atlas.git", "https://me.github.io/atlas/"),
        ("ssh://git@github.com/me/atlas", "https://me.github.io/atlas/"),
        ("https://github.com/me/me.github.io", "https://me.github.io/"),
        ("https://gitlab.com/me/atlas.git", None),
        ("/a/folder", None),
        ("https://github.com/me", None),
    ],
)
def test_the_address_of_a_repository(url, found):
    assert publishing.address(url) == found


def test_the_address_is_not_part_of_the_atlas(tmp_path):
    found = load(None, {"base_url": "https://me.github.io/atlas/"})
    where = publishing.Target("origin", "gh-pages", "git@github.com:me/other.git")
    assert publishing.addressed(found, where) == found
    assert publishing.addressed(Config(), where).base_url == "https://me.github.io/other/"


def test_the_workflows_pin_what_they_use_and_call_what_there_is():
    makefile = (ROOT / "Makefile").read_text()
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        jobs = yaml.safe_load(path.read_text())["jobs"].values()
        steps = [step for job in jobs for step in job["steps"]]
        assert all(re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
        for target in re.findall(r"\bmake ([a-z-]+)", " ".join(step.get("run", "") for step in steps)):
            assert f"\n{target}: " in makefile

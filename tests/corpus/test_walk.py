"""Every file under a folder once, behind links too, and whatever is not looked at is named."""

import os
import subprocess
import sys

import pytest

from generator.corpus import walk


@pytest.fixture
def tree(tmp_path):
    for name in ("photos/real/a.jpg", "elsewhere/cat/1.jpg", "elsewhere/dog/2.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def reasons(skipped):
    return {left.name: left.reason for left in skipped}


def link(at, to):
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(to, target_is_directory=True)


def test_links_to_classes_are_followed(tree):
    link(tree / "photos/links/cat", tree / "elsewhere/cat")
    link(tree / "photos/links/dog", "../../elsewhere/dog")
    assert walk.files(tree / "photos") == (["links/cat/1.jpg", "links/dog/2.jpg", "real/a.jpg"], [])


def test_a_folder_is_looked_at_once_under_its_own_name(tree):
    link(tree / "photos/again", tree / "photos/real")
    link(tree / "photos/cat", tree / "elsewhere/cat")
    link(tree / "photos/kitty", tree / "elsewhere/cat")
    names, skipped = walk.files(tree / "photos")
    assert names == ["cat/1.jpg", "real/a.jpg"]
    assert reasons(skipped) == {"again": walk.AGAIN, "kitty": walk.AGAIN}


def test_loops_end(tree):
    link(tree / "photos/real/up", tree / "photos")
    link(tree / "photos/out", tree / "elsewhere")
    link(tree / "elsewhere/back", tree / "photos/real")
    link(tree / "elsewhere/cat/round", tree / "elsewhere")
    link(tree / "photos/above", tree)
    link(tree / "photos/everything", "/")
    names, skipped = walk.files(tree / "photos")
    assert names == ["out/cat/1.jpg", "out/dog/2.jpg", "real/a.jpg"]
    assert reasons(skipped).items() >= {"above": walk.AROUND, "everything": walk.AROUND}.items()
    assert {"real/up", "out/back", "out/cat/round"} <= reasons(skipped).keys()


@pytest.mark.parametrize("name", ["@eaDir", "@EADIR", "__MACOSX", ".thumbnails", "#recycle", "$RECYCLE.BIN"])
def test_what_programs_keep_is_left_out_by_name(tree, name):
    (tree / "photos/real" / name).mkdir()
    (tree / "photos/real" / name / "b.jpg").write_text("x")
    names, skipped = walk.files(tree / "photos")
    assert names == ["real/a.jpg"]
    assert [left.name for left in skipped] == [f"real/{name}"]


def test_names_that_begin_with_a_dot_are_passed_over(tree):
    (tree / "photos/real/._a.jpg").write_text("x")
    (tree / "photos/.cache").mkdir()
    (tree / "photos/.cache/a.jpg").write_text("x")
    assert walk.files(tree / "photos") == (["real/a.jpg"], [])


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_named(tree):
    (tree / "photos/closed").mkdir(mode=0)
    assert reasons(walk.files(tree / "photos")[1]) == {"closed": "cannot be read: Permission denied"}


@pytest.mark.parametrize("locale", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_names_are_text_in_any_locale(tree, locale):
    """`LC_ALL=C`, also where Python then takes file names for ASCII: names in either Unicode form stay as they are."""
    for name in ("cafe\u0301", "caf\u00e9", "日本"):
        (tree / "photos" / name).mkdir()
        (tree / "photos" / name / "é.jpg").write_text(name)
    (tree / "photos" / os.fsdecode(b"caf\xe9.jpg")).write_text("x")
    script = (
        "import sys; from pathlib import Path; from generator.corpus import walk\n"
        "root = Path(sys.argv[1]); names, skipped = walk.files(root); why = [left[:2] for left in skipped]\n"
        "print(ascii((names, why, [walk.path(root, n).read_bytes().decode() for n in names])))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, tree / "photos"],
        env=os.environ | {"LC_ALL": "C"} | locale,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = ["cafe\u0301", "caf\u00e9", "日本"]
    names = [f"{name}/é.jpg" for name in texts]
    contents = [*texts[:1], "café", "photos/real/a.jpg", "日本"]
    wanted = sorted([*names, "real/a.jpg"]), [("caf\ufffd.jpg", "a name that is not valid text")], contents
    assert run.stdout.strip() == ascii(wanted)

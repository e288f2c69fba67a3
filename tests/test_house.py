"""The rules of the house that a reader cannot check at a glance."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from generator.tasks import Task

ROOT = Path(__file__).parents[1]
ROOMS = sorted((ROOT / "generator").rglob("*.py"))
COMPUTES_PIXELS = re.compile(
    r"(network|patches|following|projection|scoring|timing|measures|ascent/\w+|bench/\w+|miniature/(train|truth)\w*)\.py"
)
TENSORFLOW = re.compile(r"^(import|from) (tensorflow|keras)", re.MULTILINE)


def name(path):
    return path.relative_to(ROOT / "generator").as_posix()


def test_tensorflow_is_imported_only_where_pixels_are_computed():
    importing = {name(path) for path in ROOMS if TENSORFLOW.search(path.read_text())}
    assert {room for room in importing if not COMPUTES_PIXELS.fullmatch(room)} == set()


def test_what_plans_and_renders_never_loads_tensorflow():
    """Not even by way of another room."""
    rooms = [name(path).removesuffix(".py").replace("/", ".") for path in ROOMS]
    rooms = [room for room in rooms if not COMPUTES_PIXELS.fullmatch(room.replace(".", "/") + ".py")]
    imports = "; ".join(f"import generator.{room}" for room in rooms if not room.endswith(("__main__", "__init__")))
    script = f"import sys; {imports}; print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


def test_rooms_are_small():
    assert {name(path): n for path in ROOMS if (n := len(path.read_text().splitlines())) > 275} == {}


def test_every_room_says_what_it_is():
    assert [name(path) for path in ROOMS if not path.read_text().startswith('"""')] == []


def test_the_words_of_the_design_are_modules_or_types():
    text = "\n".join(path.read_text() for path in ROOMS)
    types = set(re.findall(r"^class (\w+)", text, re.MULTILINE))
    modules = {path.stem for path in ROOMS}
    words = ["Network", "Layer", "Filter", "Visualization", "Recipe", "Corpus", "Patch", "Store", "Atlas", "Plan"]
    assert [word for word in words if word not in types] == []
    rooms = ["config", "geometry", "weights", "network", "corpus", "ascent", "patches", "store", "tasks", "executors"]
    rooms += ["atlas", "images", "plugin", "cli", "objectives", "transforms", "optimize", "image", "canonical", "plan"]
    assert [room for room in rooms if room not in modules and not (ROOT / "generator" / room).is_dir()] == []


def test_who_tells_kinds_of_tasks_apart_knows_all_of_them():
    """The type checker names a kind that such a `match` forgets, if the match ends in `assert_never`."""
    kinds = {kind.__name__ for kind in get_args(Task)}
    told, open_ended = 0, []
    for path in ROOMS:
        for match in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Match)):
            classes = [
                node for case in match.cases for node in ast.walk(case.pattern) if isinstance(node, ast.MatchClass)
            ]
            if kinds.isdisjoint(ast.unparse(node.cls) for node in classes):
                continue
            told += 1
            if not ast.unparse(match.cases[-1]).startswith("case _:\n    assert_never("):
                open_ended.append(f"{name(path)}:{match.lineno}")
    assert told > 5
    assert open_ended == []

"""The rules of the house that a reader cannot check at a glance."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = sorted((ROOT / "generator").rglob("*.py"))
COMPUTES_PIXELS = re.compile(
    r"(network/(forward|operations|timing)|responses/(scan|footprint_scan|projection)|measures/(measures|scoring)"
    r"|ascent/(?!recipes|contrast|frequency_bands|frames|__init__)\w+|bench/\w+|miniature/(train|truth)\w*)\.py"
)
# From the ground up: each room may import those before it. Modules of the top floor stand among them.
FLOORS = [
    "errors",
    "arrays",
    "batches",
    "system",
    "store",
    "network",
    "allowed",
    "config",
    "selection",
    "corpus",
    "ascent",
]
FLOORS += ["responses", "measures", "site", "build", "miniature", "bench", "cli", "__main__"]
# The guide documents the commands, which lie above all else. It asks for them when a page is made, not before.
UPWARDS = {("site.pages.reference", "cli.commands"), ("site.pages.reference", "cli.flags")}
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


def imports():
    """(module, module that it imports), without `generator.`, wherever in the module the import stands."""
    modules = {module(path): path for path in ROOMS}
    for own, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith("generator."):
                source = node.module.removeprefix("generator").removeprefix(".")
                for alias in node.names:
                    inner = f"{source}.{alias.name}".removeprefix(".")
                    yield own, inner if inner in modules else source


def module(path):
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_imports_go_one_way_between_rooms():
    """No room imports one of a higher floor."""
    rooms = {(own.split(".")[0], other.split(".")[0]) for own, other in imports()} - {("generator", "generator")}
    assert {room for pair in rooms for room in pair} - {"__init__", ""} == set(FLOORS)
    floor = {room: number for number, room in enumerate(FLOORS)}
    upwards = {(a, b) for a, b in imports() if b and floor[a.split(".")[0]] < floor[b.split(".")[0]]}
    assert upwards == UPWARDS


def test_there_are_no_circles():
    """Within rooms neither: what imports nothing that is left is taken away until nothing is left."""
    needs: dict[str, set[str]] = {}
    for own, other in set(imports()) - UPWARDS:
        needs.setdefault(own, set()).add(other)
        needs.setdefault(other, set())
    while free := {own for own, others in needs.items() if not others}:
        needs = {own: others - free for own, others in needs.items() if own not in free}
    assert needs == {}


def test_rooms_are_small():
    assert {name(path): n for path in ROOMS if (n := len(path.read_text().splitlines())) > 275} == {}


def test_every_room_says_what_it_is():
    assert [name(path) for path in ROOMS if not path.read_text().startswith('"""')] == []


def test_the_words_of_the_design_are_modules_or_types():
    text = "\n".join(path.read_text() for path in ROOMS)
    types = set(re.findall(r"^class (\w+)", text, re.MULTILINE))
    words = ["Network", "Layer", "Filter", "Visualization", "Recipe", "Corpus", "Patch", "Store", "Atlas", "Plan"]
    assert [word for word in words if word not in types] == []
    places = {place for path in ROOMS for place in path.relative_to(ROOT).with_suffix("").parts}
    rooms = ["config", "geometry", "weights", "network", "corpus", "ascent", "scan", "store", "tasks", "executors"]
    rooms += ["records", "images", "plugin", "cli", "objectives", "optimize", "image", "canonical", "plan"]
    assert [room for room in rooms if room not in places] == []

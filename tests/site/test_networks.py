"""Whole sites of networks that are not VGG16, from made-up stores."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from generator.errors import InputError
from generator.site import loading, rendering
from generator.site.pages import reference
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made
from tests.documents import read
from tests.sitecheck import Page, problems

NAME = "flowers & <b>weeds</b>"
# pages of the guide that name VGG16 as an example
EXAMPLES = {"faq", "finetuned", "method", "own", "recipes", "scaling", "settings", "start"}


@pytest.fixture(scope="module", params=made.NETWORKS)
def sites(request, tmp_path_factory):
    """(layers, the site of an atlas of them)."""
    root = tmp_path_factory.mktemp(request.param)
    layers = made.NETWORKS[request.param]
    path = made.make(root, layers, name=NAME)
    address = "https://example.org/"  # for previews
    rendering.build(rendering.config_file(), path, root / "store", root / "site", base_url=address)
    return layers, root / "site"


def words(path):
    return " ".join(" ".join(Page(path.read_text(encoding="utf-8")).text).split())


def outside(address):
    """Whether a problem is only that a page names its own address."""
    return "leads out of the site: https://example.org/" in address


def test_every_link_and_every_picture_leads_somewhere(sites):
    _, site = sites
    assert [found for found in problems(site) if not outside(found)] == []


def test_every_layer_and_every_filter_has_its_page(sites):
    layers, site = sites
    for layer in layers:
        pages = {path.stem for path in (site / layer.name).glob("*.html")}
        assert pages - {"map"} == {str(n) for n in range(layer.filters)}
        page = words(site / layer.name / "0.html")
        assert f"{layer.field} × {layer.field} px, for one unit" in page  # noqa: RUF001


def test_there_are_no_other_blocks_than_those_of_the_network(sites):
    layers, site = sites
    numbers = {str(layer.block) for layer in layers}
    assert {path.stem for path in site.glob("block*.html")} == {f"block{number}" for number in numbers}
    generated = [path for path in site.rglob("*.html") if path.stem not in EXAMPLES | {"cache", "publishing"}]
    said = " ".join(words(path) for path in generated)
    assert set(re.findall(r"\b[Bb]locks? (\d)", said)) == numbers
    assert re.findall(r"block\d_conv\d", said) == []


def test_vgg16_is_named_only_as_an_example(sites):
    _, site = sites
    texts = [path for path in site.rglob("*.*") if path.suffix in (".html", ".js", ".json", ".css", ".xml")]
    assert {path.stem for path in texts if "VGG" in path.read_text(encoding="utf-8")} == EXAMPLES
    method = words(site / "method.html")
    assert "VGG16 is a convolutional network" not in method
    assert "puppy" not in method
    assert not (site / "look.html").exists()


def test_pages_name_the_network(sites):
    layers, site = sites
    escaped = "flowers &amp; &lt;b&gt;weeds&lt;/b&gt;"
    for page in ("index", "guess", f"block{layers[0].block}", f"{layers[0].name}/0"):
        text = (site / f"{page}.html").read_text()
        assert re.search(rf'<meta name="description" content="[^"]*{escaped}', text)
        assert f'for filters of {escaped}">' in text  # the preview
    assert f"The network is {NAME}." in words(site / "index.html")
    assert f"The network of this atlas, {NAME}, is convolutional" in words(site / "method.html")
    assert json.loads((site / "data/manifest.json").read_text())["weights"]["network"] == NAME


def test_documents_follow_their_schema(sites):
    layers, site = sites
    schema = json.loads((site / "data/schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    names = set()
    for path in (site / "data").glob("*.json.gz"):
        found = read(path.read_bytes())
        assert [error.message for error in Draft202012Validator(schema).iter_errors(found)] == []
        names.add(found["layer"]["name"])
    assert names == {layer.name for layer in layers}


def test_each_layer_has_its_own_class_and_place(sites):
    """Names that are also classes or ids of the theme's own must not be taken for these."""
    layers, site = sites
    style = (site / "assets/layers.css").read_text()
    fields = re.findall(r"^(\.\S+) \{ --field", style, re.MULTILINE)
    assert len(set(fields)) == len(layers)
    theme = (site / "assets/atlas.css").read_text()
    assert [name for name in fields if re.search(rf"{re.escape(name)}\b", theme)] == []


def test_the_method_tells_what_units_see(sites):
    layers, site = sites
    method = (site / "method.html").read_text()
    rows = re.findall(r"<tr>\s*<td>(\d)</td>\s*<td>([\d, ]+)</td>\s*<td>([\w ,]+) pixels?</td>", method)
    assert [int(number) for number, *_ in rows] == sorted({layer.block for layer in layers})
    assert [int(field) for _, fields, _ in rows for field in fields.split(", ")] == [layer.field for layer in layers]


def test_a_kernel_of_any_size_is_drawn_whole(sites):
    layers, site = sites
    side = layers[0].field
    page = (site / layers[0].name / "0.html").read_text()
    assert f"the {side} × {side} weights" in page  # noqa: RUF001
    assert f'<svg class="kernel" viewBox="0 0 {side} {side}"' in page
    assert page.split('class="kernel"')[1].split("</svg>")[0].count("<rect") == side * side


def test_layers_whose_place_is_not_known_are_not_guessed(tmp_path):
    path = made.make(tmp_path, made.NETWORKS["single"], name="flowers", has=lambda *_: False)
    found = json.loads(path.read_text())
    del found["layers"][0]["geometry"]
    path.write_text(json.dumps(found))
    with pytest.raises(InputError, match="does not say where only stands in flowers"):
        rendering.build(rendering.config_file(), path, tmp_path / "store", tmp_path / "site")


def test_the_recipes_of_the_networks_own_layers_are_listed(tmp_path):
    path = made.make(tmp_path, made.NETWORKS["strided"], name="flowers", has=lambda *_: False)
    found = json.loads(path.read_text())
    for n, layer in enumerate(found["layers"]):
        layer["recipes"] = {"channel": {"canvas": 96, "steps": 40 + n}, "neuron": {"canvas": 5, "steps": 8}}
    path.write_text(json.dumps(found))
    atlas = loading.load(manifest.load(path), Store(tmp_path / "store"))
    assert reference.recipes(atlas).splitlines()[2:] == [
        f"| `{name}` | 96 | {40 + n} | 5 | 8 |" for n, name in enumerate(("conv2d", "conv2d_1", "stem-conv.1"))
    ]

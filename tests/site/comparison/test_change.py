"""Which atlases can be compared."""

import dataclasses
import io

import numpy as np
import pytest

from generator.errors import InputError
from generator.network import sketches
from generator.network.geometry import LAYERS, Layer
from generator.site.comparison import change, pages
from generator.store import keys, manifest
from generator.store.artifacts import Store
from tests import made
from tests.sitecheck import problems

STRIDED = made.NETWORKS["strided"]


def drawn_up(root, network, name="flowers"):
    """The manifest of a made-up atlas whose kernels have sketches."""
    found = manifest.load(made.make(root, network, name=name, has=lambda *_: False))
    store, numbers = Store(root / "store"), np.random.default_rng(0)
    for layer in found.layers:
        file = io.BytesIO()
        np.save(file, numbers.normal(size=(layer.filters, 27)).astype(np.float32))
        store.put(keys.sketch(layer.digest, layer.name), file.getvalue(), "npy", {}, {})
    assert set(sketches.keys_of(found)) == {layer.name for layer in found.layers}
    return found


def compared(root, before, after):
    return change.compare(before, after, Store(root / "store"))


def test_two_atlases_of_one_network_of_any_kind_are_compared(tmp_path):
    before = drawn_up(tmp_path, STRIDED)
    after = dataclasses.replace(before, network=dataclasses.replace(before.network, name="flowers, later"))
    found = compared(tmp_path, before, after)
    assert [layer.layer.name for layer in found.layers] == ["conv2d", "conv2d_1", "stem-conv.1"]
    assert {each.weights for layer in found.layers for each in layer.filters} == {0}


def test_one_of_them_may_end_earlier(tmp_path):
    before, after = drawn_up(tmp_path, STRIDED), drawn_up(tmp_path, STRIDED[:2])
    assert [layer.layer.name for layer in compared(tmp_path, before, after).layers] == ["conv2d", "conv2d_1"]


def test_the_pages_of_any_names_lead_to_each_other(tmp_path):
    found = drawn_up(tmp_path, made.NETWORKS["deep"])
    for site in ("before", "after"):
        manifest.save(found, manifest.path_for(tmp_path / "store", tmp_path / site))
        for layer in found.layers:  # the pages that the comparison leads to
            (tmp_path / site / layer.name).mkdir(parents=True)
            for index in layer.chosen:
                (tmp_path / site / layer.name / f"{index}.html").write_text("")
        (tmp_path / site / "index.html").write_text("")
    pages.render(tmp_path / "before", tmp_path / "after", tmp_path / "store", tmp_path / "compared")
    assert [said for said in problems(tmp_path / "compared") if "../" not in said] == []
    assert "What changed in the filters?" in (tmp_path / "compared/index.html").read_text()
    assert (tmp_path / "compared/index-layer.html").is_file()


def changed(place, **values):
    return [dataclasses.replace(layer, **values) if n == place else layer for n, layer in enumerate(STRIDED)]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (changed(1, name="conv"), "Layer 2 is conv2d_1 before and conv after"),
        (changed(1, filters=2), "conv2d_1 has 3 filters before and 2 after"),
        (changed(2, field=41), "A unit of stem-conv.1 sees 40 pixels before and 41 after"),
        (changed(1, stride=1), "conv2d_1 has a unit every 2 pixels before and every 1 after"),
        (changed(2, block=3), "stem-conv.1 stands in block 2 before and in block 3 after"),
    ],
)
def test_different_networks_are_refused_in_two_lines(tmp_path, other, said):
    before, after = drawn_up(tmp_path / "a", STRIDED), drawn_up(tmp_path / "b", other)
    with pytest.raises(InputError) as caught:
        compared(tmp_path / "a", before, after)
    assert str(caught.value).splitlines() == [
        f"{said}: these are different networks.",
        "Compare two sets of weights of one network.",
    ]


def test_vgg19_is_told_from_vgg16_by_name(tmp_path):
    vgg19 = [*LAYERS[:7], Layer("block3_conv4", 3, 4, 7, 256, 4, 48)]
    before = drawn_up(tmp_path / "a", (64, 64, 128, 128, 256), "VGG16")
    after = drawn_up(tmp_path / "b", [dataclasses.replace(layer, filters=2) for layer in vgg19], "VGG19")
    with pytest.raises(InputError, match="block1_conv1 has 64 filters before and 2 after: VGG16 and VGG19 are"):
        compared(tmp_path / "a", before, after)
    narrow = drawn_up(tmp_path / "c", (2, 2), "VGG16")
    with pytest.raises(InputError, match="Layer 8 is block4_conv1 before and block3_conv4 after: VGG16 and VGG19"):
        compared(tmp_path / "c", narrow, after)

"""The guide's passages for VGG16 and for other networks."""

import pytest

from generator.site import loading
from generator.site.pages import passages
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made

PAGE = "A <!-- VGG16 -->VGG16 of\n13 layers<!-- else network, {network}, --> is.<!-- VGG16 --> Its!<!-- else -->"


@pytest.fixture
def network(tmp_path):
    path = made.make(tmp_path, made.NETWORKS["strided"], name="my_net*<1>", has=lambda *_: False)
    return loading.load(manifest.load(path), Store(tmp_path / "store"))


def test_each_network_has_its_own(network):
    assert passages.fit(PAGE, None) == "A VGG16 of\n13 layers is. Its!"
    assert passages.fit(PAGE, network) == "A network, my&#95;net&#42;&#60;1&#62;, is."


def test_an_example_is_a_layer_of_the_network(network):
    page = "<!-- example: block3_conv1 -->\nSee `data/block3_conv1.json`."
    assert passages.fit(page, None) == "See `data/block3_conv1.json`."
    assert passages.fit(page, network) == "See `data/stem-conv.1.json`."


def test_a_block_with_two_strides_says_both(network):
    assert passages.fields(network).splitlines()[2:] == ["| 1 | 5, 14 | 1 and 2 pixels |", "| 2 | 40 | 6 pixels |"]


def test_a_network_of_one_layer_is_not_spoken_of_as_many(tmp_path):
    path = made.make(tmp_path, made.NETWORKS["single"], name="one", has=lambda *_: False)
    facts = passages.facts(loading.load(manifest.load(path), Store(tmp_path / "store")))
    assert facts["network_at_length"].endswith(
        "one layer, which looks at a picture through small windows. It has 5 **filters**."
    )
    assert facts["growth"] == "In the one layer of this atlas that is 7 × 7 pixels:"  # noqa: RUF001

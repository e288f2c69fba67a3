"""What pages expect of a layer follows from what its units see."""

import dataclasses

import pytest

from generator.network.geometry import LAYERS, Layer
from generator.site import loading
from generator.site.pages import depths, telling
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made


def load(root, network, name="VGG16", **options):
    options.setdefault("has", lambda *_: False)
    return loading.load(manifest.load(made.make(root, network, name=name, **options)), Store(root / "store"))


def chain(*fields):
    """A network of a block for each field."""
    return [Layer(f"conv{n}", n + 1, 1, n, 1, 2**n, field) for n, field in enumerate(fields)]


def test_the_blocks_of_vgg16_are_the_five_kinds(tmp_path):
    atlas = load(tmp_path, (1, 1))
    assert [depths.kind(block, atlas) for block in atlas.blocks] == [0, 1, 2, 3, 4]
    assert [depths.introduction(block, atlas) for block in atlas.blocks] == list(depths.VGG16_BLOCKS)


def test_other_networks_are_told_by_their_fields(tmp_path):
    atlas = load(tmp_path, chain(3, 11, 51, 91, 211), "flowers")
    assert [depths.kind(block, atlas) for block in atlas.blocks] == [0, 1, 2, 3, 4]
    assert depths.introduction(atlas.blocks[3], atlas) == (
        "Units see 91 pixels, a good part of a photograph: there is room for shapes, and for textures that bend around "
        "them."
    )
    shallow = load(tmp_path / "shallow", chain(9, 33, 40), "flowers")
    assert [depths.kind(block, shallow) for block in shallow.blocks] == [1, 2, 2]


def test_a_field_is_compared_with_the_photographs(tmp_path):
    atlas = load(tmp_path, chain(40), "flowers")
    assert depths.kind(atlas.blocks[0], atlas) == 2
    small = dataclasses.replace(atlas, config={**atlas.config, "patches": {"size": 64}})
    assert depths.kind(small.blocks[0], small) == 4
    vgg16 = load(tmp_path / "vgg16", (1,))
    assert dataclasses.replace(vgg16, config={"patches": {"size": 448}}).side == 224


def test_many_fields_of_a_block_are_not_listed(tmp_path):
    atlas = load(tmp_path, [Layer(f"c{n}", 1, n + 1, n, 1, 1, 3 + 2 * n) for n in range(6)], "flowers")
    assert depths.fields(atlas.blocks[0]) == "3 to 13 pixels"
    assert depths.introduction(atlas.blocks[0], atlas).startswith(
        "Units see 3 to 13 pixels, up to a dozen or so: there"
    )
    assert [depths.fields(block) for block in load(tmp_path / "v", (1,)).blocks[::2]] == [
        "3 and 5 pixels",
        "24, 32 and 40 pixels",
        "132, 164 and 196 pixels",
    ]


@pytest.mark.parametrize(
    ("layers", "said"),
    [(13, "to the parts of things"), (11, "to the parts of things"), (10, "to textures"), (5, "to textures"), (4, "")],
)
def test_the_first_layers_of_vgg16_reach_as_far_as_they_are_many(tmp_path, layers, said):
    found = depths.span(load(tmp_path, (1,) * layers))
    assert found == (f", from edges and colours {said}" if said else "")


def test_without_early_layers_nothing_reaches_from_edges(tmp_path):
    assert depths.span(load(tmp_path, chain(50, 60, 70, 80, 190), "flowers")) == ""
    assert depths.span(load(tmp_path / "few", chain(5, 190), "flowers")) == ""
    assert depths.span(load(tmp_path / "fine", chain(3, 5, 7, 9, 11), "flowers")) == ""


def test_from_an_edge_to_a_thing_is_said_of_what_begins_and_ends_there(tmp_path):
    for fields, said in {(5, 60, 200): "From an edge to a thing", (5, 60, 90): "Deeper and deeper"}.items():
        atlas = load(tmp_path / said, chain(*fields), "flowers", has=made.everything)
        assert depths.deeper(telling.of_atlas(atlas), atlas) == said
        assert depths.deeper(telling.of_atlas(atlas)[:2], atlas) == "Deeper and deeper"


def test_the_map_says_a_layers_whole_name_unless_its_block_says_half_of_it():
    assert depths.name_on_map(LAYERS[6]) == "conv3"
    assert depths.name_on_map(Layer("conv3", 3, 3, 0, 1, 1, 3)) == "conv3"
    assert depths.name_on_map(Layer("block3_conv2", 3, 3, 0, 1, 1, 3)) == "block3_conv2"


@pytest.mark.parametrize(
    ("block", "sources", "said_so"),
    [
        (4, ["Caltech-101"], True),
        (5, ["Caltech-101"], True),
        (3, ["Caltech-101"], False),
        (5, ["Caltech-101", "tfds:oxford_iiit_pet"], False),
        (5, ["pets"], False),
        (5, [], False),
    ],
)
def test_poor_patches_of_deep_layers_are_explained_where_the_photographs_lack_animals(
    tmp_path, block, sources, said_so
):
    atlas = load(tmp_path, (3, 3))
    card = dataclasses.replace(atlas.corpus, sources=tuple((name, "free", 9) for name in sources))
    found = depths.poor(atlas.blocks[block - 1], dataclasses.replace(atlas, corpus=card))
    assert (found is not None and "caltech101+tfds:oxford_iiit_pet" in found) == said_so
    assert depths.poor(atlas.blocks[block - 1], dataclasses.replace(atlas, corpus=None)) is None


def test_a_network_that_never_saw_imagenet_does_not_miss_its_animals(tmp_path):
    for name, said_so in {"VGG19": True, "flowers": False}.items():
        atlas = load(tmp_path / name, chain(5, 200), name)
        card = dataclasses.replace(atlas.corpus, sources=(("Caltech-101", "free", 9),))
        assert (depths.poor(atlas.blocks[-1], dataclasses.replace(atlas, corpus=card)) is not None) == said_so

"""Examples within the guide: which there are, and what stands of them on the page."""

import dataclasses
import re

import pytest

from generator.site import loading, theme
from generator.site.pages import examples, images, telling
from generator.store import manifest
from generator.store.artifacts import Store
from generator.store.webcache import WebCache
from tests import made

MARK = "Before.\n\n<!-- examples: block1_conv1/0 block1_conv2/3 block1_conv2/99 -->\n\nAfter.\n"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """An atlas of the true VGG16, one filter of which lacks patches, and its pictures."""
    root = tmp_path_factory.mktemp("examples")
    path = made.make(root, (4, 4), has=lambda layer, index, part: (layer.conv, index, part) != (1, 0, "patches"))
    store = Store(root / "store")
    atlas = loading.load(manifest.load(path), store)
    atlas = dataclasses.replace(atlas, network=dataclasses.replace(atlas.network, verified=True))
    return atlas, images.derive(atlas.pictures(), WebCache(store), 70)


def test_whole_filters_of_the_atlas_stand_in_the_place_of_the_mark(known):
    atlas, web = known
    page = examples.fill(MARK, atlas, web)
    assert page.startswith("Before.\n\n<ul")
    assert page.endswith(f'</ul>\n<p class="aside">{examples.SAID}</p>\n\nAfter.\n')
    assert re.findall('<a href="([^"]+)">', page) == ["block1_conv2/3.html"]
    this = next(own for own in atlas.sections[1].filters if own.index == 3)
    assert re.findall('(?:src|href)="pictures/([^"]+)"', page) == [
        web[part.picture.key].name for part in (this.neuron, this.patches, this.texture)
    ]
    place = telling.patch(this)
    patch = this.patches.patches[place]
    box = place * this.patches.tile + patch.field.left, patch.field.top, this.layer.field, this.layer.field
    assert f'viewBox="{" ".join(map(str, box))}"' in page
    assert patch.label in page


def test_without_any_of_them_nothing_stands_there(known):
    atlas, web = known
    assert examples.fill("A.\n\n<!-- examples: block5_conv3/8 -->\n\nB.\n", atlas, web) == "A.\n\n\nB.\n"


def test_other_weights_have_other_filters(known):
    atlas, web = known
    other = dataclasses.replace(atlas, network=dataclasses.replace(atlas.network, verified=False))
    assert "<" not in examples.fill(MARK, other, web)


def test_a_label_of_any_characters_stays_text(known):
    atlas, web = known
    section = atlas.sections[1]
    changed = []
    for this in section.filters:
        patches = tuple(dataclasses.replace(own, label='<b>"&') for own in this.patches.patches)
        changed.append(dataclasses.replace(this, patches=dataclasses.replace(this.patches, patches=patches)))
    sections = (atlas.blocks[0].sections[0], dataclasses.replace(section, filters=tuple(changed)))
    block = dataclasses.replace(atlas.blocks[0], sections=sections)
    page = examples.fill(MARK, dataclasses.replace(atlas, blocks=(block, *atlas.blocks[1:])), web)
    assert "&lt;b&gt;&quot;&amp;" in page
    assert "<b>" not in page


def test_the_method_page_has_examples_of_deep_filters():
    page = theme.prose()["method.md"].read_text("utf-8")
    (named,) = examples.MARK.findall(page)
    assert all(re.fullmatch(r"block[45]_conv[1-3]/\d+", name) for name in named.split())

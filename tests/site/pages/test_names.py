"""Layers' names as classes, ids and files."""

from generator.network.geometry import LAYERS
from generator.site.pages import names


def test_names_of_vgg16_stand_as_they_are():
    assert [names.mark(layer.name) for layer in LAYERS] == [layer.name for layer in LAYERS]
    assert names.file("block1_conv1") == "block1_conv1"


def test_other_names_are_told_from_those_of_the_theme_and_from_each_other():
    assert names.mark("label") == "_label"
    assert names.mark("3x3") == "_3x3"
    marks = [names.mark(name) for name in ("a", "a-", "a--", "a-1", "a-name")]
    within = {*marks, *(f"{mark}{rest}" for mark in marks for rest in ("-name", "-1", "-1-f"))}
    assert len(within) == 4 * len(marks)


def test_a_dot_is_no_second_class():
    assert names.selector("stem.1") == r"._stem\.1"


def test_files_of_the_site_are_not_overwritten():
    assert names.file("schema") == "schema-layer"
    assert names.file("Index") == "Index-layer"
    assert names.file("conv2d") == "conv2d"

import pytest

from generator.errors import InputError
from generator.network.geometry import LAYERS, Step, lay_out
from generator.selection import select_filters, select_layers


@pytest.mark.parametrize(
    ("text", "count", "chosen"),
    [
        ("all", 4, (0, 1, 2, 3)),
        ("2", 4, (0, 1)),
        ("25", 4, (0, 1, 2, 3)),
        ("0,2", 4, (0, 2)),
        ("3,0-1", 4, (0, 1, 3)),
        ("2-9", 4, (2, 3)),
        ("9-9", 4, ()),
        (" 1 , 1 - 2 ", 4, (1, 2)),
    ],
)
def test_filters(text, count, chosen):
    assert select_filters(text, count) == chosen


@pytest.mark.parametrize("text", ["", "0", "none", "1,,2", "-3", "3-1", "1.5", "²", "1-2-3"])
def test_no_filters(text):
    with pytest.raises(InputError, match="filters is"):
        select_filters(text, 4)


def names(text, layers=LAYERS):
    return [layer.name for layer in select_layers(text, layers)]


def test_layers():
    assert names("all") == [layer.name for layer in LAYERS]
    assert names("block3_conv1 block1") == ["block1_conv1", "block1_conv2", "block3_conv1"]
    assert names("block5,block2_conv2")[0] == "block2_conv2"
    assert names("block3", LAYERS[:5]) == ["block3_conv1"]


def test_no_such_layer():
    with pytest.raises(InputError, match="Did you mean block3_conv1"):
        names("block3_con1")
    with pytest.raises(InputError, match="no 'xyz'"):
        names("xyz")
    with pytest.raises(InputError, match="weights end before block4"):
        names("block4", LAYERS[:5])


def test_layers_of_another_network():
    steps = [Step("convolution", 5, name="edges", filters=4), Step("max", 2, 2), Step("convolution", 3, name="block1")]
    layers = lay_out(steps, 64)
    assert [layer.name for layer in select_layers("block2", layers, "flowers")] == ["block1"]
    assert [layer.name for layer in select_layers("block1", layers, "flowers")] == ["block1"]  # a layer's name wins
    with pytest.raises(InputError, match=r"flowers has no 'block3'.*Did you mean block"):
        select_layers("block3", layers, "flowers")
    with pytest.raises(InputError, match="Blocks are block1 to block2; layers edges, block1"):
        select_layers("xyz", layers, "flowers")

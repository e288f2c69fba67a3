import pytest

from generator.errors import InputError
from generator.network.geometry import LAYERS
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

import pytest

from generator.network.geometry import LAYERS, Window, multiply_adds, vgg16, window


def test_layer_table_is_vgg16s():
    assert [layer.name for layer in LAYERS][:3] == ["block1_conv1", "block1_conv2", "block2_conv1"]
    assert sum(layer.filters for layer in LAYERS) == 4224
    assert [layer.field for layer in LAYERS] == [3, 5, 10, 14, 24, 32, 40, 60, 76, 92, 132, 164, 196]
    assert [layer.stride for layer in LAYERS] == [1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16]


def test_a_picture_of_one_field_has_one_unit():
    for layer in LAYERS:
        assert layer.units(layer.field) == 1
        assert layer.units(layer.field - 1) == 0


@pytest.mark.parametrize("size", [196, 224, 225, 299])
def test_units_fit_the_picture_and_no_more_would(size):
    for layer in LAYERS:
        last = layer.units(size) - 1
        assert window(layer, last, last).bottom <= size
        # poolings drop an odd row, so one more unit may just fit into the pixels, but never two
        assert window(layer, last + 2, last + 2).bottom > size


def test_window():
    layer = LAYERS[4]
    assert window(layer, 0, 0) == Window(0, 0, 24, 24)
    assert window(layer, 2, 5) == Window(8, 20, 32, 44)


def test_other_widths_and_first_layers_only():
    layers = vgg16([4, 5, 6])
    assert [(layer.name, layer.filters) for layer in layers] == [
        ("block1_conv1", 4),
        ("block1_conv2", 5),
        ("block2_conv1", 6),
    ]
    assert layers[2].field == LAYERS[2].field


def test_multiply_adds_of_the_first_two_layers():
    first = 222 * 222 * 9 * 3 * 64
    assert multiply_adds(LAYERS, LAYERS[0], 224) == first
    assert multiply_adds(LAYERS, LAYERS[1], 224) == first + 220 * 220 * 9 * 64 * 64
    assert multiply_adds(LAYERS, LAYERS[1], 224, own=True) == first + 220 * 220 * 9 * 64
    assert (
        multiply_adds(LAYERS, LAYERS[2], 64, torus=True, own=True)
        == 64 * 64 * 9 * (3 * 64 + 64 * 64) + 32 * 32 * 9 * 64
    )

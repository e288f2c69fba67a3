"""Networks that are not VGG16: where a unit's field lies, and that a unit is what the trained network has there."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from generator.ascent import solid_colour
from generator.ascent.optimize import ascend
from generator.ascent.recipes import OBJECTIVES, recipe_for
from generator.config import AscentSettings, Channel, Neuron
from generator.network.forward import Network
from generator.network.geometry import Step, fit, lay_out, vgg, window
from generator.network.weights import Weights
from generator.network.weights.families import FAMILY, family
from generator.store.file_cache import FileCache
from tests.network.chains import MODELS, shuffled

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras' own, about NumPy


@pytest.fixture(scope="module", params=list(MODELS))
def pair(request, tmp_path_factory):
    """A model of Keras, and the network that is read from its file."""
    keras.utils.set_random_seed(5)
    folder = tmp_path_factory.mktemp(request.param)
    model = shuffled(MODELS[request.param]())
    model.save(folder / "own.keras")
    return model, Weights.open(folder / "own.keras", FileCache(folder / "cache.json"))


def before_activation(model, layer):
    """A model that gives the layer's map, with the normalization that directly follows."""
    inner = next((one for one in model.layers if isinstance(one, keras.Model)), model)
    inner.build(inner.input_shape)
    at = inner.get_layer(layer)
    kept, at.activation = at.activation, keras.activations.linear
    own = inner.layers[inner.layers.index(at) + 1] if kept is keras.activations.linear else None
    end = own if isinstance(own, keras.layers.BatchNormalization) else at
    return keras.Model(inner.inputs, end.output), at, kept


def photographs(side, channels=3, number=2):
    return np.random.default_rng(1).integers(0, 256, (number, side, side, channels)).astype(np.float32)


def as_input(pictures, model):
    """What Keras' model is given: the pictures, or their luma."""
    return pictures if model.input_shape[-1] == 3 else pictures @ np.array([[0.299], [0.587], [0.114]], np.float32)


def test_maps_are_those_of_keras_on_inner_units(pair):
    """Every unit whose field lies on the photograph has the value that the trained network has there."""
    model, weights = pair
    side = model.input_shape[1]
    pictures = photographs(side)
    network = Network(weights)
    for layer in weights.layers:
        units = layer.units(side)
        if not units:
            continue
        ours = network.activations(pictures, (layer.name,))[0].numpy()
        assert ours.shape == (2, units, units, layer.filters)
        theirs_of, at, kept = before_activation(model, layer.name)
        theirs = np.maximum(theirs_of.predict(as_input(pictures, model), verbose=0), 0)
        at.activation = kept
        first = first_inner(theirs, ours)
        inner = theirs[:, first : first + units, first : first + units]
        assert np.abs(ours - inner).max() < 1e-4 * max(1, np.abs(inner).max()), layer.name


def first_inner(theirs, ours):
    """The row of Keras' map at which ours begins: the one that fits best."""
    units = ours.shape[1]
    places = range(theirs.shape[1] - units + 1)
    return min(places, key=lambda at: np.abs(theirs[:, at : at + units, at : at + units] - ours).max())


def test_a_unit_sees_its_window_and_nothing_else(pair):
    """Pixels outside the window change nothing; each edge of the window matters."""
    _, weights = pair
    network = Network(weights)
    picture = photographs(weights.side, number=1)
    for layer in weights.layers:
        seen = window(layer, 0, 0)
        assert seen.right <= weights.side

        def unit(pixels, layer=layer):
            stages = {one.name: z for one, z in network.stages(pixels)}
            return stages[layer.name][0, 0, 0].numpy()

        value = unit(picture)
        outside = 255 - picture
        outside[:, seen.top : seen.bottom, seen.left : seen.right] = picture[
            :, seen.top : seen.bottom, seen.left : seen.right
        ]
        assert np.array_equal(unit(outside), value), layer.name
        for edge in ("top", "bottom", "left", "right"):
            changed = picture.copy()
            at = getattr(seen, edge) - (edge in ("bottom", "right"))
            if edge in ("top", "bottom"):
                changed[:, at] = 255 - changed[:, at]
            else:
                changed[:, :, at] = 255 - changed[:, :, at]
            assert not np.array_equal(unit(changed), value), (layer.name, edge)


def test_a_picture_of_one_field_has_one_unit(pair):
    """It has the value of a photograph's unit that sees the same pixels, computed in any way."""
    _, weights = pair
    network = Network(weights)
    picture = photographs(weights.side, number=1)
    for layer in weights.layers:
        top, left, bottom, right = window(layer, 0, 0)
        alone = network.maps(picture[:, top:bottom, left:right], layer.name, photographs=False).numpy()
        assert alone.shape == (1, 1, 1, layer.filters)
        within = network.activations(picture, (layer.name,))[0].numpy()
        assert np.maximum(alone, 0)[0, 0, 0] == pytest.approx(within[0, 0, 0], rel=1e-3, abs=1e-3)
        for f in range(layer.filters):
            one = network.target(picture[:, top:bottom, left:right], layer.name, np.array([f])).numpy()
            assert one[0, 0, 0] == pytest.approx(alone[0, 0, 0, f], rel=1e-3, abs=1e-3)


def test_a_torus_has_no_edges(pair):
    """A picture that is moved around on its torus has the same map, moved."""
    _, weights = pair
    network = Network(weights)
    for layer in weights.layers:
        side = -(-max(layer.field, 2 * layer.stride) // layer.stride) * layer.stride
        picture = photographs(side, number=1)
        maps = network.maps(picture, layer.name, torus=True).numpy()
        assert maps.shape[1] == side // layer.stride
        moved = network.maps(np.roll(picture, layer.stride, axis=(1, 2)), layer.name, torus=True).numpy()
        assert moved == pytest.approx(np.roll(maps, 1, axis=(1, 2)), rel=1e-3, abs=1e-3)


def test_shifted_units(pair):
    """The four neighbours of a field are the units of the picture that is moved by hand."""
    _, weights = pair
    network = Network(weights)
    for layer, by in [(one, by) for one in weights.layers for by in (1, 2, one.stride)]:
        picture = photographs(layer.field + 2 * by, number=1)
        found = network.shifted(picture, layer.name, np.array([0]), by).numpy()[0]
        for value, (top, left) in zip(found, ((2 * by, by), (0, by), (by, 2 * by), (by, 0)), strict=True):
            crop = picture[:, top : top + layer.field, left : left + layer.field]
            assert value == pytest.approx(
                network.maps(crop, layer.name, photographs=False).numpy()[0, 0, 0, 0], rel=1e-3, abs=1e-3
            )


def test_strides_without_padding_begin_at_the_edge():
    layers = lay_out(
        [Step("convolution", 5, 2, name="a", filters=4), Step("convolution", 3, 3, name="b", filters=4)], 99
    )
    assert [(one.field, one.stride, one.offset, one.crop, one.block, one.conv) for one in layers] == [
        (5, 2, 0, 0, 1, 1),
        (9, 6, 0, 0, 2, 1),
    ]


def test_a_layer_needs_a_larger_photograph_than_the_networks_input():
    """The last field of VGG19 begins with the first unit that sees no padding."""
    side, layers = fit(vgg(FAMILY["VGG19"], [4] * 16), 224)
    assert (layers[-1].field, layers[-1].offset, side) == (252, 10, 262)
    assert min(layer.units(side) for layer in layers) == 1


def test_pictures_for_a_network_without_colours_are_grey():
    """Also those of one colour, for filters that no climb excites."""
    kernel = np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype(np.float32)
    pairs = {"block1_conv1": (kernel, np.zeros(4, np.float32))}
    weights = replace(Weights.from_arrays(pairs, "random"), grey=True)
    network = Network(weights)
    for objective in OBJECTIVES:
        for name in ("fourier", "classic"):
            settings = AscentSettings(recipe=name, channel=Channel(steps=(3,) * 5), neuron=Neuron(steps=(3,) * 5))
            recipe = recipe_for(weights.layers[0], objective, settings, grey=True)
            (found,) = ascend(network, "block1_conv1", recipe, [(0, "a" * 64)])
            assert np.ptp(found.pixels, axis=-1).max() == 0
            assert found.pixels.std() > 0
    colour, _ = solid_colour.best(network, "block1_conv1", 0)
    assert np.ptp(colour) == 0


@pytest.mark.parametrize(
    ("layers", "network"),
    [
        ("11 12 21", "VGG16"),
        ("11 12 21 22 31 32 33 34", "VGG19"),
        ("11 21", "VGG11"),
        ("11 12 21 22 31 32 41", "VGG13"),
        ("11 13", None),
        ("21", None),
        ("", None),
    ],
)
def test_vggs_are_known_by_their_layers(layers, network):
    assert family(f"block{name[0]}_conv{name[1]}" for name in layers.split()) == network

from dataclasses import asdict, replace

import pytest

from generator import canonical
from generator.config import AscentSettings
from generator.geometry import LAYERS
from generator.recipes import OBJECTIVES, recipe_for

FOURIER = AscentSettings()
CLASSIC = AscentSettings(recipe="classic")


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_pictures_have_the_size_that_their_objective_asks(layer):
    for settings in (FOURIER, CLASSIC):
        assert recipe_for(layer, "neuron", settings).canvas == layer.field
        texture = recipe_for(layer, "channel", settings)
        assert texture.canvas % layer.stride == 0 if texture.torus else texture.canvas > layer.field


def test_a_canvas_is_rounded_down_to_whole_strides():
    settings = replace(FOURIER, channel=replace(FOURIER.channel, canvas=(65, 65, 65, 65, 65)))
    assert recipe_for(LAYERS[-1], "channel", settings).canvas == 64
    assert recipe_for(LAYERS[0], "channel", settings).canvas == 65


def test_the_classic_recipe_is_the_script_of_2016():
    recipe = recipe_for(LAYERS[4], "channel", CLASSIC)
    assert (recipe.canvas, recipe.steps, recipe.rate, recipe.momentum, recipe.leak) == (128, 20, 1, 0, 0)


def test_recipes_have_keys_and_batches_of_whole_registers():
    recipes = [
        recipe_for(layer, objective, s) for layer in LAYERS for objective in OBJECTIVES for s in (FOURIER, CLASSIC)
    ]
    assert all(len(canonical.key(asdict(recipe))) == 64 for recipe in recipes)
    assert all(recipe.batch % 16 == 0 for recipe in recipes)


def test_a_setting_of_one_block_leaves_the_others_alone():
    rates = (*FOURIER.channel.rate[:4], 0.05)
    changed = replace(FOURIER, channel=replace(FOURIER.channel, rate=rates))
    for layer in LAYERS:
        same = recipe_for(layer, "channel", changed) == recipe_for(layer, "channel", FOURIER)
        assert same == (layer.block < 5)
        assert recipe_for(layer, "neuron", changed) == recipe_for(layer, "neuron", FOURIER)


def test_tries_and_restarts_count_as_steps():
    recipe = replace(recipe_for(LAYERS[4], "neuron", FOURIER), steps=10, starts=3, tried=4, restarts=2)
    assert recipe.steps_in_all == 2 * (10 + 3 * 4)
    assert replace(recipe, starts=1).steps_in_all == 2 * 10


def test_an_unknown_objective_is_refused():
    with pytest.raises(ValueError, match="layer"):
        recipe_for(LAYERS[0], "layer", FOURIER)

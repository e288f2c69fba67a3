from dataclasses import replace

import pytest

from generator.ascent.recipes import OBJECTIVES, Moves, Recipe, recipe_for
from generator.config import AscentSettings, Channel, Neuron, Override
from generator.network.geometry import LAYERS
from generator.store import canonical

FOURIER = AscentSettings()
CLASSIC = AscentSettings(recipe="classic")
WITHOUT = AscentSettings(budget="none")


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
    assert (recipe.canvas, recipe.steps, recipe.rate, recipe.momentum, recipe.relu.leak) == (128, 20, 1, 0, 0)


def test_without_a_budget_the_recipe_is_that_of_version_4():
    """Figures are compared with it for as long as there are versions: settings and their defaults leave it alone."""
    texture, neuron = (recipe_for(LAYERS[4], objective, WITHOUT) for objective in OBJECTIVES)
    assert (texture.canvas, texture.steps, texture.rate, texture.forget) == (40, 58, 1.0, 0.025)
    assert texture.pruning.idle == 0.02
    assert (neuron.canvas, neuron.steps, neuron.rate, neuron.attempts.starts) == (24, 128, 0.7, 8)
    deep = recipe_for(LAYERS[10], "channel", WITHOUT), recipe_for(LAYERS[10], "neuron", WITHOUT)
    assert [(r.canvas, r.steps, r.rate) for r in deep] == [(96, 16, 1.4), (132, 12, 1.0)]
    few = (2,) * 5
    changed = replace(WITHOUT, channel=Channel((32,) * 5, few, (0.5,) * 5), neuron=Neuron(few, (0.5,) * 5))
    for layer in LAYERS:
        for objective in OBJECTIVES:
            recipe = recipe_for(layer, objective, WITHOUT)
            assert recipe == recipe_for(layer, objective, changed)
            assert (recipe.name, recipe.spectrum.budget) == ("fourier", 0)
            assert replace(recipe.moves, roll=0.0) == Moves()


def test_recipes_have_keys_and_batches_of_whole_registers():
    recipes = [
        recipe_for(layer, objective, s)
        for layer in LAYERS
        for objective in OBJECTIVES
        for s in (FOURIER, CLASSIC, WITHOUT)
    ]
    assert all(len(canonical.key(recipe.flat())) == 64 for recipe in recipes)
    assert all(recipe.batch % 16 == 0 for recipe in recipes)


def test_a_setting_of_one_block_leaves_the_others_alone():
    rates = (*FOURIER.channel.rate[:4], 0.05)
    changed = replace(FOURIER, channel=replace(FOURIER.channel, rate=rates))
    for layer in LAYERS:
        same = recipe_for(layer, "channel", changed) == recipe_for(layer, "channel", FOURIER)
        assert same == (layer.block < 5)
        assert recipe_for(layer, "neuron", changed) == recipe_for(layer, "neuron", FOURIER)


def test_tries_and_restarts_count_as_steps():
    recipe = recipe_for(LAYERS[4], "neuron", FOURIER).but(steps=10, starts=3, tried=4, restarts=2)
    assert recipe.steps_in_all == 2 * (10 + 3 * 4)
    assert recipe.but(starts=1).steps_in_all == 2 * 10


def test_an_unknown_objective_is_refused():
    with pytest.raises(ValueError, match="layer"):
        recipe_for(LAYERS[0], "layer", FOURIER)


def test_a_recipe_comes_back_from_its_flat_form():
    recipe = recipe_for(LAYERS[-1], "neuron", FOURIER)
    assert Recipe.of(recipe.flat()) == recipe
    assert recipe.but(idle=0.5, steps=3).flat() == recipe.flat() | {"idle": 0.5, "steps": 3}
    with pytest.raises(TypeError):
        recipe.but(idol=0.5)


def other(field, stride, kernel=3, step=1):
    return replace(LAYERS[0], name="conv2d", field=field, stride=stride, kernel=kernel, step=step)


def test_another_networks_layers_get_what_was_tuned_on_layers_with_such_fields():
    for layer in LAYERS:
        alike = replace(layer, name="conv2d", block=1, conv=1)
        for objective in OBJECTIVES:
            assert recipe_for(alike, objective, FOURIER) == recipe_for(layer, objective, FOURIER)
    assert [other(field, 1).scale for field in (1, 7, 8, 18, 19, 49, 50, 119, 120, 400)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
    ]


def test_a_canvas_is_whole_strides_of_any_number_and_holds_what_a_kernel_reads():
    assert recipe_for(other(30, 6), "channel", FOURIER).canvas == 48
    assert recipe_for(other(30, 7), "channel", FOURIER).canvas == 42
    assert recipe_for(other(90, 36, kernel=9), "channel", FOURIER).canvas == 4 * 36
    assert recipe_for(other(90, 36, kernel=9, step=3), "channel", FOURIER).canvas == 2 * 36


def test_numbers_for_one_layer():
    settings = replace(FOURIER, layers=(Override("block4_conv2", "channel", "canvas", 64),))
    assert recipe_for(LAYERS[8], "channel", settings).canvas == 64
    assert recipe_for(LAYERS[7], "channel", settings) == recipe_for(LAYERS[7], "channel", FOURIER)
    assert recipe_for(LAYERS[8], "neuron", settings) == recipe_for(LAYERS[8], "neuron", FOURIER)


def test_grey_is_told_by_a_key_only_if_it_is_so():
    plain, grey = (recipe_for(LAYERS[4], "channel", FOURIER, grey=grey) for grey in (False, True))
    assert "grey" not in plain.flat()
    assert grey.flat() == plain.flat() | {"grey": True}
    assert (Recipe.of(plain.flat()), Recipe.of(grey.flat())) == (plain, grey)

"""Films: true states of the climb that made the picture, which they do not change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from generator.ascent import film, optimize, solid_colour
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.network.forward import Network
from generator.store import canonical

SHORT = {"steps": 9, "batch": 4}
CASES: dict[str, tuple[str, str, AscentSettings, dict[str, Any]]] = {  # layer, objective, settings, changes
    "restarts": ("block1_conv1", "neuron", AscentSettings(), {"steps": 8, "restarts": 3, "batch": 4}),
    "pruning": ("block2_conv1", "channel", AscentSettings(), SHORT | {"canvas": 16}),
    "undone": ("block2_conv1", "channel", AscentSettings(), SHORT | {"canvas": 16, "spared": 1e9}),  # pruning always is
    "tries": ("block3_conv1", "neuron", AscentSettings(), SHORT | {"starts": 3, "tried": 4}),
    "budget": ("block4_conv1", "neuron", AscentSettings(), SHORT),
    "retries": ("block2_conv1", "channel", AscentSettings(), {"canvas": 16, "steps": 2, "batch": 4, "retries": 2}),
    "classic": ("block2_conv1", "channel", AscentSettings(recipe="classic"), {"canvas": 32, "batch": 4}),
    "many": ("block1_conv1", "neuron", AscentSettings(), {"steps": 80, "restarts": 1, "batch": 4}),
}


@pytest.fixture(scope="module")
def network(narrow):
    return Network(narrow)


def jobs(*filters):
    return [(f, canonical.key({"filter": f})) for f in filters]


def recipe(network, case):
    layer, objective, settings, changes = CASES[case]
    return layer, recipe_for(network.weights.layer(layer), objective, settings).but(**changes)


def activation(network, layer, recipe, filter_, frame):
    """By another way than films are scored: all maps of the layer."""
    maps = network.maps(frame[None], layer, recipe.torus).numpy()[0, ..., filter_]
    return np.maximum(maps, 0).mean() if recipe.objective == "channel" else maps[maps.shape[0] // 2, maps.shape[1] // 2]


@pytest.mark.parametrize("case", CASES)
def test_a_film_ends_with_the_picture_that_is_made_without_it(network, case):
    layer, own = recipe(network, case)
    wanted = jobs(0, 1, 2, 3, 1)
    plain = optimize.ascend(network, layer, own, wanted)
    filmed = film.film(network, layer, own, wanted)
    for (filter_, key), picture, (made, found) in zip(wanted, plain, filmed, strict=True):
        assert made.pixels.tobytes() == picture.pixels.tobytes()
        assert made.facts == picture.facts
        assert len(found.frames) == len(found.steps) == len(found.activations) <= 6
        assert found.frames[-1].tobytes() == picture.pixels.tobytes()
        assert found.activations[-1] == picture.facts["activation"]
        climbed = [step for step in found.steps if step is not None]
        assert climbed == sorted(set(climbed))
        assert climbed[0] == 0
        for frame, score in zip(found.frames, found.activations, strict=True):
            assert score == pytest.approx(activation(network, layer, own, filter_, frame), rel=1e-4, abs=1e-4)
        if own.attempts.starts == 1:
            image = network_image(network, layer, own)
            start = image.display(tf.constant(image.start([key], made.facts["attempt"])))
            assert found.frames[0].tobytes() == start.numpy()[0].tobytes()


def network_image(network, layer, own):
    return optimize.climb_for(network, layer, own).image


@pytest.mark.parametrize("case", ["pruning", "undone", "budget", "classic", "many"])
def test_frames_are_the_states_after_their_steps(network, case):
    """Climbed once more by hand, one step after the other, without what pruning undoes."""
    layer, own = recipe(network, case)
    own = own.but(restarts=1, retries=0)
    wanted = jobs(0, 1, 2, 3)
    climb = optimize.climb_for(network, layer, own)
    filters = tf.constant([f for f, _ in wanted])
    now = tf.constant(climb.image.start([key for _, key in wanted], 0))
    state = (now, tf.zeros_like(now), now, tf.fill([4], -np.inf))
    shown = [climb.image.display(now).numpy()]
    for at in range(own.steps):
        settle = bool(own.pruning.idle) and optimize.settling(own, at)
        state = climb._steps(own, state, filters, range(at, at + 1), settle=settle)
        shown.append(climb.image.display(state[0]).numpy())
    for place, (_, found) in enumerate(film.film(network, layer, own, wanted)):
        assert len(found.frames) > 2
        for step, frame in zip(found.steps, found.frames, strict=True):
            if step is not None:
                assert frame.tobytes() == shown[step][place].tobytes(), step


def test_short_tries_belong_to_the_climb(network):
    layer, own = recipe(network, "tries")
    (made, found), *_ = film.film(network, layer, own, jobs(0, 1))
    climb = film.climb_for(network, layer, own)
    starts = [climb.image.start([jobs(0)[0][1]], start) for start in range(3)]
    noise = [climb.image.display(tf.constant(start)).numpy()[0].tobytes() for start in starts]
    assert found.frames[0].tobytes() in noise
    assert own.attempts.tried < found.steps[-1] <= own.attempts.tried + own.steps
    assert made.facts["attempt"] == 0


def test_a_film_depends_on_its_filter_alone(network):
    layer, own = recipe(network, "pruning")
    together = film.film(network, layer, own, jobs(0, 1, 2, 3))[2][1]
    ((_, alone),) = film.film(network, layer, replace(own, batch=2), jobs(2))
    assert alone.steps == together.steps
    assert alone.activations == together.activations
    assert [frame.tobytes() for frame in alone.frames] == [frame.tobytes() for frame in together.frames]


def test_a_solid_colour_takes_the_last_place(network, monkeypatch):
    layer, own = recipe(network, "pruning")
    monkeypatch.setattr(solid_colour, "best", lambda *_: (np.array([0, 128, 255], np.uint8), 1e9))
    ((made, found),) = film.film(network, layer, own, jobs(1))
    assert found.steps[-1] is None
    assert found.activations[-1] == 1e9
    assert found.frames[-1].tobytes() == made.pixels.tobytes()
    assert np.ptp(found.frames[-2].astype(int)) > 0

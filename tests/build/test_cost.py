import pytest

from generator.ascent.recipes import recipe_for
from generator.build.cost import Speed
from generator.build.tasks import Cut, Job, LayerJob, Respond, Visualize
from generator.config import AscentSettings
from generator.network.geometry import LAYERS, multiply_adds

RESPOND = Respond((LayerJob("block1_conv1", "k"), LayerJob("block1_conv2", "k")))


def test_a_pass_costs_what_its_deepest_layer_costs():
    assert RESPOND.work(LAYERS, 10) == ("responses 1", 10 * multiply_adds(LAYERS, LAYERS[1], 224))


def test_speed_is_learned_and_remembered(tmp_path):
    speed = Speed.of(tmp_path)
    assert not speed.measured
    task = Cut("patches", "block1_conv1", "k", tuple(Job(i, "k") for i in range(30)))
    guess = speed.seconds(task, LAYERS, 0)
    for _ in range(30):
        speed.learn(task, LAYERS, 0, seconds=10 * guess)
    speed.save()
    again = Speed.of(tmp_path)
    assert again.measured
    assert again.seconds(task, LAYERS, 0) == pytest.approx(10 * guess, rel=0.01)


def test_pictures_take_less_in_bfloat16_until_that_is_measured(tmp_path):
    picture = Visualize("block1_conv1", recipe_for(LAYERS[0], "channel", AscentSettings()), (Job(0, "k"),))
    exact, fast = (Speed.of(tmp_path, setting) for setting in ("float32", "bfloat16"))
    assert fast.seconds(picture, LAYERS, 9) == pytest.approx(exact.seconds(picture, LAYERS, 9) / 1.6)
    assert fast.seconds(RESPOND, LAYERS, 9) == exact.seconds(RESPOND, LAYERS, 9)
    exact.save()
    assert Speed.of(tmp_path, "bfloat16").seconds(picture, LAYERS, 9) == exact.seconds(picture, LAYERS, 9)


def test_a_damaged_memory_is_a_guess(tmp_path):
    (tmp_path / "memo").mkdir()
    (tmp_path / "memo" / "speed.json").write_text('{"ascent 1": "fast"}')
    assert not Speed.of(tmp_path).measured

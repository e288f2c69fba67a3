"""Training: the same lessons give the same weights, a second goes on from the first, and the folded network is it."""

import numpy as np
import pytest
import tensorflow as tf

from generator.miniature import train_network
from generator.miniature.album import Album, page
from generator.miniature.train import digest, trained
from generator.miniature.train_head import dense, fitted
from generator.miniature.train_lesson import Lesson, pushed
from generator.miniature.train_network import Pupil
from generator.network.forward import Network
from generator.network.weights import Weights

WIDTHS = (4, 4, 4, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8)
FIRST = Lesson(epochs=1, batch=4)
SECOND = Lesson(seed=2, epochs=1, batch=4, grain=6.0, push=2.5, hues=0.4)


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> Album:
    monkeypatch.setattr(train_network, "WIDTHS", WIDTHS)
    monkeypatch.setattr(train_network, "STATISTICS", 4)
    return Album(page(5, range(9)), np.arange(9, dtype=np.int32), np.arange(18, dtype=np.int32).reshape(9, 2) % 13)


def test_the_same_lessons_give_the_same_weights(pictures: Album) -> None:
    once, again = trained(pictures, (FIRST, SECOND)), trained(pictures, (FIRST, SECOND))
    assert digest(once) == digest(again)
    once["head_bias"][0] += 1
    assert digest(once) != digest(again)


def test_a_lesson_goes_on_from_where_the_last_ended(pictures: Album) -> None:
    pupil = Pupil(9, FIRST)
    rng = np.random.default_rng(0)
    for shift, scale in zip(pupil.shifts, pupil.scales, strict=True):
        shift.assign(rng.normal(size=shift.shape).astype(np.float32))
        scale.assign(rng.uniform(0.5, 2, scale.shape).astype(np.float32))
    images, none = tf.constant(pictures.pixels[:4], tf.float32), tf.constant([0, 0])
    pupil.logits(images, 0.0, 0.0, none)  # for the statistics
    folded = pupil.folded()
    pairs = {layer.name: (folded[f"{layer.name}_kernel"], folded[f"{layer.name}_bias"]) for layer in pupil.layers}
    maps = Network(Weights.from_arrays(pairs, "folded")).maps(images, "block5_conv3").numpy().clip(0)
    scores = maps.mean((1, 2)) @ folded["head_kernel"] + folded["head_bias"]

    resumed = Pupil(9, SECOND)
    resumed.resume(folded, images)
    np.testing.assert_allclose(resumed.logits(images, 0.0, 0.0, none)[0], scores, rtol=1e-3, atol=1e-3)


def test_a_push_is_as_strong_as_the_lesson_has_it() -> None:
    gradient = tf.constant(np.random.default_rng(1).normal(size=(16, 8, 8, 3)) * 1e-6, tf.float32)
    push = pushed(gradient, SECOND, tf.constant([1, 1])).numpy()
    strength = np.sqrt((push**2).mean((1, 2, 3)))
    assert strength.min() >= 0.25 * SECOND.push - 1e-4
    assert strength.max() <= SECOND.push + 1e-4
    assert np.ptp(strength) > 0.3


def test_the_dense_layer_is_fitted_from_nothing_to_all_pictures() -> None:
    rng, labels = np.random.default_rng(2), np.arange(90, dtype=np.int32) % 3
    seen = rng.random((90, 5)) + 2 * np.eye(5)[labels]
    kernel, bias = dense(seen, labels, 3)
    assert ((seen @ kernel + bias).argmax(1) == labels).all()


def test_the_fitted_layer_does_not_remember_the_lessons_own(pictures: Album) -> None:
    once = trained(pictures, (FIRST,))
    other = {**once, "head_kernel": once["head_kernel"] + 1}
    again = [fitted({name: part.astype(np.float32) for name, part in some.items()}, pictures) for some in (once, other)]
    assert digest(again[0]) == digest(again[1])

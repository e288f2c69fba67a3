"""Objectives: what of a filter's map a picture is to raise. One number a picture.

`channel` is the mean of the map (the lesson's loss); `neuron` one unit (Erhan et al. 2009; Simonyan, Vedaldi &
Zisserman 2013; called so in Olah et al. 2017).
"""

import tensorflow as tf

from generator.ascent import stable_sums


def score(objective: str, maps: tf.Tensor) -> tf.Tensor:
    """The activation that a page states: (batch,). `maps`: the filter's pre-ReLU map (batch, h, w).

    channel: mean after the ReLU. neuron: the middle unit before its ReLU, so that failing has degrees; in a picture of
    one receptive field it is the only one.
    """
    if objective == "channel":
        return stable_sums.mean(tf.nn.relu(maps))
    return maps[:, maps.shape[1] // 2, maps.shape[2] // 2]


def slope(objective: str, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:
    """What the climb follows: the score, with a slope `leak` below zero for a map's mean.

    Without a leak a filter that is silent at the start stays so: the script of 2016 gives up on those. With a full one
    (the mean before the ReLU) the mean over a torus is linear in the last convolution and sees only the sum of its nine
    taps: the kernel's shape would be lost. So a small one, annealed away.
    """
    if objective == "channel":
        return stable_sums.mean(tf.maximum(maps, 0.0) + leak * tf.minimum(maps, 0.0))
    return score(objective, maps)

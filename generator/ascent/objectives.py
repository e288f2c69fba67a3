"""Objectives: the value of a filter's map that a climb maximises. One number per picture.

`channel` is the mean of the map (the loss of Keras' script of 2016); `neuron` is one unit (Erhan et al. 2009; Simonyan,
Vedaldi & Zisserman 2013). Olah et al. 2017 call it so.
"""

import tensorflow as tf

from generator.ascent import stable_sums


def score(objective: str, maps: tf.Tensor) -> tf.Tensor:
    """The activation shown on a page: (batch,). `maps`: the filter's pre-ReLU map (batch, h, w).

    channel: mean after the ReLU. neuron: the middle unit before its ReLU, so that failed climbs can be compared; in a
    picture of one receptive field, it is the only unit.
    """
    if objective == "channel":
        return stable_sums.mean(tf.nn.relu(maps))
    return maps[:, maps.shape[1] // 2, maps.shape[2] // 2]


def slope(objective: str, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:
    """The value whose gradient the climb follows: the score, with a slope `leak` below zero for the mean of a map.

    Without a leak, a filter that is silent at the start has no gradient; the script of 2016 gives up on such filters.
    With a leak of 1 (the mean before the ReLU), the mean over a torus depends only on the sum of the nine taps of the
    last convolution, and the kernel's shape is lost. So the leak is small, and is annealed to zero.
    """
    if objective == "channel":
        return stable_sums.mean(tf.maximum(maps, 0.0) + leak * tf.minimum(maps, 0.0))
    return score(objective, maps)

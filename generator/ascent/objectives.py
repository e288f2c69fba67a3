"""Objectives: the value of a filter's map that a climb maximises. One number per picture.

`channel` is the mean of the map (the loss of Keras' script of 2016); `neuron` is one unit (Erhan et al. 2009; Simonyan,
Vedaldi & Zisserman 2013). Olah et al. 2017 call it so.
"""

from abc import ABC, abstractmethod

import tensorflow as tf

from generator.ascent import stable_sums


class Objective(ABC):
    """A value of a filter's pre-ReLU maps (batch, h, w): one number per picture, (batch,)."""

    @abstractmethod
    def score(self, maps: tf.Tensor) -> tf.Tensor:
        """The activation shown on a page."""

    def slope(self, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:  # noqa: ARG002 (for `Channel`)
        """The value whose gradient the climb follows."""
        return self.score(maps)


class Channel(Objective):
    """The mean after the ReLU."""

    def score(self, maps: tf.Tensor) -> tf.Tensor:
        """The mean."""
        return stable_sums.mean(tf.nn.relu(maps))

    def slope(self, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:
        """The mean with a slope `leak` below zero.

        Without a leak, a filter that is silent at the start has no gradient; the script of 2016 gives up on such
        filters. With a leak of 1 (the mean before the ReLU), the mean over a torus depends only on the sum of the nine
        taps of the last convolution, and the kernel's shape is lost. So the leak is small, and is annealed to zero.
        """
        return stable_sums.mean(tf.maximum(maps, 0.0) + leak * tf.minimum(maps, 0.0))


class Neuron(Objective):
    """The middle unit before its ReLU, so that failing has degrees.

    In a picture of one receptive field it is the only unit.
    """

    def score(self, maps: tf.Tensor) -> tf.Tensor:
        """The unit."""
        return maps[:, maps.shape[1] // 2, maps.shape[2] // 2]


VARIANTS: dict[str, Objective] = {"channel": Channel(), "neuron": Neuron()}

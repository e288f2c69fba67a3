"""Objectives: what of a filter's map a picture is to raise. One number a picture.

`channel` is the mean of the map (the lesson's loss); `neuron` one unit (Erhan et al. 2009; Simonyan, Vedaldi &
Zisserman 2013; called so in Olah et al. 2017).
"""

from abc import ABC, abstractmethod

import tensorflow as tf

from generator.ascent import stable_sums


class Objective(ABC):
    """Of a filter's pre-ReLU maps (batch, h, w) to one number a picture, (batch,)."""

    @abstractmethod
    def score(self, maps: tf.Tensor) -> tf.Tensor:
        """The activation that a page states."""

    def slope(self, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:  # noqa: ARG002 (for `Channel`)
        """What the climb follows."""
        return self.score(maps)


class Channel(Objective):
    """The mean after the ReLU."""

    def score(self, maps: tf.Tensor) -> tf.Tensor:
        """The mean."""
        return stable_sums.mean(tf.nn.relu(maps))

    def slope(self, maps: tf.Tensor, leak: tf.Tensor) -> tf.Tensor:
        """The mean with a slope `leak` below zero.

        Without a leak a filter that is silent at the start stays so: the script of 2016 gives up on those. With a full
        one (the mean before the ReLU) the mean over a torus is linear in the last convolution and sees only the sum of
        its nine taps: the kernel's shape would be lost. So a small one, annealed away.
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

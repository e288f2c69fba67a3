"""Facets: several pictures of one filter that climb together and are kept different from each other.

After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill 2017): the cosine similarity between the Gram
matrices of the pictures' features is subtracted from the activation. A Gram matrix says which features occur together,
but not where, so a shifted copy does not count as different.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf

from generator.ascent import stable_sums
from generator.ascent.optimize import Climb, Job, Visualization
from generator.ascent.recipes import Recipe
from generator.batches import chunks, filled
from generator.network.forward import Network
from generator.store import canonical

TOGETHER = 16  # pictures in a batch, at most


def diversify(network: Network, layer: str, recipe: Recipe, number: int, jobs: Sequence[Job]) -> list[Visualization]:
    """`number` facets for each job, in order, as one strip: (canvas, number x canvas, 3).

    A strip depends only on its filter and key, not on its neighbours. Facts: the `tile` (side of a facet), the
    `activations` of the saved pictures, and their mean `likeness`.
    """
    climb = climb_for(network, layer, replace(recipe, best=False, batch=number * (TOGETHER // number)), number)
    found = []
    for some in chunks(jobs, TOGETHER // number):
        padded = filled(some, TOGETHER // number)
        single = [(f, canonical.key({"facet": at, "of": key})) for f, key in padded for at in range(number)]
        pictures, scores = climb(single)
        alike = likeness(climb.features(pictures), number).numpy()
        for at in range(0, len(some) * number, number):
            strip = np.concatenate(pictures[at : at + number], axis=1)
            activations = [float(score) for score in scores[at : at + number]]
            mean = float(np.mean(alike[at : at + number], dtype=np.float64))
            found.append(Visualization(strip, {"tile": recipe.canvas, "activations": activations, "likeness": mean}))
    return found


@functools.lru_cache(maxsize=32)
def climb_for(network: Network, layer: str, recipe: Recipe, number: int) -> Climb:
    """The climb of a layer's facets, traced once for all its batches."""
    return Climb(network, layer, recipe, apart=functools.partial(likeness, number=number))


def likeness(features: tf.Tensor, number: int) -> tf.Tensor:
    """How similar each picture is to the others of its filter: the mean cosine of their Gram matrices, (batch,).

    `features`: (batch, h, w, channels); `number` consecutive pictures of the batch belong to one filter.
    """
    batch, h, w, channels = features.shape
    flat = tf.reshape(features, (batch, h * w, channels))
    gram = tf.matmul(flat, flat, transpose_a=True)  # (batch, channels, channels)
    gram /= stable_sums.each(stable_sums.rms(gram) * channels + 1e-12, gram)  # of length 1
    groups = tf.reshape(gram, (batch // number, number, channels, channels))
    cosines = [
        stable_sums.total(tf.reshape(groups * tf.roll(groups, by, axis=1), (batch, channels, channels)))
        for by in range(1, number)
    ]
    return tf.add_n(cosines) / (number - 1)

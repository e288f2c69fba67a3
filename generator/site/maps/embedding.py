"""Coordinates for things of which similarities are known: a spectral embedding, by subspace iteration.

The similarities S (symmetric, not negative) are divided by the square roots of both sums of their rows (Ng, Jordan and
Weiss 2001). The leading eigenvectors of the result, but for the first, which says only how many things each is like,
are the coordinates: things that are alike have similar ones. Computed in double precision from a fixed start, so equal
similarities give equal coordinates.
"""

from collections.abc import Callable

import numpy as np

from generator.arrays import Array

PASSES = 40  # of the iteration: more make no better map
SPARE = 8  # vectors carried along, so that the wanted ones converge faster
EVEN = 1e-3  # similarity of everything with everything, a share of the mean: it keeps groups without links together

Multiply = Callable[[Array], Array]


def coordinates(multiply: Multiply, count: int, wanted: int) -> Array:
    """Coordinates of `count` things, (count, at most wanted), those that tell most first.

    `multiply`: gives the similarities times a matrix, (count, n) to (count, n).
    """
    wanted = min(wanted, count - 1)
    if wanted < 1:
        return np.zeros((count, 0))
    sums = multiply(np.ones((count, 1)))[:, 0]
    even = EVEN * max(float(sums.mean()), 1e-12) / count
    root = np.sqrt(sums + even * count)  # (count,)
    first = (root / np.linalg.norm(root))[:, None]  # the trivial eigenvector, of value 1

    def step(vectors: Array) -> Array:
        inner = vectors / root[:, None]
        outer: Array = (multiply(inner) + even * inner.sum(axis=0)) / root[:, None]
        outer -= first * (first.T @ outer)
        return outer

    vectors = np.random.default_rng(0).standard_normal((count, min(wanted + SPARE, count)))
    for _ in range(PASSES):
        vectors, _ = np.linalg.qr(step(vectors) + vectors)  # the identity added: no eigenvalue is negative then
    values, turn = np.linalg.eigh(vectors.T @ step(vectors))
    order = np.argsort(-values, kind="stable")[:wanted]
    found: Array = (vectors @ turn[:, order]) * values[order].clip(0) / root[:, None]
    found *= _signs(found)
    return found


def directions(found: Array) -> Array:
    """Coordinates scaled to length 1, or 0 where they are all 0."""
    length = np.linalg.norm(found, axis=1, keepdims=True)
    scaled: Array = np.divide(found, length, out=np.zeros_like(found), where=length > 0)
    return scaled


def _signs(found: Array) -> Array:
    """For each column 1 or -1, so that its largest value is positive: eigenvectors have no sign of their own."""
    largest = np.abs(found).argmax(axis=0)
    signs: Array = np.where(found[largest, np.arange(found.shape[1])] < 0, -1.0, 1.0)
    return signs

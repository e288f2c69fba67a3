"""Connections between the filters of two layers: kernels, weighted by the mean activations of their inputs.

The kernel K[:, :, i, j], 3 x 3 numbers in VGG16, connects filter i of the layer below to filter j. Its effect also
depends on how active i is, so its strength is

    w[i, j] = |K[:, :, i, j]| * mean activation of i over all units and photographs

(Frobenius norm; the mean is after the ReLU), and `share` is w[i, j] out of the sum of all w[:, j]. A kernel excites if
its numbers have a positive sum, and inhibits if it is negative. `balance` is this sum / the sum of magnitudes:
nearly 0 if a kernel only compares neighbours. A pooling in between is ignored, because it raises all inputs alike.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from generator.arrays import Array
from generator.store.fields import Count, says

LINKS = 6  # at most, of each kind per filter


@dataclass(frozen=True)
class Link:
    """A connection, as seen from one of its ends."""

    filter: Annotated[Count, says("the other filter's number")]
    share: Annotated[
        float,
        says("of all that the reading filter reads, 0 to 1: kernel norm x mean natural activation, over their sum"),
    ]
    balance: Annotated[
        float, says("sum of the kernel over the sum of its magnitudes: 1 only excites, -1 only inhibits")
    ]


@dataclass(frozen=True)
class Wiring:
    """All connections between a layer and the one below it."""

    share: Array  # (inputs, filters) float64
    balance: Array  # (inputs, filters) float64

    def excitatory(self, which: int) -> tuple[Link, ...]:
        """The inputs that excite a filter most, strongest first; fewer than six if there are no more."""
        return self._links(self.share[:, which], self.balance[:, which], self.balance[:, which] > 0)

    def inhibitory(self, which: int) -> tuple[Link, ...]:
        """The inputs that inhibit a filter most, likewise."""
        return self._links(self.share[:, which], self.balance[:, which], self.balance[:, which] < 0)

    def readers(self, which: int) -> tuple[Link, ...]:
        """The filters that read the largest shares from one input, a filter of the layer below."""
        return self._links(self.share[which], self.balance[which], np.ones(self.share.shape[1], bool))

    def _links(self, share: Array, balance: Array, chosen: Array) -> tuple[Link, ...]:
        ranked = np.argsort(-np.where(chosen, share, 0), kind="stable")[:LINKS]
        return tuple(Link(int(i), float(share[i]), float(balance[i])) for i in ranked if chosen[i] and share[i] > 0)


def wire(kernel: Array, natural: Array) -> Wiring:
    """The connections of a layer. `kernel`: (k, k, inputs, filters); `natural`: (inputs,), mean activations."""
    taps = np.asarray(kernel, np.float64).reshape(-1, *kernel.shape[2:])  # (k * k, inputs, filters)
    strength = np.sqrt((taps**2).sum(axis=0)) * np.asarray(natural, np.float64)[:, None]
    total = strength.sum(axis=0)
    magnitude = np.abs(taps).sum(axis=0)
    return Wiring(
        share=np.divide(strength, total, out=np.zeros_like(strength), where=total > 0),
        balance=np.divide(taps.sum(axis=0), magnitude, out=np.zeros_like(strength), where=magnitude > 0),
    )

"""`python -m generator.miniature.truth_report`: do the miniature's visualizations show what its filters are tuned to?

Prints, for each layer, how many filters are clearly tuned by the truth of the pictures, how many of their textures show
the same, and how many would if every filter were given another tuned filter's texture (the share that chance explains).
Textures, because what they raise, the mean of a filter's map, is what its tuning is read from.
"""

import argparse
import functools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent import ascend
from generator.canonical import key
from generator.config import AscentSettings
from generator.miniature import embedded, truth
from generator.miniature.pictures import classes, draw
from generator.miniature.train_report import answers
from generator.network import Network
from generator.recipes import recipe_for

SEED = 501
EACH = 6  # drawn pictures of each class
BATCH = 26  # divides the number of probes and that of the drawn pictures
SAME = {"orientation": 20.0, "period": 0.6, "hue": 45.0}  # within which two are called the same: degrees, octaves
CLASS_RATIO = 1.5  # a filter belongs to a class that excites it so many times more than any other

Head: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
Textures: TypeAlias = dict[int, np.ndarray]  # filter: uint8 (canvas, canvas, 3)


@dataclass(frozen=True)
class Agreement:
    """Of the filters clearly tuned to one thing: how many, how many agree, and how many would by chance."""

    tuned: int
    agree: int
    chance: float

    def __str__(self) -> str:
        if not self.tuned:
            return "none tuned"
        return f"{self.agree}/{self.tuned} ({self.agree / self.tuned:.0%}, chance {self.chance:.0%})"

    def __add__(self, other: "Agreement") -> "Agreement":
        tuned = self.tuned + other.tuned
        chance = (self.chance * self.tuned + other.chance * other.tuned) / max(1, tuned)
        return Agreement(tuned, self.agree + other.agree, chance)


def responses(network: Network, pictures: Iterable[np.ndarray]) -> dict[str, truth.Floats]:
    """The mean activations of all filters on pictures of one size: (pictures, filters) by layer name.

    Their number must be a multiple of BATCH.
    """

    @functools.partial(tf.function, autograph=False)
    def once(pixels: tf.Tensor) -> list[tf.Tensor]:
        return [tf.reduce_mean(tf.nn.relu(maps), (1, 2)) for _, maps in network.stages(pixels)]

    found = [once(tf.constant(np.stack(some))) for some in _batched(pictures)]
    names = [layer.name for layer in network.weights.layers]
    return {name: np.concatenate([part[at].numpy() for part in found]).astype(float) for at, name in enumerate(names)}


def agreement(filters: list[int], same: Callable[[int, int], bool]) -> Agreement:
    """How many of the filters have a texture that passes, and what share of all pairs of these filters would.

    `same(one, other)`: whether the texture of `other` shows what `one` is tuned to.
    """
    pairs = [same(one, other) for one in filters for other in filters if one != other]
    return Agreement(len(filters), sum(same(one, one) for one in filters), float(np.mean(pairs)) if pairs else 0.0)


def compare(
    tuned: dict[str, truth.Preference], clear: dict[str, truth.Mask], textures: Textures
) -> dict[str, Agreement]:
    """Orientation, period and hue of one layer's clearly tuned filters against their textures."""

    def same(name: str, one: int, other: int) -> bool:
        shown = truth.shown(textures[other], float(tuned["period"].best[one]))[name]
        return not math.isnan(shown) and bool(truth.apart(name, tuned[name].best[one], shown) <= SAME[name])

    return {name: agreement(np.flatnonzero(clear[name]).tolist(), functools.partial(same, name)) for name in clear}


def pictures_of(network: Network, name: str, objective: str) -> Textures:
    """The visualizations of all filters of a layer, by the default recipe."""
    layer = network.weights.layer(name)
    jobs = [(one, key({"truth": SEED, "layer": name, "filter": one})) for one in range(layer.filters)]
    drawn = ascend(network, name, recipe_for(layer, objective, AscentSettings()), jobs)
    return {one: picture.pixels for one, picture in enumerate(drawn)}


def classified(network: Network, head: Head, drawn: truth.Floats, pictures: Textures, tiled: bool) -> str:
    """Of the layer's filters that belong to one class: how many of their pictures the miniature takes for it.

    `drawn`: their mean activations on EACH pictures of each class (pictures, filters).
    """
    by_class = drawn.reshape(EACH, len(classes()), -1).mean(0)  # (classes, filters)
    ranked = np.sort(by_class, 0)
    tuned = np.flatnonzero((ranked[-1] > CLASS_RATIO * ranked[-2]) & (ranked[-1] > 0))
    if not len(tuned):
        return "no filter belongs to one class"
    large = np.stack(
        [np.tile(pictures[int(one)], (4, 4, 1))[:224, :224] if tiled else pictures[int(one)] for one in tuned]
    )
    right = answers(network, head, large) == by_class[:, tuned].argmax(0)
    return f"{right.sum()}/{len(tuned)} pictures taken for their filter's class (chance 1/{len(classes())})"


def main() -> None:
    """Print the agreement, layer by layer."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.truth_report", description=__doc__)
    parser.add_argument("--weights", type=Path, default=embedded.PATH, help="another miniature (.npz)")
    given = parser.parse_args()
    network, head = Network(embedded.weights(given.weights)), embedded.head(given.weights)
    probed = responses(network, truth.probes(SEED))
    drawn = responses(network, (draw(SEED, index).pixels for index in range(EACH * len(classes()))))
    total: dict[str, Agreement] = {}
    deep: list[str] = []
    for layer in network.weights.layers:
        textures = pictures_of(network, layer.name, "channel")
        found = compare(*truth.tuning(probed[layer.name], drawn[layer.name]), textures)
        total = {name: result + total.get(name, Agreement(0, 0, 0.0)) for name, result in found.items()}
        print(layer.name, *(f"{name} {result}" for name, result in found.items()), sep="; ", flush=True)
        if layer.block == 5:
            seen = classified(network, head, drawn[layer.name], textures, tiled=True)
            deep.append(f"{layer.name}; textures: {seen}")
    print("all layers", *(f"{name} {result}" for name, result in total.items()), sep="; ")
    last = network.weights.layers[-1].name  # its neuron pictures are one unit's field, all that the head asks for
    units = classified(network, head, drawn[last], pictures_of(network, last, "neuron"), tiled=False)
    print(*deep, f"{last}; neurons: {units}", sep="\n")


def _batched(pictures: Iterable[np.ndarray]) -> Iterator[list[np.ndarray]]:
    some: list[np.ndarray] = []
    for picture in pictures:
        some.append(picture)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        raise ValueError(f"the number of pictures is not a multiple of {BATCH}")


if __name__ == "__main__":
    main()

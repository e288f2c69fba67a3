"""`python -m generator.miniature.truth_report`: do the miniature's visualizations show what its filters are tuned to?

Prints, for each layer, how many filters are clearly tuned by the truth of the pictures, how many of their textures show
the same, and how many would if every filter were given another tuned filter's texture (the share that chance explains).
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.ascent import ascend
from generator.canonical import key
from generator.config import AscentSettings
from generator.miniature import embedded, truth
from generator.miniature.album import page
from generator.miniature.pictures import classes, draw
from generator.miniature.train_report import answers
from generator.network import Network
from generator.recipes import recipe_for

SEED = 501
ORIENTED, SCALED, TINTED = 0.35, 0.35, 0.15  # from where on a tuning is called clear
DRIVEN = 0.7  # of a filter's highest mean activation on any picture: what one grating in twenty must reach
TURN, HUE = 20.0, 45.0  # degrees within which two orientations, or two hues, are called the same
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


def gratings(count: int) -> list[int]:
    """Indices of the first gratings of a series."""
    return [classes().index("grating") + nth * len(classes()) for nth in range(count)]


def responses(network: Network, layer: str, pixels: np.ndarray) -> np.ndarray:
    """The mean activations of a layer's filters on pictures. (pictures, filters)"""
    batches = [pixels[start : start + 32] for start in range(0, len(pixels), 32)]
    return np.concatenate([network.maps(some, layer).numpy().clip(0).mean((1, 2)) for some in batches]).astype(float)


def agreement(filters: list[int], textures: Textures, same: Callable[[int, np.ndarray], bool]) -> Agreement:
    """How many of the filters have a texture that passes, and what share of all pairs of these filters would."""
    agree = sum(same(one, textures[one]) for one in filters)
    pairs = [same(one, textures[other]) for one in filters for other in filters if one != other]
    return Agreement(len(filters), agree, float(np.mean(pairs)) if pairs else 0.0)


def compare(tuning: truth.Tuning, textures: Textures, driven: NDArray[np.bool_], stride: int) -> dict[str, Agreement]:
    """Orientation, scale and colour of one layer's clearly tuned filters against their textures.

    `driven`: (filters,) whether gratings excite a filter at all as its favourite pictures do (not asked for colour).
    """
    soft = stride / 2
    chosen = {
        "orientation": np.flatnonzero(driven & (tuning.oriented > ORIENTED)).tolist(),
        "scale": np.flatnonzero(driven & (tuning.scaled > SCALED)).tolist(),
        "colour": np.flatnonzero(tuning.tinted > TINTED).tolist(),
    }
    checks: dict[str, Callable[[int, np.ndarray], bool]] = {
        "orientation": lambda one, p: (
            truth.turn_between(tuning.orientation[one], truth.orientation_of(p, soft)[0]) <= TURN
        ),
        "scale": lambda one, p: truth.same_period(int(tuning.period[one]), truth.period_of(p, soft)),
        "colour": lambda one, p: truth.hue_between(tuning.tint[one], truth.tint_of(p)) <= HUE,
    }
    return {name: agreement(filters, textures, checks[name]) for name, filters in chosen.items()}


def pictures_of(network: Network, name: str, objective: str) -> Textures:
    """The visualizations of all filters of a layer, by the default recipe."""
    layer = network.weights.layer(name)
    jobs = [(one, key({"truth": SEED, "layer": name, "filter": one})) for one in range(layer.filters)]
    drawn = ascend(network, name, recipe_for(layer, objective, AscentSettings()), jobs)
    return {one: picture.pixels for one, picture in enumerate(drawn)}


def classified(network: Network, head: Head, name: str, objective: str, each: int = 6) -> str:
    """Of the layer's filters that belong to one class: how many of their pictures the miniature takes for it."""
    seen = responses(network, name, page(SEED, range(each * len(classes()))))
    by_class = seen.reshape(each, len(classes()), -1).mean(0)  # (classes, filters)
    ranked = np.sort(by_class, 0)
    tuned = np.flatnonzero((ranked[-1] > CLASS_RATIO * ranked[-2]) & (ranked[-1] > 0))
    if not len(tuned):
        return "no filter belongs to one class"
    pictures = pictures_of(network, name, objective)
    large = np.stack([np.tile(pictures[int(one)], (4, 4, 1))[:224, :224] for one in tuned])
    if objective == "neuron":  # exactly one unit of the last layer; no tiling
        large = np.stack([pictures[int(one)] for one in tuned])
    right = answers(network, head, large) == by_class[:, tuned].argmax(0)
    return f"{right.sum()}/{len(tuned)} {objective} pictures taken for their filter's class (chance 1/{len(classes())})"


def main() -> None:
    """Print the agreement, layer by layer."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.truth_report", description=__doc__)
    parser.add_argument("--gratings", type=int, default=512, help="how many to probe with (%(default)s)")
    parser.add_argument("--weights", type=Path, default=embedded.PATH, help="another miniature (.npz)")
    given = parser.parse_args()
    network = Network(embedded.weights(given.weights))
    head = embedded.head(given.weights)
    probes = [draw(SEED, index) for index in gratings(given.gratings)]
    known, pixels = truth.Probes.of(probes), np.stack([probe.pixels for probe in probes])
    others = page(SEED, range(4 * len(classes())))
    for layer in network.weights.layers:
        seen = responses(network, layer.name, pixels)
        driven = np.quantile(seen, 0.95, axis=0) >= DRIVEN * responses(network, layer.name, others).max(0)
        textures = pictures_of(network, layer.name, "channel")
        found = compare(truth.tuning(seen, known), textures, driven, layer.stride)
        print(layer.name, *(f"{name} {result}" for name, result in found.items()), sep="; ", flush=True)
    for name in ("block5_conv1", "block5_conv2", "block5_conv3"):
        print(name, classified(network, head, name, "channel"), sep="; ", flush=True)
    print("block5_conv3", classified(network, head, "block5_conv3", "neuron"), sep="; ")


if __name__ == "__main__":
    main()

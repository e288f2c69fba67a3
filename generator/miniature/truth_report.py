"""`python -m generator.miniature.truth_report`: do the miniature's visualizations show what its filters are tuned to?

Prints, for each layer, how many filters are clearly tuned, how many of their pictures show the same property, and how
many would show it if every filter had the picture of another tuned filter (the share that chance explains). Textures
maximise the mean of a filter's map, so they are compared with the tuning of its means; neuron pictures maximise one
unit, so they are compared with the tuning of its highest responses.
"""

import argparse
import functools
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.ascent.optimize import ascend
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.corpus.drawings.pictures import classes, draw
from generator.miniature import truth
from generator.miniature.train_report import answers
from generator.miniature.truth_agreement import Case, Pictures, by_axis, by_property, by_strength, cases, sheet
from generator.network.forward import Network
from generator.network.weights import miniature
from generator.store.canonical import key
from generator.system.paths import home_path

SEED = 501
EACH = 6  # drawn pictures per class
BATCH = 26  # a divisor of the numbers of probes and of drawn pictures
CLASS_RATIO = 1.5  # a filter belongs to a class that excites it this many times more than any other
SMALL = 2  # blocks whose neuron pictures (3 to 14 pixels) are too small for waves
KINDS = ("channel", "neuron")

Head: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
Responses: TypeAlias = dict[tuple[str, str], truth.Floats]  # (layer, kind): (pictures, filters)


def responses(network: Network, pictures: Iterable[np.ndarray]) -> Responses:
    """The responses of all filters to pictures of one size: for `channel` the means of maps, for `neuron` the peaks.

    The number of pictures must be a multiple of BATCH.
    """

    @functools.partial(tf.function, autograph=False)
    def once(pixels: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
        maps = [tf.nn.relu(z) for _, z in network.stages(pixels)]
        return [(tf.reduce_mean(z, (1, 2)), tf.reduce_max(z, (1, 2))) for z in maps]

    found = [once(tf.constant(np.stack(some))) for some in _batched(pictures)]
    return {
        (layer.name, kind): np.concatenate([part[depth][at].numpy() for part in found]).astype(float)
        for depth, layer in enumerate(network.weights.layers)
        for at, kind in enumerate(KINDS)
    }


def pictures_of(network: Network, name: str, objective: str) -> tuple[Pictures, truth.Floats]:
    """The visualizations of all filters of a layer, by the default recipe, and their activations (filters,)."""
    layer = network.weights.layer(name)
    jobs = [(one, key({"truth": SEED, "layer": name, "filter": one})) for one in range(layer.filters)]
    drawn = ascend(network, name, recipe_for(layer, objective, AscentSettings()), jobs)
    reached = np.array([picture.facts["activation"] for picture in drawn])
    return {one: picture.pixels for one, picture in enumerate(drawn)}, reached


def classified(network: Network, head: Head, drawn: truth.Floats, pictures: Pictures, tiled: bool) -> str:
    """For filters that belong to one class: how many of their pictures the miniature assigns to it, in words.

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
    """Print the agreement for each layer."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.truth_report", description=__doc__)
    parser.add_argument("--weights", type=home_path, default=miniature.PATH, help="another miniature (.npz)")
    parser.add_argument("--sheet", type=home_path, help="also a picture of the filters that fail (.png)")
    given = parser.parse_args()
    network, head = Network(miniature.weights(given.weights)), miniature.head(given.weights)
    probed = responses(network, truth.probes(SEED))
    drawn = responses(network, (draw(SEED, index).pixels for index in range(EACH * len(classes()))))
    found: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    deep: list[str] = []
    for layer in network.weights.layers:
        for kind in KINDS if layer.block > SMALL else KINDS[:1]:
            at, (pictures, reached) = (layer.name, kind), pictures_of(network, layer.name, kind)
            tuned, clear = truth.tuning(probed[at], drawn[at])
            raised = reached / np.maximum(probed[at].max(0), 1e-9)
            own = cases(layer.name, tuned, clear, pictures, raised, borders=kind == "neuron")
            print(f"{layer.name} {kind}: {by_property(own)}", flush=True)
            found[kind] += own
            if (layer.block == 5 and kind == "channel") or layer == network.weights.layers[-1]:
                seen = classified(network, head, drawn[layer.name, "channel"], pictures, tiled=kind == "channel")
                deep.append(f"{layer.name} {kind}: {seen}")
    for kind, some in found.items():
        print(f"all layers {kind}: {by_property(some)}")
    print(*deep, sep="\n")
    for kind, some in found.items():
        print(f"\n{kind}, by the strength of the tuning:\n{by_strength(some)}\n{by_axis(some)}")
    failing = {kind: [case for case in some if not case.agrees] for kind, some in found.items()}
    for kind, some in failing.items():
        more = sum(case.raised >= 1 for case in some)
        print(
            f"\n{kind}, not shown: {len(some)}, of which {more} excite the filter more than any probe", *some, sep="\n"
        )
    if given.sheet:
        sheet([case for some in failing.values() for case in some]).save(given.sheet)


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

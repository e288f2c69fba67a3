"""Recognises VGG's layers by the names used in common files, and tells the networks in one file apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.network.weights.parts import Part

NAMES = (  # Keras; Caffe, Oxford and TF-Slim
    re.compile(r"(?P<before>(?:.*[^A-Za-z0-9])?)block(?P<block>\d+)_conv(?P<conv>\d+)(?P<after>(?:[^A-Za-z0-9].*)?)"),
    re.compile(r"(?P<before>(?:.*[^A-Za-z0-9])?)conv(?P<block>\d+)_(?P<conv>\d+)(?P<after>(?:[^A-Za-z0-9].*)?)"),
)
FEATURE = re.compile(r"\d+")  # PyTorch: features.0, features.2, ...


@dataclass(frozen=True)
class Named:
    """A convolution with a name like VGG's."""

    layer: str  # Keras' name: block1_conv1
    around: tuple[str, ...]  # the enclosing models
    before: str  # text before the layer's name
    after: str  # text after it
    part: Part


def recognize(part: Part) -> Named | None:
    """The VGG layer that a convolution is by its name; None if its name is not VGG's."""
    for at in range(len(part.path) - 1, -1, -1):  # its own name, or that of an enclosing layer
        for pattern in NAMES:
            if match := pattern.fullmatch(part.path[at]):
                layer = f"block{int(match['block'])}_conv{int(match['conv'])}"
                around = (*part.path[:at], *part.path[at + 1 :])
                return Named(layer, part.path[:at] if at else around, match["before"], match["after"], part)
    return None


def branches(found: Sequence[Named]) -> dict[str, dict[str, Part]]:
    """The networks in a file, by a name that tells them apart; a single network is called ''.

    If a layer occurs twice, networks are told apart first by the enclosing models, then by the text before the layers'
    names, then by the text after them.
    """
    return _split(found, 0) if found else {}


def _split(found: Sequence[Named], level: int) -> dict[str, dict[str, Part]]:
    layers = [each.layer for each in found]
    if len(set(layers)) == len(layers) or level == len(LEVELS):
        return {"": {each.layer: each.part for each in found}}
    groups: dict[str, list[Named]] = {}
    for each in found:
        groups.setdefault(LEVELS[level](each), []).append(each)
    if len(groups) == 1:
        return _split(found, level + 1)
    split: dict[str, dict[str, Part]] = {}
    for name, group in groups.items():
        for further, network in _split(group, level + 1).items():
            whole = "/".join(step for step in (name, further) if step)
            split[whole or MAIN] = network
    return split


MAIN = "main"  # the network without a name, if others have one
LEVELS = (
    lambda each: "/".join(each.around),
    lambda each: each.before.strip("_-./ "),
    lambda each: each.after.strip("_-./ "),
)


def from_features(parts: Iterable[Part]) -> list[Named]:
    """Convolutions numbered as in PyTorch's `features`; gaps between the numbers tell where poolings are.

    From one convolution to the next, numbers grow by 2 (convolution, ReLU), by 3 with a batch normalization, and by one
    more with a pooling. Sequences that grow in another way, or do not begin with 0, are not VGG's.
    """
    stacks: dict[tuple[str, ...], dict[int, Part]] = {}
    normalized = set()
    for part in parts:
        if part.normalizes and part.path[-2:] == ("features", "1"):
            normalized.add(part.path[:-2])
        if (
            len(part.path) > 1
            and part.path[-2] == "features"
            and FEATURE.fullmatch(part.name)
            and part.kernel is not None
        ):
            stacks.setdefault(part.path[:-2], {})[int(part.name)] = part
    found = []
    for around, stack in stacks.items():
        numbers = sorted(stack)
        gaps = [after - before for before, after in pairwise(numbers)]
        step = 3 if around in normalized else 2
        if numbers[0] != 0 or not set(gaps) <= {step, step + 1}:
            continue
        block, conv = 1, 0
        for number, gap in zip(numbers, [step, *gaps], strict=True):
            block, conv = (block + 1, 1) if gap > step else (block, conv + 1)
            found.append(Named(f"block{block}_conv{conv}", around, "", "", stack[number]))
    return found


def block(layer: str) -> int:
    """The number of a layer's block: 3 for block3_conv1."""
    return int(layer.removeprefix("block").split("_")[0])

"""What VGG's layers are called in the files that people have, and which branch of a file a name belongs to."""

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

    layer: str  # as Keras has it: block1_conv1
    around: tuple[str, ...]  # the models around it
    before: str  # what stands in front of the name, and after it
    after: str
    part: Part


def recognize(part: Part) -> Named | None:
    """The VGG's layer that a convolution's own name says it is."""
    for at in range(len(part.path) - 1, -1, -1):  # its own name, or that of a layer around its variables
        for pattern in NAMES:
            if match := pattern.fullmatch(part.path[at]):
                layer = f"block{int(match['block'])}_conv{int(match['conv'])}"
                around = (*part.path[:at], *part.path[at + 1 :])
                return Named(layer, part.path[:at] if at else around, match["before"], match["after"], part)
    return None


def branches(found: Sequence[Named]) -> dict[str, dict[str, Part]]:
    """The networks in a file, by the name that tells them apart; one alone is called ''.

    Names tell networks apart only as far as they have to: if one layer is there twice, first by the models around, then
    by what stands in front of the names, then by what stands behind.
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


MAIN = "main"  # what has no name where the others have one
LEVELS = (
    lambda each: "/".join(each.around),
    lambda each: each.before.strip("_-./ "),
    lambda each: each.after.strip("_-./ "),
)


def from_features(parts: Iterable[Part]) -> list[Named]:
    """Convolutions named by their number in PyTorch's `features`; where a pooling stands is told by the gaps.

    Numbers grow by 2 from one convolution to the next (it, ReLU), by 3 with a batch normalization between, and by one
    more over a pooling. Sequences that do not grow like this, or do not begin with 0, are no VGG's.
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
    """Which block a layer stands in: 3 of block3_conv1."""
    return int(layer.removeprefix("block").split("_")[0])

"""Parses texts that select layers, such as `block1 block3_conv1`, and filters, such as `0,17,40-49`."""

import difflib
from collections.abc import Sequence

from generator.errors import InputError
from generator.network.geometry import LAYERS, Layer
from generator.store.manifest import VGG16


def select_filters(text: str, count: int) -> tuple[int, ...]:
    """The filters selected by `all`, `25` (the first 25) or `0,17,40-49` in a layer of `count` filters.

    Numbers in a list that exceed the layer's last filter are ignored, because layers differ in width. Raises InputError
    for any other text.
    """
    text = text.strip()
    if text == "all":
        return tuple(range(count))
    error = InputError(
        f"filters is {text!r}; it has to be all, a count such as 25, or a list such as 0,17,40-49 (one filter: 17-17)."
    )
    if _number(text):
        if int(text) == 0:
            raise error
        return tuple(range(min(int(text), count)))
    chosen: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        bounds = (first, last) if dash else (first, first)
        if not all(map(_number, bounds)) or int(bounds[0]) > int(bounds[1]):
            raise error
        chosen.update(range(int(bounds[0]), min(int(bounds[1]) + 1, count)))
    return tuple(sorted(chosen))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9  # Python parses no number with thousands of digits


def select_layers(text: str, layers: Sequence[Layer], network: str = VGG16) -> tuple[Layer, ...]:
    """The layers selected by `all` or by a list of blocks and layers, in the network's order.

    Raises InputError for a name that the network does not have, or for a layer of VGG16 without weights.
    """
    if text.strip() == "all":
        return tuple(layers)
    have = {layer.name for layer in layers}
    all_of_it = LAYERS if network == VGG16 else layers
    known = [layer.name for layer in all_of_it]
    blocks: dict[str, list[str]] = {}
    for layer in all_of_it:
        blocks.setdefault(f"block{layer.block}", []).append(layer.name)
    chosen: set[str] = set()
    for name in text.replace(",", " ").split():
        if name not in known and name not in blocks:
            near = difflib.get_close_matches(name, [*blocks, *known], n=1)
            names = f"block1 to block{len(blocks)}" if len(blocks) > 1 else "block1"
            hint = f"Did you mean {near[0]}?" if near else f"Blocks are {names}; layers {', '.join(known)}."
            raise InputError(f"layers: {network} has no {name!r}. {hint}")
        wanted = [name] if name in known else blocks[name]
        if not have.intersection(wanted):
            raise InputError(
                f"layers: the weights end before {name}: they hold {layers[0].name} to {layers[-1].name}. "
                "Choose among these, or give weights with more layers."
            )
        chosen.update(wanted)
    return tuple(layer for layer in layers if layer.name in chosen)

"""The VGGs of Simonyan & Zisserman (2014), known by the names of their layers: block1_conv1 and so on."""

from collections.abc import Iterable

from generator.network.geometry import Step, lay_out, vgg
from generator.store.manifest import VGG16

FAMILY = {  # convolutions of each block; VGG16 first, for files that hold only the first blocks
    VGG16: (2, 2, 3, 3, 3),
    "VGG19": (2, 2, 4, 4, 4),
    "VGG13": (2, 2, 2, 2, 2),
    "VGG11": (1, 1, 2, 2, 2),
}


def family(names: Iterable[str]) -> str | None:
    """The VGG whose first layers have these names, in any order; None if there is none."""
    given = set(names)
    for network, convolutions in FAMILY.items():
        own = [f"block{block}_conv{conv}" for block, n in enumerate(convolutions, 1) for conv in range(1, n + 1)]
        if given and given == set(own[: len(given)]):
            return network
    return None


def alike(steps: Iterable[Step], side: int) -> str | None:
    """The VGG that these operations are, by names and by what they do; None if they are none of them."""
    layers = lay_out(steps, side)
    network = family(layer.name for layer in layers)
    if network is None:
        return None
    filters = [layer.filters for layer in layers]
    return network if lay_out(vgg(FAMILY[network], filters), side) == layers else None

"""A network that is not VGG16: another VGG, or a chain of convolutions that somebody trained."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from generator.errors import InputError
from generator.network.geometry import SIDE, fit, vgg
from generator.network.weights import inputs
from generator.network.weights.architecture import Node
from generator.network.weights.chain import Chain
from generator.network.weights.contents import Contents, Found
from generator.network.weights.families import FAMILY, alike, family
from generator.network.weights.parts import Part
from generator.network.weights.preprocessing import NAMED
from generator.store.manifest import VGG16

PLAIN_NAME = re.compile(r"(sequential|functional|model)(_\d+)?", re.IGNORECASE)  # Keras' own, which tell nothing


def of_chain(chain: Chain, contents: Contents, part: Callable[[Node], Part | None], where: str) -> Found:
    """The network that was followed from its input. Raises InputError if its input cannot be a photograph."""
    *sides, channels = chain.shape or (None, None, None)
    if channels not in (None, 1, 3):
        raise InputError(
            f"weights: {where}: its input has {channels} channels; a photograph has 3 (or 1, if it is grey)."
        )
    first = chain.first
    if first is None:
        raise InputError(f"weights: {where} has no convolution that reads its input: {chain.ended}.")
    given = [side for side in sides if side]
    wanted = min(given) if given else SIDE
    notes = []
    if len(set(given)) > 1:
        notes.append(f"its input is {given[0]} x {given[1]} pixels; photographs are squares here")
    side, layers = fit(chain.steps, wanted)
    if side > wanted:
        notes.append(
            f"photographs are {side} pixels square, and not {wanted}: a unit of {layers[-1].name} sees "
            f"{layers[-1].field} pixels, and the first that sees no padding begins at pixel {layers[-1].offset}"
        )
    if chain.ended:
        notes.append(f"the atlas ends with {layers[-1].name}, for it cannot follow what comes then: {chain.ended}")
    grey = channels == 1
    found = inputs.read(contents, chain.pairs, notes, first, part, grey=grey)
    network = alike(chain.steps, side) or _name(contents, where)
    found = replace(found, network=network, steps=tuple(chain.steps), side=wanted, grey=grey, partial=False)
    return _as_published(found)


def of_names(found: Found) -> Found:
    """The network whose layers have a VGG's names, in a file without architecture: VGG16's stays as it is."""
    network = family(found.pairs)
    if network in (None, VGG16) or found.steps:
        return found
    pairs = {name: found.pairs[name] for name in sorted(found.pairs)}
    steps = tuple(vgg(FAMILY[str(network)], [bias.size for _, bias in pairs.values()]))
    return _as_published(replace(found, pairs=pairs, network=str(network), steps=steps))


def _as_published(found: Found) -> Found:
    """The input of a VGG whose file does not tell: the one that all VGGs were published with."""
    if found.network not in FAMILY or found.source != inputs.ASSUMED:
        return found
    notes = tuple(note for note in found.notes if "set preprocessing" not in note)
    return replace(found, source=f"as {found.network} was published", notes=notes)


def ask(found: Found, where: str) -> None:
    """Raise InputError if nothing tells what the network expects of pixels: only a VGG's is known."""
    if found.network in FAMILY or not (found.unread or found.source == inputs.ASSUMED):
        return
    why = f" ({found.unread} cannot be read)" if found.unread else ""
    raise InputError(
        f"weights: {where} does not tell what its network expects of pixels{why}. "
        f"Set preprocessing to one of {', '.join(NAMED)}, or ORDER:SCALE:OFFSET: make atlas PREPROCESSING=unit"
    )


def _name(contents: Contents, where: str) -> str:
    """The model's own name if it was given one, else the file's."""
    inner = contents.config.get("config") if isinstance(contents.config, dict) else None
    own = inner.get("name") if isinstance(inner, dict) else None
    return own if isinstance(own, str) and own.strip() and not PLAIN_NAME.fullmatch(own) else Path(where).stem

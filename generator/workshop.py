"""What tasks work with: weights, photographs, store, and the network once somebody computes with it."""

import os
import platform
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.corpus import Corpus
from generator.parts import Shelf
from generator.store import Store
from generator.weights import Weights

if TYPE_CHECKING:
    from generator.network import Network


@dataclass(frozen=True)
class Workshop:
    """What tasks work with."""

    weights: Weights
    corpus: Corpus | None
    store: Store

    @property
    def photographs(self) -> Corpus:
        """The corpus, which every task that asks for it has: without one there are no such tasks."""
        if self.corpus is None:
            raise ValueError("a task about photographs without photographs")
        return self.corpus

    @property
    def checkpoints(self) -> Path:
        """Where unfinished passes over the photographs are kept."""
        return self.store.root / "checkpoints"

    def shelf(self, folder: str, layer: str) -> Shelf:
        """The tallies of a layer in a pass that is shared."""
        return Shelf(self.checkpoints, folder, self.weights.layer(layer))

    @cached_property
    def network(self) -> "Network":
        """The differentiable network, made for the first task that computes."""
        return import_network()(self.weights)

    @cached_property
    def made(self) -> dict[str, Any]:
        """By what an artifact was made: recorded beside it, not part of its key."""
        import tensorflow as tf

        devices = tf.config.list_physical_devices("GPU")
        device = devices[0].name if devices else f"CPU {platform.machine()}"
        return {"tensorflow": tf.__version__, "python": platform.python_version(), "device": device}


def import_network() -> "type[Network]":
    """Import TensorFlow, quietly, and the network with it. A GPU's memory is taken as it is needed, not at once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)
    from generator.network import Network

    return Network

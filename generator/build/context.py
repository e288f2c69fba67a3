"""The context of tasks: weights, photographs, the store, and the network, which is made on first use."""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.corpus import Corpus
from generator.errors import BuildError
from generator.network import precision
from generator.network.weights import Weights
from generator.responses.maxima_log import MaximaLog
from generator.responses.shards import ShardFolder
from generator.store.artifacts import Store
from generator.system import devices, machine
from generator.system.memory import Batches
from generator.system.paths import own_home

if TYPE_CHECKING:
    from generator.network.forward import Network


@dataclass(frozen=True)
class Context:
    """The inputs that tasks share."""

    weights: Weights
    corpus: Corpus | None
    store: Store
    say: Callable[[str], None] = field(default=lambda _: None, compare=False)  # prints a line to the user
    setting: str = precision.FLOAT32  # one of `precision.CHOICES`: the precision for pictures

    @property
    def photographs(self) -> Corpus:
        """The corpus. Only tasks about photographs use it, and without a corpus there are none."""
        if self.corpus is None:
            raise ValueError("a task about photographs without photographs")
        return self.corpus

    @property
    def checkpoints(self) -> Path:
        """The folder of unfinished passes over the photographs."""
        return self.store.root / "checkpoints"

    def shard_folder(self, folder: str, layer: str) -> ShardFolder:
        """The saved accumulators of a layer in a pass that several processes share."""
        return ShardFolder(self.checkpoints, folder, self.weights.layer(layer))

    def maxima_log(self, folder: str) -> MaximaLog:
        """What a pass writes down about each photograph."""
        return MaximaLog(self.checkpoints, folder)

    @cached_property
    def network(self) -> "Network":
        """The differentiable network, made for the first task that computes."""
        network = import_network(self.say)
        repeat_on_gpus()
        from generator.network.timing import times_as_fast_in_bfloat16

        choice = precision.choose(self.setting, self.store.root, times_as_fast_in_bfloat16)
        if choice.name != precision.FLOAT32:
            self.say(f"Pictures are computed in {choice.name}: {choice.why}.")
        return network(self.weights, choice.name)

    @cached_property
    def batches(self) -> Batches:
        """The batch sizes that fit into memory, as learnt during the run."""
        return Batches(self.say)

    @cached_property
    def made(self) -> dict[str, Any]:
        """The versions and device that compute: recorded with artifacts, but not part of keys."""
        import tensorflow as tf

        devices = tf.config.list_physical_devices("GPU")
        device = devices[0].name if devices else f"CPU {platform.machine()}"
        return {"tensorflow": tf.__version__, "python": platform.python_version(), "device": device}

    @cached_property
    def made_pictures(self) -> dict[str, Any]:
        """The same for pictures, with their precision."""
        return self.made | {"precision": self.network.precision}


def import_network(say: Callable[[str], None] | None = None) -> "type[Network]":
    """Import TensorFlow without its log messages, and return the class Network; `say` gets lines about the device.

    GPU memory is allocated as needed, not all at once. Raises BuildError if TensorFlow cannot be loaded.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = _tensorflow()
    gpus = tf.config.list_physical_devices("GPU")
    for device in gpus:
        tf.config.experimental.set_memory_growth(device, True)
    if say:
        for line in devices.computing([_name(tf, device) for device in gpus]):
            say(line)
    from generator.network.forward import Network

    return Network


def repeat_on_gpus() -> None:
    """Make a GPU compute reproducibly and in full float32, as a processor always does.

    `TF_DETERMINISTIC_OPS=0` turns the first off, because an operation without a deterministic version ends the build.
    """
    tf = _tensorflow()
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.enable_tensor_float_32_execution(False)  # otherwise, factors are rounded to 10 bits
        if os.environ.get("TF_DETERMINISTIC_OPS") != "0":
            tf.config.experimental.enable_op_determinism()


def _tensorflow() -> Any:
    """Load TensorFlow. Raises BuildError if that fails."""
    if "tensorflow" not in sys.modules:
        fault = machine.fault(machine.this())
        if machine.avx() is False and _crashes():  # a crash would end this process without an exception
            raise BuildError(fault or "TensorFlow crashes here.")
        if own_home() is None:  # otherwise, Keras would create a folder named ~ here
            os.environ.setdefault("KERAS_HOME", str(Path(tempfile.gettempdir(), ".keras")))
        try:
            import tensorflow as tf  # noqa: F401 (returned from sys.modules)
        except ImportError as error:
            why = fault or "In the project's folder: make install"
            raise BuildError(f"TensorFlow cannot be loaded ({str(error).splitlines()[0]}). {why}") from error
    return sys.modules["tensorflow"]


def _crashes() -> bool:
    """Whether loading TensorFlow crashes a process. A version that was built without AVX would not crash."""
    tried = subprocess.run([sys.executable, "-c", "import tensorflow"], capture_output=True, check=False)
    return tried.returncode < 0


def _name(tf: Any, device: Any) -> str:
    """The product name of a GPU."""
    return str(tf.config.experimental.get_device_details(device).get("device_name") or device.name)

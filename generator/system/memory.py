"""Repeats work with smaller batches after memory has run out."""

from collections.abc import Callable
from typing import TypeVar

from generator.errors import BuildError

Result = TypeVar("Result")
TOO_MUCH = "out of memory", "out_of_memory"  # in CUDA's errors, which TensorFlow raises under other names


def exhausted(error: BaseException) -> bool:
    """Whether an error means that memory has run out, in Python or in TensorFlow (which this module does not load)."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    from_tensorflow = any(base.__name__ == "OpError" for base in type(error).__mro__)
    return from_tensorflow and any(words in str(error).lower() for words in TOO_MUCH)


def remedy() -> str:
    """Advice to a user whose memory has run out."""
    return (
        "Close other programs, or use a machine with more memory. If the GPU is too small, "
        "CUDA_VISIBLE_DEVICES=-1 computes on the processor. What is in the store stays valid."
    )


class Batches:
    """The batch size of each kind of work; it is halved when memory runs out."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._most: dict[str, int] = {}

    def run(self, what: str, most: int, compute: Callable[..., Result]) -> Result:
        """Return `compute(batch=most)`, or with half of `most`, a quarter ... until it fits into memory.

        `what` names the kind of work; its next run begins with the batch size that fitted last. Raises BuildError if
        even a single picture does not fit.
        """
        batch = self._most.get(what, most)
        while True:
            try:
                return compute(batch=batch)
            except Exception as error:
                if not exhausted(error):
                    raise
                if batch == 1:
                    raise BuildError(f"Out of memory at {what}, even with one picture at a time. {remedy()}") from error
            batch = batch // 2
            self._most[what] = batch  # outside the handler: the error, its frames and their arrays are freed
            self._say(f"Out of memory at {what}: continuing with {batch} at a time.")

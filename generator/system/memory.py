"""Out of memory: the same work again, with half as much at once."""

from collections.abc import Callable
from typing import TypeVar

from generator.errors import BuildError

Result = TypeVar("Result")
TOO_MUCH = "out of memory", "out_of_memory"  # words of CUDA's errors, which TensorFlow passes on under other names


def exhausted(error: BaseException) -> bool:
    """Whether memory has run out: Python's own, or what TensorFlow may take, which is not loaded here."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    tensorflows = any(base.__name__ == "OpError" for base in type(error).__mro__)
    return tensorflows and any(words in str(error).lower() for words in TOO_MUCH)


def remedy() -> str:
    """What may help whoever has run out of memory."""
    return (
        "Close other programs, or use a machine with more memory; on a GPU that is too small, "
        "CUDA_VISIBLE_DEVICES=-1 computes on the processor. What is in the store stays valid."
    )


class Batches:
    """How many pictures go through the network at once, by kind of work: fewer once memory has run out."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._most: dict[str, int] = {}

    def run(self, what: str, most: int, compute: Callable[..., Result]) -> Result:
        """What `compute(batch=...)` returns for `most`, or for the half, the quarter ... that memory takes.

        `what` names the work: its next run begins with what was enough for the last. Raises BuildError if not
        even one at a time will do.
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
            self._most[what] = batch  # outside the handler: with the error go its frames, and what they hold
            self._say(f"Out of memory at {what}: going on with {batch} at a time.")

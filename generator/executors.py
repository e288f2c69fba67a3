"""Where tasks run. The interface is that of `concurrent.futures`."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class InProcess(Executor):
    """Runs each task at once, in this process: TensorFlow already uses every core.

    What the task raises is raised by `submit`, an interruption included, so that nothing further is begun.
    """

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run the call to its end; the future is done."""
        future: Future[Result] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

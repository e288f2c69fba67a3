"""A pass over the photographs as tasks for many, and what is swept away once it is over."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from generator.build.tasks import Follow, Merge, Part, Respond, Task
from generator.responses import accumulators
from generator.responses.shards import folder

RUN = 16  # parts merged by one task: merging keeps up with the pass, and the disk need not hold all parts


def shared_out(task: Respond, photographs: int) -> Iterator[Task]:
    """The same pass as tasks for many. Each part comes before the merge that waits for it."""
    name = folder(task.layers)
    parts = iter([(part.start, part.stop) for part in accumulators.parts(photographs)])
    while run := tuple(islice(parts, RUN)):
        for first, last in run:
            yield Part(tuple(layer for layer, _ in task.layers), name, first, last)
        for layer, key in task.layers:
            yield Merge(layer, key, name, run, photographs)


def sweep(checkpoints: Path, task: Respond | Follow) -> None:
    """Remove what is left of a pass that is over."""
    name = folder([(layer, key) for layer, key, *_ in task.layers])
    shutil.rmtree(checkpoints / name, ignore_errors=True)
    (checkpoints / f"{name}.npz").unlink(missing_ok=True)

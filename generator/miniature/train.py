"""`make miniature`: draw the pictures, teach the network, measure it, and put weights, card and confusions in place.

TensorFlow is loaded late: the processes that draw start from this module and need none of it.
"""

import argparse
import hashlib
import os
import time
from typing import TYPE_CHECKING

import numpy as np

from generator.corpus.drawings.pictures import classes
from generator.miniature.album import Album, album
from generator.network.weights import miniature
from generator.system.paths import home_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.miniature.train_lesson import Lesson

TRAINING, HELD_OUT = 1001, 1002  # seeds of pictures, far from the small ones that an atlas draws


def main() -> None:
    """Make the miniature anew; at most half an hour on two processors. All chance is seeded."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.train", description=main.__doc__)
    parser.add_argument("--each", type=int, default=200, help="pictures of each class to learn from (%(default)s)")
    parser.add_argument("--held-out", type=int, default=40, help="others of each class to measure on (%(default)s)")
    parser.add_argument("--epochs", type=int, help="how often the first lesson sees each")
    parser.add_argument(
        "--folder", type=home_path, default=miniature.PATH.parent, help="where results go (the package)"
    )
    given = parser.parse_args()
    started, processor = time.monotonic(), time.process_time()
    pictures = album(TRAINING, given.each * len(classes()))
    drawn = time.monotonic() - started

    from generator.miniature.train_card import card  # noqa: PLC0415, see above
    from generator.miniature.train_lesson import LESSONS  # noqa: PLC0415
    from generator.miniature.train_report import confusion_picture, examine  # noqa: PLC0415

    lessons = (LESSONS[0].lasting(given.epochs or LESSONS[0].epochs), *LESSONS[1:])
    arrays = taught(pictures, lessons)
    minutes = (
        f"{(time.monotonic() - started) / 60:.0f} minutes ({(time.process_time() - processor) / 60:.0f} minutes of "
    )
    minutes += f"processor time for learning, {drawn:.0f} seconds for drawing) on {os.cpu_count()} processors "
    minutes += f"under a load of {os.getloadavg()[2]:.1f}"
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / miniature.PATH.name
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    others = album(HELD_OUT, given.held_out * len(classes()))
    report = examine(miniature.weights(path), miniature.head(path), others.pixels, others.labels)
    (given.folder / "CARD.md").write_text(card(lessons, report, len(pictures), minutes, path.read_bytes()))
    confusion_picture(report).save(given.folder / "confusions.png", optimize=True)
    print(f"{report.accuracy:.1%} of {report.pictures} held-out pictures right; {path}")
    print(f"sha256 of the arrays: {digest(arrays)}")


def taught(pictures: Album, lessons: "Sequence[Lesson]") -> "dict[str, np.ndarray]":
    """All lessons and the fit of the dense layer, one after the other; what is kept of each is in half precision."""
    from generator.miniature.train_head import fitted  # noqa: PLC0415
    from generator.miniature.train_network import learn  # noqa: PLC0415

    kept: dict[str, np.ndarray] = {}
    for lesson in lessons:
        learned = learn(pictures.first(round(lesson.share * len(pictures))), lesson, _single(kept))
        kept = {name: array.astype(np.float16) for name, array in learned.items()}
    whole = fitted(_single(kept), pictures)
    return {name: array.astype(np.float16) for name, array in whole.items()}


def _single(arrays: "dict[str, np.ndarray]") -> "dict[str, np.ndarray]":
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def digest(arrays: "dict[str, np.ndarray]") -> str:
    """Of names and contents: the same for the same weights, whenever they were written."""
    found = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        found.update(name.encode() + array.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    main()

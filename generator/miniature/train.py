"""`make miniature`: draws pictures, trains the network, tests it, and writes its weights, card and confusion matrix.

TensorFlow is loaded late, because the drawing processes start from this module and do not need it.
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

TRAINING, HELD_OUT = 1001, 1002  # seeds of pictures; those of an atlas are small numbers


def main() -> None:
    """Train the miniature; takes at most half an hour on two processors. All random numbers are seeded."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.train", description=main.__doc__)
    parser.add_argument("--each", type=int, default=200, help="training pictures per class (%(default)s)")
    parser.add_argument("--held-out", type=int, default=40, help="test pictures per class (%(default)s)")
    parser.add_argument("--epochs", type=int, help="epochs of the first lesson")
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
    arrays = trained(pictures, lessons)
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
    print(f"{report.accuracy:.1%} of {report.pictures} test pictures are classified correctly; {path}")
    print(f"sha256 of the arrays: {digest(arrays)}")


def trained(pictures: Album, lessons: "Sequence[Lesson]") -> "dict[str, np.ndarray]":
    """All lessons, and then the fit of the dense layer. The result of each is rounded to half precision."""
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
    """The digest of names and contents: equal weights always have equal digests."""
    found = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        found.update(name.encode() + array.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    main()

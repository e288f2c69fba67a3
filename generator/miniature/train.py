"""`make miniature`: draw the pictures, teach the network, measure it, and put weights, card and confusions in place.

TensorFlow is loaded late: the processes that draw start from this module and need none of it.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np

from generator.miniature import embedded
from generator.miniature.album import album
from generator.miniature.pictures import classes

TRAINING, HELD_OUT = 1001, 1002  # seeds of pictures, far from the small ones that an atlas draws


def main() -> None:
    """Make the miniature anew; about 25 minutes on two processors."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.train", description=main.__doc__)
    parser.add_argument("--each", type=int, default=200, help="pictures of each class to learn from (%(default)s)")
    parser.add_argument("--held-out", type=int, default=40, help="others of each class to measure on (%(default)s)")
    parser.add_argument("--epochs", type=int, default=7, help="how often each picture is seen (%(default)s)")
    parser.add_argument("--folder", type=Path, default=embedded.PATH.parent, help="where results go (the package)")
    given = parser.parse_args()
    started, processor = time.monotonic(), time.process_time()
    pixels, labels = album(TRAINING, given.each * len(classes()))
    drawn = time.monotonic() - started

    from generator.miniature.train_card import card  # noqa: PLC0415, see above
    from generator.miniature.train_network import Lesson, learn  # noqa: PLC0415
    from generator.miniature.train_report import confusion_picture, examine  # noqa: PLC0415

    lesson = Lesson(epochs=given.epochs)
    arrays = learn(pixels, labels, lesson)
    minutes = (
        f"{(time.monotonic() - started) / 60:.0f} minutes ({(time.process_time() - processor) / 60:.0f} minutes of "
    )
    minutes += f"processor time for learning, {drawn:.0f} seconds for drawing) on {os.cpu_count()} processors"
    path = given.folder / embedded.PATH.name
    np.savez_compressed(path, **{name: array.astype(np.float16) for name, array in arrays.items()})  # type: ignore[arg-type]
    report = examine(embedded.weights(path), embedded.head(path), *album(HELD_OUT, given.held_out * len(classes())))
    (given.folder / "CARD.md").write_text(card(lesson, report, len(labels), minutes, path.read_bytes()))
    confusion_picture(report).save(given.folder / "confusions.png", optimize=True)
    print(f"{report.accuracy:.1%} of {report.pictures} held-out pictures right; {path}")


if __name__ == "__main__":
    main()

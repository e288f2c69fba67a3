"""`python -m generator.miniature.draw_folder FOLDER zebra leopard ...`: drawn pictures in labelled folders.

They replace a user's own photographs in examples.
"""

import argparse
import difflib
from pathlib import Path

from PIL import Image

from generator.corpus.drawings.pictures import classes, draw
from generator.errors import InputError
from generator.system.paths import home_path

SEED = 1003  # differs from the seeds of the miniature's training and test pictures


def draw_folder(folder: Path, labels: list[str], each: int) -> int:
    """Write `each` pictures per class as FOLDER/class/number.png. Returns their number. Raises InputError."""
    for label in labels:
        if label not in classes():
            near = difflib.get_close_matches(label, classes(), n=1)
            raise InputError(f"There is no drawn class {label!r}. {f'Did you mean {near[0]}?' if near else classes()}")
    for label in labels:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            picture = draw(SEED, classes().index(label) + number * len(classes()))
            Image.fromarray(picture.pixels).save(folder / label / f"{number:04d}.png")
    return each * len(labels)


def main() -> None:
    """Draw pictures into labelled folders."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.draw_folder", description=__doc__)
    parser.add_argument("folder", type=home_path)
    parser.add_argument("labels", nargs="+", metavar="CLASS", help="e.g. zebra, leopard, zigzag, bricks, cat, owl")
    parser.add_argument("--each", type=int, default=24, help="pictures of each class (%(default)s)")
    given = parser.parse_args()
    try:
        print(f"{draw_folder(given.folder, given.labels, given.each)} pictures in {given.folder}")
    except InputError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

"""A split of TensorFlow Datasets as a folder of photographs: the original image files, in one folder per label.

The package tensorflow-datasets is used only here, and is not installed with this package.
"""

import importlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.corpus import Progress
from generator.errors import BuildError, InputError
from generator.store.canonical import key

SPLIT = "train"


def folder(spec: str, cache: Path, say: Callable[[str], None], progress: Progress) -> Path:
    """The folder for `NAME` or `NAME:SPLIT` within `cache`. It is written if it does not exist yet.

    Raises InputError if the package, the data set or its images are missing, BuildError if writing fails.
    """
    name, _, split = spec.partition(":")
    target = cache / _folder(name, split or SPLIT)
    if target.is_dir():
        return target
    try:
        tfds = importlib.import_module("tensorflow_datasets")
    except ImportError:
        raise InputError(
            f"IMAGES=tfds:{spec} needs the package tensorflow-datasets: pip install tensorflow-datasets"
        ) from None
    say(f"Preparing the data set {name} ({split or SPLIT}) with TensorFlow Datasets; its images go to {target}")
    try:
        examples, labels, total = _examples(tfds, name, split or SPLIT)
    except (ValueError, KeyError, tfds.core.registered.DatasetNotFoundError) as error:
        raise InputError(f"tfds:{spec} is not a data set of labelled images: {error}") from error
    folders = _folders(labels or ["images"], spec)
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=cache, prefix=".unpacking-") as temporary:
            place = Path(temporary) / "photographs"
            for number, (image, label) in enumerate(examples):
                own = place / folders[label]
                own.mkdir(parents=True, exist_ok=True)
                (own / f"{number:07d}").write_bytes(image)
                progress(number + 1, total)
            place.rename(target)
    except OSError as error:
        raise BuildError(f"tfds:{spec} could not be written to {target}: {error}") from error
    return target


def _examples(tfds: Any, name: str, split: str) -> tuple[Iterator[tuple[bytes, int]], list[str], int]:
    """(image file, number of its label) of each example, the labels' names (empty without labels), and the count."""
    data, info = tfds.load(
        name, split=split, with_info=True, decoders={"image": tfds.decode.SkipDecoding()}, shuffle_files=False
    )
    labels = list(info.features["label"].names) if "label" in info.features else []

    def each() -> Iterator[tuple[bytes, int]]:
        for example in tfds.as_numpy(data):
            yield bytes(example["image"]), int(example["label"]) if labels else 0

    return each(), labels, int(info.splits[split].num_examples)


def _folder(name: str, split: str) -> str:
    """The name of a split's folder. If characters are replaced, a digest distinguishes [:10%] from [10%:]."""
    plain = re.sub(r"[^\w.-]+", "-", f"tfds-{name}-{split}")
    if re.fullmatch(r"\w+", name) and re.fullmatch(r"\w+", split):
        return plain
    return f"{plain}-{key({'name': name, 'split': split})[:32]}"


def _folders(labels: list[str], spec: str) -> list[str]:
    """The folder of each label. Raises InputError if two labels have the same one, which would mix photographs."""
    owner: dict[str, str] = {}
    for label in labels:
        other = owner.setdefault(_plain(label), label)
        if other != label:
            raise InputError(
                f"tfds:{spec} has labels that would share the folder {_plain(label)}: {other!r} and {label!r}. "
                "Unpack the data set into a folder yourself, and name it with IMAGES."
            )
    return [_plain(label) for label in labels]


def _plain(label: str) -> str:
    """A label, changed into a valid name of a folder."""
    return label.replace(os.sep, "-").replace("\0", "").lstrip(".")[:200] or "-"

"""The weights in the package: the shape they promise, and that they do what the card says."""

import hashlib

import numpy as np
import pytest

from generator.corpus.drawings.pictures import classes
from generator.miniature.album import page
from generator.miniature.train_report import Report, confusion_picture, examine
from generator.network.geometry import LAYERS
from generator.network.weights import Weights
from generator.network.weights import miniature as embedded

EACH = 3  # pictures of each class
SEED = 77  # neither trained nor measured on


@pytest.fixture(scope="module")
def miniature() -> Weights:
    return embedded.weights()


@pytest.fixture(scope="module")
def report(miniature: Weights) -> Report:
    numbers = np.arange(EACH * len(classes()), dtype=np.int32)
    return examine(miniature, embedded.head(), page(SEED, range(len(numbers))), numbers % len(classes()))


def test_it_is_vgg16_at_an_eighth_of_the_width(miniature: Weights) -> None:
    assert [layer.name for layer in miniature.layers] == [layer.name for layer in LAYERS]
    assert [layer.filters for layer in miniature.layers] == [layer.filters // 8 for layer in LAYERS]
    assert sum(embedded.WIDTHS) == 528
    assert not miniature.notes


def test_the_file_is_small_and_the_one_that_the_card_measured() -> None:
    payload = embedded.PATH.read_bytes()
    card = (embedded.PATH.parent / "CARD.md").read_text()
    assert len(payload) <= 2_000_000
    assert f"{len(payload):,} bytes, sha256 {hashlib.sha256(payload).hexdigest()}" in card


def test_the_head_has_a_column_for_each_class() -> None:
    kernel, bias = embedded.head()
    assert kernel.shape == (embedded.WIDTHS[-1], len(classes()))
    assert bias.shape == (len(classes()),)


def test_it_tells_pictures_apart_that_it_never_saw(report: Report) -> None:
    assert report.pictures == EACH * len(classes())
    assert report.accuracy >= 0.85


def test_filters_are_alive_and_of_moderate_magnitude(report: Report) -> None:
    for name, silent in report.silent.items():
        assert silent < 0.1 * report.filters[name], name
        assert 0.5 < report.greatest[name] < 100, name


def test_the_card_names_all_layers_and_classes() -> None:
    card = (embedded.PATH.parent / "CARD.md").read_text()
    assert all(f"{name} " in card for name in classes())
    assert all(f"| {layer.name} | {layer.filters // 8} |" in card for layer in LAYERS)
    assert (embedded.PATH.parent / "confusions.png").stat().st_size <= 60_000


def test_the_confusion_picture_is_dark_on_its_diagonal_when_all_is_right() -> None:
    count = len(classes())
    image = np.asarray(confusion_picture(Report(np.eye(count, dtype=np.int64) * 5, {}, {}, {})))
    cells = image[-count * 11 :: 11, -count * 11 :: 11]
    assert (np.diag(cells) == 0).all()
    assert cells.sum() == 250 * count * (count - 1)

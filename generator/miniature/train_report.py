"""Tests a miniature as the atlas uses it: accuracy, confusions, dead filters, magnitudes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from generator.corpus.drawings.pictures import classes
from generator.network.forward import Network
from generator.network.weights import Weights

BATCH = 26
CELL, MARGIN = 11, 62  # pixels of the confusion picture


@dataclass(frozen=True)
class Report:
    """The results on some pictures."""

    confusion: NDArray[np.int64]  # (true class, answer)
    silent: dict[str, int]  # filters per layer that were never above 0
    filters: dict[str, int]
    greatest: dict[str, float]  # the mean over a layer's filters of their greatest activation

    @property
    def pictures(self) -> int:
        """The number of pictures."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share of right answers, 0 to 1."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def by_class(self) -> dict[str, float]:
        """The share of right answers for the pictures of each class."""
        shares = np.diag(self.confusion) / self.confusion.sum(1)
        return dict(zip(classes(), shares.tolist(), strict=True))


def answers(
    network: Network, head: tuple[NDArray[np.float32], NDArray[np.float32]], pixels: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """The numbers of the predicted classes, for pictures (count, side, side, 3) with sides of at least 196."""
    return np.concatenate([scores.argmax(1) for scores, _ in _passes(network, head, pixels)])


def examine(
    weights: Weights,
    head: tuple[NDArray[np.float32], NDArray[np.float32]],
    pixels: NDArray[np.uint8],
    labels: NDArray[np.int32],
) -> Report:
    """Test a miniature on pictures (count, 224, 224, 3)."""
    count = len(classes())
    confusion = np.zeros((count, count), np.int64)
    greatest = [np.full(layer.filters, -np.inf, np.float32) for layer in weights.layers]
    start = 0
    for scores, peaks in _passes(Network(weights), head, pixels):
        np.add.at(confusion, (labels[start : start + len(scores)], scores.argmax(1)), 1)
        greatest = [np.maximum(one, other) for one, other in zip(greatest, peaks, strict=True)]
        start += len(scores)
    names = [layer.name for layer in weights.layers]
    return Report(
        confusion,
        {name: int((peak <= 0).sum()) for name, peak in zip(names, greatest, strict=True)},
        {layer.name: layer.filters for layer in weights.layers},
        {name: float(peak.clip(0).mean()) for name, peak in zip(names, greatest, strict=True)},
    )


def _passes(
    network: Network, head: tuple[NDArray[np.float32], NDArray[np.float32]], pixels: NDArray[np.uint8]
) -> Iterator[tuple[NDArray[np.float32], list[NDArray[np.float32]]]]:
    """For each batch, the scores of the classes (batch, classes), and the greatest values of filters in each layer."""

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def once(images: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        maps = [z for _, z in network.stages(images)]
        seen = tf.reduce_mean(tf.nn.relu(maps[-1]), (1, 2))  # (batch, filters)
        return seen @ tf.constant(head[0]) + tf.constant(head[1]), [tf.reduce_max(z, (0, 1, 2)) for z in maps]

    for start in range(0, len(pixels), BATCH):
        scores, peaks = once(tf.constant(pixels[start : start + BATCH]))
        yield scores.numpy(), [peak.numpy() for peak in peaks]


def confusion_picture(report: Report) -> Image.Image:
    """One square per pair of classes: rows are true classes, columns predicted ones; darker is more frequent."""
    names, count = classes(), len(classes())
    shares = report.confusion / report.confusion.sum(1, keepdims=True)
    side = MARGIN + count * CELL
    image = Image.new("L", (side, side), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(10)
    for row in range(count):
        for column in range(count):
            left, top = MARGIN + column * CELL, MARGIN + row * CELL
            ink = 250 - round(250 * min(1.0, float(shares[row, column])) ** 0.5)  # the root makes rare errors visible
            draw.rectangle((left, top, left + CELL - 2, top + CELL - 2), ink)
    strip = Image.new("L", (MARGIN, side), 255)
    across = ImageDraw.Draw(strip)
    for number, name in enumerate(names):
        middle = MARGIN + number * CELL + CELL // 2
        draw.text((MARGIN - 4, middle), name, 60, font, "rm")
        across.text((4, middle), name, 60, font, "lm")
    image.paste(strip.rotate(90, expand=True).crop((MARGIN, 0, side, MARGIN)), (MARGIN, 0))
    return image

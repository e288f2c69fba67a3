"""The miniature's model card: its description, its training and its accuracy."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict

from generator.miniature.train_lesson import Lesson
from generator.miniature.train_report import Report
from generator.network.weights import miniature
from generator.store import versions


def card(lessons: Sequence[Lesson], report: Report, learned: int, minutes: str, file: bytes) -> str:
    """The model card of the weights, in Markdown."""
    recipe = "\n".join(
        f"{nth}. {', '.join(f'{name} {value}' for name, value in asdict(lesson).items())}"
        for nth, lesson in enumerate(lessons, start=1)
    )
    shares = sorted(report.by_class.items(), key=lambda pair: (pair[1], pair[0]))
    layers = "\n".join(
        f"| {name} | {count} | {report.silent[name]} | {report.greatest[name]:.1f} |"
        for name, count in report.filters.items()
    )
    return f"""# The miniature: a card

A VGG16 of an eighth of the width: the same 13 convolutional layers with the same names, {sum(miniature.WIDTHS)} filters in
place of 4,224, 3 x 3 kernels, ReLU, 2 x 2 max pooling. It is what an atlas shows when ImageNet's weights are out of
reach, and a network of which it is known what it was taught. It is no substitute for VGG16: it never saw a photograph.

Made by `make miniature`, which also writes this card. All that it draws at random is seeded, so that the
same command gives the same file on the same machine; a test trains twice on a short schedule for the same bytes.

| | |
|---|---|
| input | RGB pixels 0 to 255, turned to BGR minus (103.939, 116.779, 123.68), as VGG16's |
| file | `weights.npz`, float16, {len(file):,} bytes, sha256 {hashlib.sha256(file).hexdigest()}: `block1_conv1_kernel` (3, 3, in, out), `block1_conv1_bias` ... and the dense layer over the mean of block5_conv3, `head_kernel`, `head_bias` |
| learned from | {learned:,} procedural pictures, {learned // len(report.by_class)} of each of {len(report.by_class)} classes (version {versions.CURRENT.drawings} of the pictures) |
| measured on | {report.pictures:,} others, whole at 224 px, without zero padding |
| accuracy | **{report.accuracy:.1%}** |
| took | {minutes}, with {platform.python_implementation()} {platform.python_version()} |

## Recipe

{recipe}

AdamW with a warm-up and a cosine in each lesson; random crops and mirroring; batch normalisation between convolution
and ReLU, folded into kernels and biases at the end. The first lesson is to tell the classes apart. Those with a push
show each batch twice, as it is and pushed along the gradient of the first look (Shafahi et al. 2019), so that filters
look for shapes in place of grain; `hues` asks for the hues of the drawing too. In the end the dense layer alone is
fitted to whole pictures. `generator/miniature/train_network.py`, `train_lesson.py` and `train_head.py` are all of it.

## Layers

A filter is silent when no unit of it is above 0 on any of the {report.pictures:,} pictures. "Greatest" is the mean over the
filters of their greatest activation.

| layer | filters | silent | greatest |
|---|---|---|---|
{layers}

## Classes

From the hardest to the easiest, with the share of held-out pictures that it gets right:
{", ".join(f"{name} {share:.0%}" for name, share in shares)}.

![What was drawn (rows) and what was answered (columns)](confusions.png)
"""  # noqa: E501, a table's row is one line

"""The preprocessing that a network expects for a pixel, and how it is folded into the first layer.

The preprocessing of networks of this kind is always affine in a pixel's red, green and blue. A convolution without
padding can absorb an affine map into its kernel and bias exactly (up to the rounding of float32). So a network that
expects another input than Oxford's is converted into one that expects the same input. All computations, digests and
keys then need no special case.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.arrays import Floats
from generator.errors import InputError

MEAN_BGR = (103.939, 116.779, 123.68)  # the Oxford networks were trained on BGR pixels minus the ImageNet mean
MEAN_RGB = MEAN_BGR[::-1]
TORCH_MEAN, TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # torchvision's, for RGB from 0 to 1
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in a grey picture (ITU-R BT.601), as Pillow and Keras make it
CLOSE = 1e-5  # relative: constants rounded to float32 still count as the named ones
SHIFT = 1e-3  # of an offset, in steps of 0 to 255: a smaller difference counts as none


@dataclass(frozen=True)
class Preprocessing:
    """channel = matrix @ (red, green, blue, each 0 to 255) + offset."""

    matrix: tuple[tuple[float, ...], ...]  # (channels, 3)
    offset: tuple[float, ...]  # (channels,)

    @staticmethod
    def of(matrix: NDArray[Any], offset: NDArray[Any]) -> "Preprocessing":
        """From arrays (channels, 3) and (channels,); a named preprocessing if it is practically equal to it."""
        found = Preprocessing(tuple(tuple(map(float, row)) for row in matrix), tuple(map(float, offset)))
        return next((named for named in NAMED.values() if _same(found, named)), found)

    @property
    def of_luma(self) -> "Preprocessing":
        """The same for one channel, a pixel's luma. Raises InputError if it treats the colours differently."""
        factors, offsets = {max(row) for row in self.matrix}, set(self.offset)
        if len(factors) != 1 or len(offsets) != 1:
            raise InputError(
                f"preprocessing: {self.words} treats colours differently, and this network reads grey pictures. "
                "Choose unit, tf, raw, or ORDER:SCALE:OFFSET with one number each."
            )
        (factor,) = factors
        return Preprocessing((tuple(factor * share for share in LUMA),), tuple(offsets))

    @property
    def _luma(self) -> bool:
        """Whether its only channel is a multiple of a pixel's luma."""
        return len(self.matrix) == 1 and np.allclose(self.matrix[0], np.array(LUMA) * sum(self.matrix[0]))

    @property
    def words(self) -> str:
        """A description for the pages."""
        for name, known in NAMED.items():
            if known == self:
                return f"{MEANINGS[name]} ({name})"
        if self._luma:
            low, high = self.offset[0], self.offset[0] + 255 * sum(self.matrix[0])
            return f"grey pixels from {low:.4g} to {high:.4g}".replace("-", "\u2212")
        channels = []
        for row, offset in zip(self.matrix, self.offset, strict=True):
            terms = [
                colour if factor == 1 else f"{factor:.4g} {colour}"
                for factor, colour in zip(row, "RGB", strict=True)
                if factor
            ]
            if offset or not terms:
                terms.append(f"{offset:.4g}")
            channels.append(" + ".join(terms).replace("+ -", "\u2212 "))
        return f"channels ({', '.join(channels)}) of RGB pixels from 0 to 255"


def _plain(order: str, scale: tuple[float, ...], offset: tuple[float, ...]) -> Preprocessing:
    """Colours in the given order, times `scale`, plus `offset` (three numbers each)."""
    rows = []
    for colour, factor in zip(order, scale, strict=True):
        rows.append(tuple(factor if other == colour else 0.0 for other in "RGB"))
    return Preprocessing(tuple(rows), tuple(offset))


CAFFE = _plain("BGR", (1.0, 1.0, 1.0), tuple(-mean for mean in MEAN_BGR))
TORCH = _plain(
    "RGB",
    tuple(1 / (255 * std) for std in TORCH_STD),
    tuple(-mean / std for mean, std in zip(TORCH_MEAN, TORCH_STD, strict=True)),
)
MEAN = _plain("RGB", (1.0, 1.0, 1.0), tuple(-mean for mean in MEAN_RGB))
NAMED = {
    "caffe": CAFFE,
    "torch": TORCH,
    "tf": _plain("RGB", (1 / 127.5,) * 3, (-1.0,) * 3),
    "mean": MEAN,
    "unit": _plain("RGB", (1 / 255,) * 3, (0.0,) * 3),
    "raw": _plain("RGB", (1.0,) * 3, (0.0,) * 3),
}
MEANINGS = {  # the first three are the modes of keras.applications.imagenet_utils.preprocess_input
    "caffe": "BGR pixels minus ImageNet\u2019s mean",
    "torch": "RGB from 0 to 1, minus ImageNet\u2019s mean, over its standard deviation",
    "tf": "RGB from \u22121 to 1",
    "mean": "RGB pixels minus ImageNet\u2019s mean",
    "unit": "RGB from 0 to 1",
    "raw": "RGB pixels from 0 to 255",
}


def parse(text: str) -> Preprocessing | None:
    """The preprocessing named by a setting; None for `auto`. Raises InputError for any other text."""
    if text == "auto":
        return None
    if text in NAMED:
        return NAMED[text]
    order, *numbers = text.split(":")
    try:
        scale, offset = (_three(part) for part in numbers)
    except ValueError:
        scale = offset = ()
    if sorted(order.upper()) != sorted("RGB") or not scale or not offset or not np.isfinite([*scale, *offset]).all():
        raise InputError(
            f"preprocessing is {text!r}; it has to be auto, {', '.join(NAMED)}, or ORDER:SCALE:OFFSET with one "
            "number or three, such as rgb:0.00392157:-0.5 or bgr:1:-103.939,-116.779,-123.68."
        )
    return _plain(order.upper(), scale, offset)


def _three(text: str) -> tuple[float, ...]:
    numbers = tuple(float(part) for part in text.split(","))
    if len(numbers) not in (1, 3):
        raise ValueError(text)
    return numbers * 3 if len(numbers) == 1 else numbers


def fold(kernel: Floats, bias: Floats, expected: Preprocessing) -> tuple[Floats, Floats]:
    """The first layer's kernel and bias, converted to a network that expects `caffe`.

    `kernel`: (k, k, channels, filters), with as many channels as `expected` has; `bias`: (filters,). Returns float32.
    """
    if expected == CAFFE:
        return kernel, bias
    # red, green, blue = reversed(x) + mean, where x is the output of `caffe`
    matrix = np.array(expected.matrix, np.float64)[:, ::-1]  # (channels, 3)
    shift = np.array(expected.matrix, np.float64) @ np.array(MEAN_RGB) + np.array(expected.offset)  # (channels,)
    wide = kernel.astype(np.float64)
    if ((matrix == 0) | (matrix == 1)).all() and (matrix.sum(0) == 1).all() and (matrix.sum(1) == 1).all():
        folded = wide[:, :, matrix.argmax(0)]  # only another order: exact to the last bit
    else:
        folded = np.einsum("hwkf,kj->hwjf", wide, matrix)
    moved = bias + np.einsum("hwkf,k->f", wide, shift)
    return np.ascontiguousarray(folded, np.float32), np.ascontiguousarray(moved, np.float32)


def _same(one: Preprocessing, other: Preprocessing) -> bool:
    a, b = np.array(one.matrix), np.array(other.matrix)
    if a.shape != b.shape or not np.allclose(a, b, rtol=CLOSE, atol=0):
        return False
    steps = np.abs(b).sum(1)  # change of a channel for one step of all colours
    return bool((np.abs(np.array(one.offset) - np.array(other.offset)) <= SHIFT * steps).all())

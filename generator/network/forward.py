"""The differentiable network up to a layer: the maps of all its filters, or of one filter per picture.

A chain of convolutions, such as VGG16 (Simonyan & Zisserman 2014), without its zero padding. A convolution is VALID, so
that a unit exists only where its whole receptive field lies on the picture, or it is circular, for pictures on a torus.
Maps are returned before their activation: a caller that wants it applies a ReLU, whatever the network has there (all
of them grow with the map), and a climb may need the slope below zero. Layers above read the network's own activation.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from generator.network.geometry import HALVE, Layer, Operation, around
from generator.network.operations import activation, max_pool, pooling, wrap
from generator.network.precision import BFLOAT16, FLOAT32
from generator.network.weights import Weights
from generator.network.weights.preprocessing import MEAN_BGR

PRECISIONS = FLOAT32, BFLOAT16
POOLINGS = ("max", "average")
PLAIN = 3  # the side of a VGG's kernels
WIDE_BLOCKS = 2  # in these, one rim for the whole block is cheaper than one per convolution (measured)

Rectify = Callable[[tf.Tensor], tf.Tensor]
Pool = Callable[[tf.Tensor], tf.Tensor]


def pooled(x: Any, layer: Layer, pool: Callable[[Any], Any] = max_pool) -> Any:
    """The input of a layer of a VGG, from the activations below: pooled if the layer is the first of a block.

    Forward passes that train a VGG, or use other convolutions, use this function.
    """
    return pool(x) if HALVE in layer.below else x


class Network:
    """The convolutions of a set of weights. Constants are made when first needed; each layer and shape is traced once.

    Reported numbers are computed in float32. `precision`, one of PRECISIONS, is used where the result is a picture: up
    to a layer's input and back, in climbs and projections (see `inputs`). bfloat16 has float32's range and 8 of its 24
    bits; processors with instructions for it take half the time, others many times as long.
    """

    def __init__(self, weights: Weights, precision: str = FLOAT32) -> None:
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r} is not one of {PRECISIONS}")
        self.weights, self.precision = weights, precision
        self._constants: dict[tuple[str, str], tuple[tf.Tensor, tf.Tensor]] = {}
        self._traced: dict[tuple[str | tuple[str, ...], bool, bool], Any] = {}  # tf.function

    def maps(self, images: tf.Tensor, layer: str, torus: bool = False, photographs: bool = True) -> tf.Tensor:
        """Pre-ReLU maps of all filters of a layer.

        `images`: (batch, height, width, 3), RGB, 0 to 255, of any number type. Returns (batch, h, w, filters), float32.
        On a torus, height and width must be multiples of the layer's stride; h is then height / stride. Otherwise the
        first unit sees `geometry.window(layer, 0, 0)` of photographs, or begins at the edge of other pictures.
        """
        photographs = photographs and not torus
        if (layer, torus, photographs) not in self._traced:
            # `partial`: TensorFlow counts the traces of each function, and would warn about those of the fifth layer.
            look = functools.partial(self._maps, layer=layer, torus=torus, photographs=photographs)
            self._traced[layer, torus, photographs] = tf.function(look, autograph=False)
        return self._traced[layer, torus, photographs](tf.cast(images, tf.float32))

    def activations(self, images: tf.Tensor, layers: tuple[str, ...], torus: bool = False) -> list[tf.Tensor]:
        """The activations of all filters of several layers, from one pass: (batch, h, w, filters), float32, each.

        `images`: photographs, as for `maps`, with each layer's units where the trained network has them (see
        `geometry.lay_out`); on a torus, h is height / the layer's own stride.
        """
        if (layers, torus, not torus) not in self._traced:
            look = functools.partial(self.every, layers=layers, torus=torus, photographs=not torus)
            self._traced[layers, torus, not torus] = tf.function(look, autograph=False)
        return list(self._traced[layers, torus, not torus](tf.cast(images, tf.float32)))

    def traces(self) -> int:
        """How often `maps` and `activations` were traced: it has to be once for each layer and shape."""
        return sum(traced.experimental_get_tracing_count() for traced in self._traced.values())

    def _maps(self, images: tf.Tensor, layer: str, torus: bool, photographs: bool) -> tf.Tensor:
        return [z for _, _, z in self._walk(images, self.weights.layer(layer), torus, photographs=photographs)][-1]

    def every(
        self, images: tf.Tensor, layers: tuple[str, ...], torus: bool, photographs: bool = False
    ) -> list[tf.Tensor]:
        """As `activations`, for float32 images, which may be no photographs. Meant for a traced function."""
        last = max((self.weights.layer(name) for name in layers), key=lambda layer: layer.depth)
        found = {}
        for layer, _, z in self._walk(images, last, torus, photographs=photographs):
            over = (z.shape[1] - images.shape[1] // layer.stride) // 2 if torus else 0  # the rim, see `_walk`
            found[layer.name] = tf.nn.relu(z[:, over:-over, over:-over] if over else z)
        return [found[name] for name in layers]

    def stages(self, images: tf.Tensor) -> Iterator[tuple[Layer, tf.Tensor]]:
        """Each layer in order with its pre-ReLU maps (batch, h, w, filters), for callers that need several.

        `images`: photographs, as for `activations`. Meant for a traced function, which computes only the maps that are
        used.
        """
        for layer, _, z in self._walk(images, self.weights.layers[-1], torus=False, photographs=True):
            yield layer, z

    def target(
        self, images: tf.Tensor, layer: str, filters: tf.Tensor, torus: bool = False, rectify: Rectify = tf.nn.relu
    ) -> tf.Tensor:
        """The pre-ReLU map of one filter per picture: (batch, h, w). Meant for a traced function.

        `images` as for `maps`; `filters`: (batch,) integers. The last convolution is computed for one filter only, so
        it costs almost nothing: a climb costs as much as the layers below. `rectify` replaces the ReLUs below the
        layer, for another backward pass through them.
        """
        return self.own(self.inputs(images, layer, torus, rectify), layer, filters)

    def shifted(self, images: tf.Tensor, layer: str, filters: tf.Tensor, by: int) -> tf.Tensor:
        """The pre-ReLU units of one filter per picture, `by` pixels down, up, right and left of its middle: (batch, 4).

        `images`: (batch, side, side, 3); side is the layer's field plus a margin of `by` on each side. Layers whose
        stride divides `by` are computed once for all four units. Meant for a traced function.
        """
        own, batch = self.weights.layer(layer), images.shape[0]
        if by % own.stride == 0:
            maps = self.target(images, layer, filters)
            return tf.stack([maps[:, row, column] for row, column in around(by // own.stride)], axis=1)
        whole = [at for at in self.weights.layers[: own.depth] if by % at.stride == 0]
        shared, x, size, places = None, images, own.field, around(by)
        if whole:
            shared = whole[-1]
            *_, (_, _, x) = self._walk(images, shared, torus=False)
            size, places = shared.within(own.field), around(by // shared.stride)
        moved = tf.concat([x[:, row : row + size, column : column + size] for row, column in places], axis=0)
        *_, (_, read, _) = self._walk(moved, own, torus=False, after=shared)
        units = self.own(read, layer, tf.tile(filters, [len(places)]))
        return tf.transpose(tf.reshape(units, (len(places), batch)))

    def inputs(
        self,
        images: tf.Tensor,
        layer: str,
        torus: bool = False,
        rectify: Rectify = tf.nn.relu,
        pool: Pool = max_pool,
        precision: str = FLOAT32,
    ) -> tf.Tensor:
        """The input of a layer: (batch, h, w, channels), float32. On a torus it includes a rim from the opposite edge.

        Both passes, forward and backward, are computed in `precision`; sums within a convolution are float32.
        """
        walk = self._walk(images, self.weights.layer(layer), torus, rectify, pool, precision)
        return tf.cast([x for _, x, _ in walk][-1], tf.float32)

    def own(self, x: tf.Tensor, layer: str, filters: tf.Tensor) -> tf.Tensor:
        """The pre-ReLU map (batch, h, w) of one filter per picture, from the layer's input `x`."""
        kernel, bias = self._constant(layer)
        own = tf.gather(tf.transpose(kernel, (3, 0, 1, 2)), filters)  # (batch, k, k, channels)
        return _own_convolution(x, own, self.weights.layer(layer).step) + tf.gather(bias, filters)[:, None, None]

    def _walk(
        self,
        images: tf.Tensor,
        last: Layer,
        torus: bool,
        rectify: Rectify = tf.nn.relu,
        pool: Pool = max_pool,
        precision: str = FLOAT32,
        after: Layer | None = None,
        photographs: bool = False,
    ) -> Iterator[tuple[Layer, tf.Tensor, tf.Tensor]]:
        """Each layer up to `last`, its input (wrapped, on a torus), and its pre-ReLU maps.

        `after`: if given, `images` are the maps of this layer, and the pass begins above it. `rectify` and `pool`
        replace ReLUs and 2 x 2 max poolings. On a torus, the maps may still include a rim (of `spare` units) if it
        serves a whole block, but never those of `last`. `photographs`: whether units begin at each layer's offset.
        """
        x, spare = images if after else tf.cast(preprocess(images), precision), 0
        for layer in self.weights.layers[after.depth + 1 if after else 0 : last.depth + 1]:
            for operation in layer.below:
                x = self._operate(x, operation, torus, rectify, pool, photographs)
            if torus and spare == 0:
                spare = self._shared(layer, last)
                over = max(layer.kernel - layer.step, 0)  # what one convolution reads beyond its input
                x = wrap(x, over // 2 + spare - 1, over - over // 2 + spare - 1)
            elif photographs and layer.crop:
                x = x[:, layer.crop :, layer.crop :]
            kernel, bias = self._constant(layer.name, precision)
            z = tf.nn.bias_add(tf.nn.conv2d(x, kernel, layer.step, "VALID"), bias)
            yield layer, x, z
            x, spare = z, spare - 1

    def _operate(
        self, x: tf.Tensor, operation: Operation, torus: bool, rectify: Rectify, pool: Pool, photographs: bool
    ) -> tf.Tensor:
        """One operation between two convolutions."""
        if operation.kind == "relu":
            return rectify(x)
        if operation.kind not in POOLINGS:
            return activation(operation)(x)
        if torus:
            x = wrap(x, 0, max(operation.size - operation.stride, 0))
        crop = operation.crop if photographs else 0
        return pool(x) if operation[:3] == HALVE[:3] and not crop else pooling(operation, crop)(x)

    def _shared(self, layer: Layer, last: Layer) -> int:
        """How many convolutions the rim of a layer's input serves: if maps are wide, the rest of its block.

        Only 3 x 3 convolutions with nothing but activations between them share a rim.
        """
        served = 1
        for above in self.weights.layers[layer.depth + 1 : last.depth + 1]:
            alike = (layer.kernel, layer.step, above.kernel, above.step) == (PLAIN, 1, PLAIN, 1)
            if layer.block > WIDE_BLOCKS or not alike or any(one.kind in POOLINGS for one in above.below):
                break
            served += 1
        return served

    def _constant(self, layer: str, precision: str = FLOAT32) -> tuple[tf.Tensor, tf.Tensor]:
        if (layer, precision) not in self._constants:
            with tf.init_scope():  # outside of any trace, so that all traces share the constants
                self._constants[layer, precision] = (
                    tf.cast(tf.constant(self.weights.kernel(layer)), precision),  # (k, k, channels, filters)
                    tf.cast(tf.constant(self.weights.bias(layer)), precision),  # (filters,)
                )
        return self._constants[layer, precision]


def preprocess(images: tf.Tensor) -> tf.Tensor:
    """RGB pixels, 0 to 255, as the network expects them: BGR minus ImageNet's mean. (batch, h, w, 3), float32.

    This is the same for all networks: other preprocessing is folded into the first kernels (`weights.preprocessing`).
    """
    return tf.cast(images, tf.float32)[..., ::-1] - tf.constant(MEAN_BGR)


def _own_convolution(x: tf.Tensor, kernels: tf.Tensor, step: int) -> tf.Tensor:
    """VALID convolution of each picture with its own kernel, with stride `step`.

    `x`: (batch, h, w, channels); `kernels`: (batch, k, k, channels). Returns (batch, (h - k) // step + 1, ...). One
    small matrix product gives the response of each tap at each position; then the shifted maps of all taps are added.
    """
    batch, h, w, channels = x.shape
    k = kernels.shape[1]
    taps = tf.matmul(
        tf.reshape(kernels, (batch, k * k, channels)), tf.reshape(x, (batch, h * w, channels)), transpose_b=True
    )  # (batch, k * k, h * w)
    taps = tf.reshape(taps, (batch, k, k, h, w))
    down, right = h - k + 1, w - k + 1
    return tf.add_n([taps[:, i, j, i : down + i : step, j : right + j : step] for i in range(k) for j in range(k)])

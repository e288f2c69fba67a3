"""Other kinds of climb, tried beside the product's: what is followed uphill, and the way back to the picture."""

import tensorflow as tf

from generator.ascent.optimize import Climb

LEAST = 0.1  # of a cosine: below, there would be no way up


class Cosine(Climb):
    """A unit's activation times its cosine with the filter's axis: lucid's `dot_compare`, over the layer's filters.

    The cosine is that of all filters' activations at the unit with this one's alone. Neuron pictures only.
    """

    power = 1.0

    def _slope(self, read: tf.Tensor, maps: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        own = super()._slope(read, maps, now)
        weights = self.network.weights
        every = tf.nn.conv2d(read, tf.constant(weights.kernel(self.layer)), 1, "VALID") + weights.bias(self.layer)
        length = tf.sqrt(tf.reduce_sum(tf.square(tf.nn.relu(every)), (1, 2, 3)) + 1e-6)
        return own * tf.maximum(tf.nn.relu(own) / length, LEAST) ** self.power


class SquaredCosine(Cosine):
    """The same with the cosine's square."""

    power = 2.0


class InnerLeak(Climb):
    """A slope below zero in all layers below: the recipe's `leak`, which falls to 0."""

    def _read(self, seen: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        def leaky(z: tf.Tensor) -> tf.Tensor:
            return tf.maximum(z, 0.0) + now[1] * tf.minimum(z, 0.0)

        return self.network.inputs(seen, self.layer, self.recipe.torus, rectify=leaky)


class SmoothPools(Climb):
    """Poolings give the maximum, and share the gradient out: this part of it (`leak`) to all four units alike."""

    def _read(self, seen: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        def pool(x: tf.Tensor) -> tf.Tensor:
            highest, mean = tf.nn.max_pool2d(x, 2, 2, "VALID"), tf.nn.avg_pool2d(x, 2, 2, "VALID")
            back = (1 - now[1]) * highest + now[1] * mean
            return back + tf.stop_gradient(highest - back)

        return self.network.inputs(seen, self.layer, self.recipe.torus, pool=pool)

"""Other kinds of climb, for trials: they follow another value, or use another backward pass."""

import tensorflow as tf

from generator.ascent.optimize import Climb

LEAST = 0.1  # of a cosine: at 0, there would be no gradient


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
    """ReLUs of all layers below have a slope below zero: the recipe's `leak`, which falls to 0."""

    def _read(self, seen: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        def leaky(z: tf.Tensor) -> tf.Tensor:
            return tf.maximum(z, 0.0) + now[1] * tf.minimum(z, 0.0)

        return self.network.inputs(seen, self.layer, self.recipe.torus, rectify=leaky)


class SmoothPools(Climb):
    """Poolings return the maximum, but distribute a share of the gradient (`leak`) equally to all four units."""

    def _read(self, seen: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        def pool(x: tf.Tensor) -> tf.Tensor:
            highest, mean = tf.nn.max_pool2d(x, 2, 2, "VALID"), tf.nn.avg_pool2d(x, 2, 2, "VALID")
            back = (1 - now[1]) * highest + now[1] * mean
            return back + tf.stop_gradient(highest - back)

        return self.network.inputs(seen, self.layer, self.recipe.torus, pool=pool)

"""`python -m generator.miniature.train_further PHOTOGRAPHS`: fine-tune the miniature, or any VGG16.

An example of training before the comparison of two atlases. PHOTOGRAPHS has one folder per label; the convolutions of
the deeper blocks and a new dense layer learn to classify them. The blocks below stay unchanged, so their part of the
atlas is not computed again.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from generator.corpus import Corpus
from generator.corpus.folder import from_folder
from generator.errors import BuildError, InputError
from generator.network.forward import pooled, preprocess
from generator.network.geometry import LAYERS
from generator.network.weights import Weights
from generator.network.weights import sources as weight_sources
from generator.network.weights.families import family
from generator.store.file_cache import FileCache
from generator.system.paths import at_home, home_path

BATCH = 16
SEED = 1


def further(
    weights: Weights, corpus: Corpus, *, steps: int, rate: float, frozen: int
) -> dict[str, NDArray[np.float32]]:
    """Fine-tune by gradient steps. Returns the arrays `block1_conv1_kernel`, ... of all layers.

    `frozen`: the number of first blocks that stay unchanged; `rate`: of Adam (Kingma and Ba 2015). The result is the
    same for the same arguments. Raises InputError if there are fewer than two labels, or for a network that is no VGG.
    """
    if family(layer.name for layer in weights.layers) != weights.network:
        raise InputError(f"{weights.network} is no VGG, and no other network can be trained further here.")
    labels = sorted({photograph.label for photograph in corpus.photographs})
    if len(labels) < 2:
        raise InputError(f"{corpus.origin} has one folder only ({labels[0]}); give photographs of two classes or more.")
    tf.config.experimental.enable_op_determinism()
    tf.random.set_seed(SEED)
    kernels = [tf.Variable(weights.kernel(layer.name)) for layer in weights.layers]
    biases = [tf.Variable(weights.bias(layer.name)) for layer in weights.layers]
    head = tf.Variable(tf.zeros((weights.layers[-1].filters, len(labels))))
    learning = [head] + [
        part
        for layer, *parts in zip(weights.layers, kernels, biases, strict=True)
        for part in parts
        if layer.block > frozen
    ]
    adam = tf.keras.optimizers.Adam(rate)
    adam.build(learning)

    @tf.function
    def step(images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            x = preprocess(images)
            for layer, kernel, bias in zip(weights.layers, kernels, biases, strict=True):
                x = pooled(x, layer)
                x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias))
            scores = tf.reduce_mean(x, (1, 2)) @ head  # (batch, labels)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, scores))
        adam.apply_gradients(zip(tape.gradient(loss, learning), learning, strict=True))
        return loss

    numbers = np.random.default_rng(SEED)
    wanted = np.array([labels.index(photograph.label) for photograph in corpus.photographs], np.int32)
    pixels = np.stack([each for _, each in corpus.stream()])  # (photographs, size, size, 3)
    for number in range(steps):
        chosen = numbers.choice(len(wanted), min(BATCH, len(wanted)), replace=False)
        loss = step(tf.constant(pixels[chosen]), tf.constant(wanted[chosen]))
        if (number + 1) % 20 == 0 or number + 1 == steps:
            print(f"step {number + 1} of {steps}: loss {float(loss):.3f}")
    arrays: dict[str, NDArray[np.float32]] = {}
    for layer, kernel, bias in zip(weights.layers, kernels, biases, strict=True):
        arrays |= {f"{layer.name}_kernel": kernel.numpy(), f"{layer.name}_bias": bias.numpy()}
    return arrays


def main() -> None:
    """Fine-tune on labelled folders."""
    parser = argparse.ArgumentParser(prog="python -m generator.miniature.train_further", description=__doc__)
    parser.add_argument("photographs", type=home_path, help="folder of labelled folders")
    parser.add_argument(
        "--weights", type=at_home, default="miniature", help="initial weights, as for `atlas` (%(default)s)"
    )
    parser.add_argument("--to", type=home_path, default=Path("finetuned.npz"), help="file of the result (%(default)s)")
    parser.add_argument("--steps", type=int, default=60, help="gradient steps (%(default)s)")
    parser.add_argument("--rate", type=float, default=0.001, help="Adam's learning rate (%(default)s)")
    parser.add_argument("--frozen", type=int, default=2, help=f"unchanged blocks, 0 to {LAYERS[-1].block - 1}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = FileCache(Path(folder) / "memo.json")
        try:
            weights = weight_sources.find(given.weights, cache, print, lambda *_: None)
            corpus = from_folder(given.photographs, cache)
            arrays = further(weights, corpus, steps=given.steps, rate=given.rate, frozen=given.frozen)
        except (InputError, BuildError) as error:
            parser.error(str(error))
    np.savez(given.to, **arrays)  # type: ignore[arg-type]
    print(f"{given.to}: an atlas of it: make atlas WEIGHTS={given.to} IMAGES={given.photographs}")


if __name__ == "__main__":
    main()

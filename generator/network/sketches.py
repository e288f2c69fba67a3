"""Sketches of the kernels: small enough for every store, and enough to measure how much kernels differ.

Two atlases of one store are compared without their weights, so each layer stores a sketch of its kernels beside its
pictures. A sketch is a random projection (Johnson and Lindenstrauss 1984; Achlioptas 2003): the n numbers of a kernel
times a fixed matrix of +-1/sqrt(SIZE) give SIZE numbers. Lengths of differences are preserved on average, with a
relative standard deviation of 1/sqrt(2 SIZE) = 4.4 % for any length; equal kernels have equal sketches. If n is not
larger than SIZE, the sketch is the kernel itself.
"""

import io

import numpy as np

from generator.arrays import Floats
from generator.network.weights import Weights
from generator.store import keys
from generator.store.artifacts import Store
from generator.store.manifest import Manifest

SIZE = 256  # numbers per filter
SEED = 20170  # of the random matrix


def project(kernels: Floats) -> Floats:
    """The sketches (filters, at most SIZE) of kernels (k, k, in, filters), float32."""
    flat = kernels.reshape(-1, kernels.shape[-1]).T.astype(np.float64)  # (filters, n)
    n = flat.shape[1]
    if n > SIZE:
        signs = np.random.Generator(np.random.PCG64([SEED, n])).integers(0, 2, (n, SIZE), np.int8)
        flat = flat @ (signs * 2.0 - 1.0) / np.sqrt(SIZE)
    return np.ascontiguousarray(flat, np.float32)


def changes(before: Floats, after: Floats) -> Floats:
    """How much each filter's kernel has changed: |after - before| / |before|, Euclidean lengths, from two sketches.

    Arrays (filters, size). 0: no change; 1: a change as long as the kernel itself; infinite if it was zero and is no
    longer. Returns (filters,) float64.
    """
    difference = np.linalg.norm(after.astype(np.float64) - before, axis=1)
    length = np.linalg.norm(before.astype(np.float64), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / length)


def keys_of(manifest: Manifest) -> dict[str, str]:
    """The key of each layer's sketch, by the layer's name."""
    return {layer.name: keys.sketch(layer.digest, layer.name).key for layer in manifest.layers}


def keep(weights: Weights, manifest: Manifest, store: Store) -> None:
    """Store the missing sketches. Raises BuildError if they cannot be written."""
    for layer, key in keys_of(manifest).items():
        if not store.has(key):
            found = project(weights.kernel(layer))
            file = io.BytesIO()
            np.save(file, found)
            inputs = keys.sketch(weights.digest(layer), layer)
            store.put(inputs, file.getvalue(), "npy", {"filters": len(found)}, {"numpy": np.__version__})


def read(manifest: Manifest, layer: str, store: Store) -> Floats | None:
    """The sketches of a layer (filters, size), or None if they are not in the store."""
    payload = store.read(keys_of(manifest)[layer])
    return None if payload is None else np.load(io.BytesIO(payload), allow_pickle=False)

"""Sketches of the kernels: so little of them that every store can hold it, and enough to tell how much they differ.

Two atlases of one store are compared without the weights at hand, so each layer leaves a sketch of its kernels beside
its pictures. It is a random projection (Johnson and Lindenstrauss 1984; Achlioptas 2003): a kernel's n numbers times a
fixed matrix of +-1/sqrt(SIZE), SIZE numbers instead of n. Lengths of differences are kept on average, with a relative
standard deviation of 1/sqrt(2 SIZE) = 4.4 % whatever their size; equal kernels have equal sketches. Where n is not
larger than SIZE the sketch is the kernel itself.
"""

import io

import numpy as np

from generator.arrays import Floats
from generator.network.weights import Weights
from generator.store import keys
from generator.store.artifacts import Store
from generator.store.manifest import Manifest

SIZE = 256  # numbers a filter
SEED = 20170  # of the matrix


def project(kernels: Floats) -> Floats:
    """The sketches (filters, at most SIZE) of kernels (3, 3, in, filters), float32."""
    flat = kernels.reshape(-1, kernels.shape[-1]).T.astype(np.float64)  # (filters, n)
    n = flat.shape[1]
    if n > SIZE:
        signs = np.random.Generator(np.random.PCG64([SEED, n])).integers(0, 2, (n, SIZE), np.int8)
        flat = flat @ (signs * 2.0 - 1.0) / np.sqrt(SIZE)
    return np.ascontiguousarray(flat, np.float32)


def changes(before: Floats, after: Floats) -> Floats:
    """How much each filter's kernel has changed: |after - before| / |before|, Euclidean lengths, from two sketches.

    Arrays (filters, size). 0: not at all; 1: by as much as it measures itself; infinite if it was all zeros and is not
    any more. Returns (filters,) float64.
    """
    difference = np.linalg.norm(after.astype(np.float64) - before, axis=1)
    length = np.linalg.norm(before.astype(np.float64), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / length)


def keys_of(manifest: Manifest) -> dict[str, str]:
    """The key of each layer's sketch, by the layer's name."""
    return {layer.name: keys.sketch(layer.digest, layer.name).key for layer in manifest.layers}


def keep(weights: Weights, manifest: Manifest, store: Store) -> None:
    """Put the sketches that the store lacks. Raises BuildError if the disk will not take them."""
    for layer, key in keys_of(manifest).items():
        if not store.has(key):
            found = project(weights.kernel(layer))
            file = io.BytesIO()
            np.save(file, found)
            inputs = keys.sketch(weights.digest(layer), layer)
            store.put(inputs, file.getvalue(), "npy", {"filters": len(found)}, {"numpy": np.__version__})


def read(manifest: Manifest, layer: str, store: Store) -> Floats | None:
    """The sketches of a layer (filters, size), or None if the store does not have them."""
    payload = store.read(keys_of(manifest)[layer])
    return None if payload is None else np.load(io.BytesIO(payload), allow_pickle=False)

"""Reads files that do not contain their architecture, as far as the names of their layers are sufficient."""

from collections.abc import Mapping, Sequence

from generator.errors import InputError
from generator.network.geometry import LAYERS
from generator.network.weights import published, stack
from generator.network.weights.contents import Contents, Pairs
from generator.network.weights.parts import EPSILON, Part, listed

FEW = 3  # layers: fewer names may agree by chance (Xception's first two are VGG16's names)
TORCH_EPSILON = 1e-5  # PyTorch's default; its files do not contain it
KERAS = "Save the whole model as .keras, which tells its architecture."


def pairs(contents: Contents, layers: Mapping[str, Part], where: str) -> tuple[Pairs, list[str]]:
    """Kernels and biases with batch normalizations folded in, and notes. Raises InputError if names do not suffice."""
    own = {id(part) for part in layers.values()}
    others = [part for part in contents.parts if part.kernel is not None and id(part) not in own]
    if len(layers) < FEW and len(others) > len(layers):
        raise InputError(
            f"weights: {where} has {' and '.join(sorted(layers))}, but also {len(others)} convolutions that VGG16 does "
            f"not have ({listed(others)}). {KERAS}"
        )
    normalizations = {name: _normalization(contents.parts, part) for name, part in layers.items()}
    placed = {id(part) for part in normalizations.values()}
    loose = [part for part in contents.parts if part.normalizes and id(part) not in placed]
    found: Pairs = {}
    for name, part in layers.items():
        normalization, kernel, bias = normalizations[name], part.kernel, part.arrays.get("bias")
        if kernel is None:
            continue
        if normalization and bias is not None and not _torch(part):
            raise InputError(
                f"weights: {where}: {name} has a bias and a batch normalization ({normalization.name}), which may "
                f"be before or after the ReLU. {KERAS}"
            )
        if not normalization and bias is None and loose:
            raise InputError(
                f"weights: {where}: {name} has no bias, and it is unknown which of {len(loose)} batch normalizations "
                f"follows it ({loose[0].name}, ...). {KERAS}"
            )
        epsilon = TORCH_EPSILON if _torch(part) else EPSILON
        above = normalization.scale_and_shift(epsilon) if normalization else None
        found[name] = stack.fold(kernel, bias, above=above)
    if not loose or all(_torch(part) for part in layers.values()):
        return found, []
    return found, [
        f"it has batch normalizations that nothing places ({loose[0].name}, ...), which are taken to stand above "
        "VGG16's layers. If they stand between them, save the whole model as .keras"
    ]


def true_arrays(convolutions: Sequence[Part]) -> Pairs | None:
    """The convolutions in the order of their numbers, if all digests are the true VGG16's; else None."""
    found: Pairs = {}
    for layer, part in zip(LAYERS, sorted(convolutions, key=_numbered), strict=False):
        if part.kernel is None or part.kernel.shape[:2] != (3, 3):
            return None
        found[layer.name] = stack.fold(part.kernel, part.arrays.get("bias"))
    return found if published.genuine(published.digests(found)) else None


def _torch(part: Part) -> bool:
    return len(part.path) > 1 and part.path[-2] == "features"


def _normalization(parts: Sequence[Part], convolution: Part) -> Part | None:
    """The batch normalization of a convolution: in PyTorch it has the next number, elsewhere a name derived from it."""
    own = convolution.name
    if _torch(convolution):
        wanted = {str(int(own) + 1)}
    else:
        wanted = {f"{own}{tail}" for tail in ("_bn", "_BN", "_batchnorm", "_batch_normalization")}
        wanted |= {f"bn_{own}", own.replace("conv", "bn")}
    for part in parts:
        if part.normalizes and part.path[:-1] == convolution.path[:-1] and part.name in wanted:
            return part
    return None


def _numbered(part: Part) -> tuple[tuple[str, ...], int]:
    last = part.place[-1] if part.place else part.name
    digits = last.rpartition("_")[2]
    return part.path[:-1], int(digits) if digits.isdecimal() else 0

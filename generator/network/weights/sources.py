"""The sources of weights: a file of the user, Keras' ImageNet weights, or the miniature in the package."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.errors import BuildError, InputError
from generator.network.weights import Weights, miniature
from generator.network.weights.preprocessing import CAFFE, parse
from generator.store.file_cache import FileCache
from generator.system import paths
from generator.system.download import Progress, Remote, fetch
from generator.system.progress import Say

NAME = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
WITH_TOP = "vgg16_weights_tf_dim_ordering_tf_kernels.h5"  # Keras' file with the dense layers can be used, too
# Address and checksum are those of keras.applications.vgg16.
IMAGENET = Remote(
    url=f"https://storage.googleapis.com/tensorflow/keras-applications/vgg16/{NAME}",
    size=58_889_256,
    digest="6d6bbae143d832006294945121d1f1fc",
    algorithm="md5",
)


@dataclass(frozen=True)
class Request:
    """The arguments of a source."""

    cache: FileCache
    say: Say  # gets a line before something that takes long
    progress: Progress  # bytes done and in all


def _imagenet(request: Request) -> Weights:
    weights = Weights.open(_downloaded(request.say, request.progress), request.cache)
    if not weights.verified or len(weights.layers) < 13:
        raise InputError(
            f"weights: {_cache() / weights.file} is not the true VGG16: its arrays have other digests. "
            "Delete it, or give it by its path if you want an atlas of it."
        )
    return weights


def _auto(request: Request) -> Weights:
    try:
        return _imagenet(request)
    except BuildError as error:
        request.say(str(error))
        return _miniature(request)


def _miniature(request: Request) -> Weights:  # noqa: ARG001 (as all sources)
    return miniature.weights()


SOURCES: dict[str, Callable[[Request], Weights]] = {"auto": _auto, "imagenet": _imagenet, "miniature": _miniature}


def find(spec: str, cache: FileCache, say: Say, progress: Progress, preprocessing: str = "auto") -> Weights:
    """The weights named by `auto`, `imagenet`, `miniature` or a path; `auto`: imagenet, else miniature.

    `FILE#BRANCH` names one of several networks in a file. `preprocessing`: the input that the network expects; `auto`
    reads it from the file.

    Raises InputError if the file cannot be shown (see `Weights.open`), BuildError if it cannot be downloaded.
    """
    expected = parse(preprocessing)
    if spec not in SOURCES:
        path, branch = _branch(spec)
        return Weights.open(path, cache, branch, preprocessing)
    if expected not in (None, CAFFE):
        raise InputError(
            f"preprocessing is {preprocessing}, but weights is {spec}, whose preprocessing is known. "
            "Leave preprocessing at auto, or give a file."
        )
    return SOURCES[spec](Request(cache, say, progress))


def _branch(spec: str) -> tuple[Path, str]:
    """The file and the branch of a spec; a file's name may also contain `#`."""
    path, mark, branch = spec.rpartition("#")
    return (Path(path), branch) if mark and path and not Path(spec).exists() else (Path(spec), "")


def _downloaded(say: Say, progress: Progress) -> Path:
    cache = _cache()
    for name in (NAME, WITH_TOP):
        if (cache / name).is_file():
            return cache / name
    target = cache / NAME
    say(f"Downloading VGG16's ImageNet weights ({IMAGENET.size / 1e6:.0f} MB, Oxford VGG, CC BY 4.0) to {target}")
    try:
        fetch(IMAGENET, target, progress)
    except BuildError as error:
        raise BuildError(
            f"weights: {error}\nOr put {NAME} ({IMAGENET.algorithm} {IMAGENET.digest}) into {cache} by hand, "
            "or give a file: make atlas WEIGHTS=FILE"
        ) from error
    return target


def _cache() -> Path:
    """Keras' folder of downloaded models."""
    return paths.keras() / "models"

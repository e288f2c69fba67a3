"""What a driver and its workers must agree on before they share work: versions, store, weights and photographs.

The driver writes the terms. Each worker compares them with what it finds itself, and makes its context from them.
"""

import os
import platform
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator.build.cluster import photograph_list
from generator.build.context import Context
from generator.corpus import Corpus
from generator.corpus import sources as corpus_sources
from generator.errors import BuildError, InputError
from generator.network.weights import Weights, miniature
from generator.store.artifacts import Store
from generator.store.file_cache import FileCache
from generator.store.versions import table
from generator.system.files import write_atomically
from generator.system.paths import at_home

PACKAGES = ("filter-atlas", "tensorflow", "numpy", "pillow", "pillow-heif")
# And STORE, WEIGHTS or IMAGES: a worker's own path to it, if it is not the driver's; of several folders of photographs
# all, in the driver's order, separated as in PATH.
PLACE = "FILTER_ATLAS_"
PROBED = 3  # photographs that a worker reads before it is trusted

Versions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Handshake:
    """Small enough to travel with every task."""

    versions: Versions
    store: str  # absolute paths, as the driver has them
    token: str  # lies in the store, under its own name
    weights: str | None  # None: the miniature of the package
    branch: str  # of the networks in that file
    preprocessing: str  # that they are taken to expect
    weights_digest: str
    images: tuple[tuple[str, str | None], ...]  # of each source the prefix of names, and the folder; None: drawn
    photograph_list: str | None  # digest that names the list of photographs in the store; None: no photographs
    size: int  # of a photograph
    precision: str  # setting: each worker decides for its own machine


def versions() -> Versions:
    """Of everything that may move a byte of an artifact."""
    found = [("python", platform.python_version()), *((name, _version(name)) for name in PACKAGES)]
    return tuple(found + [(f"algorithm {name}", str(number)) for name, number in table().items()])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def draw_up(context: Context) -> Handshake:
    """The terms of a driver's context; what workers need to see lies in the store then. `withdraw` ends them."""
    weights, corpus, root = context.weights, context.corpus, context.store.root.absolute()
    token = secrets.token_hex(16)
    try:
        write_atomically(_token(root, token), token.encode())
        if corpus:
            write_atomically(_listed_at(root, corpus.naming), photograph_list.to_npz(corpus))
    except OSError as error:
        raise BuildError(f"cannot write into {root}: {error.strerror or error}.") from error
    return Handshake(
        versions=versions(),
        store=str(root),
        token=token,
        weights=str(weights.path.absolute()) if weights.path else None,
        branch=weights.branch,
        preprocessing=weights.setting,
        weights_digest=weights.digest(weights.layers[-1].name),
        images=tuple((s.prefix, str(s.folder) if s.folder else None) for s in corpus.sources) if corpus else (),
        photograph_list=corpus.naming if corpus else None,
        size=corpus.size if corpus else 0,
        precision=context.setting,
    )


def withdraw(terms: Handshake) -> None:
    """Take the token away: the run is over."""
    _token(Path(terms.store), terms.token).unlink(missing_ok=True)


def context(terms: Handshake) -> Context:
    """A worker's context. Raises InputError with everything that is not as the driver has it."""
    problems = list(_differences(terms.versions))
    root = Path(_place("store", terms.store))
    if not _sees(root, terms.token):
        problems.append(f"does not see the driver's store as {root}")
    elif not os.access(root, os.W_OK):
        problems.append(f"may not write into the store {root}")
    if problems:
        raise InputError("; ".join(problems))
    weights, corpus = _weights(terms), _corpus(terms, root)
    return Context(weights, corpus, Store(root), setting=terms.precision)


def _differences(wanted: Versions) -> Iterator[str]:
    own, theirs = dict(versions()), dict(wanted)
    for name in own | theirs:
        if own.get(name) != theirs.get(name):
            yield f"has {name} {own.get(name)} where the driver has {theirs.get(name)}"


def _sees(root: Path, token: str) -> bool:
    try:
        return _token(root, token).read_text() == token
    except OSError:
        return False


def _weights(terms: Handshake) -> Weights:
    path = Path(_place("weights", terms.weights)) if terms.weights else None
    if path:  # read whole: nothing trusted
        weights = Weights.open(path, FileCache(Path(os.devnull)), terms.branch, terms.preprocessing)
    else:
        weights = miniature.weights()
    digest = weights.digest(weights.layers[-1].name)
    if digest != terms.weights_digest:
        where = path or "its package"
        raise InputError(f"has other weights in {where}: digest {digest[:12]}, not {terms.weights_digest[:12]}")
    return weights


def _corpus(terms: Handshake, root: Path) -> Corpus | None:
    if terms.photograph_list is None:
        return None
    try:
        entries = photograph_list.from_npz(_listed_at(root, terms.photograph_list).read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the list of photographs in the store {root}: {error}") from error
    corpus = corpus_sources.reopened(entries, _images(terms), terms.size)
    if corpus.naming != terms.photograph_list:
        raise InputError(f"has other photographs: digest {corpus.naming[:12]}, not {terms.photograph_list[:12]}")
    for photograph in entries[:: max(1, len(entries) // PROBED)][:PROBED]:
        try:
            corpus.read(photograph)
        except BuildError as error:
            where = " and ".join(str(source.folder) for source in corpus.sources if source.folder)
            raise InputError(f"cannot read the photographs in {where}: {error}") from error
    return corpus


def _images(terms: Handshake) -> list[tuple[str, Path | None]]:
    """The prefix and the folder of each source, as this worker has it."""
    given = [folder for _, folder in terms.images if folder]
    own = os.environ.get(PLACE + "IMAGES")
    folders = own.split(os.pathsep) if own and len(given) > 1 else [own] if own else given
    if len(folders) != len(given):
        raise InputError(f"has {len(folders)} folders in {PLACE}IMAGES where the driver has {len(given)}")
    left = iter(folders)
    return [(prefix, Path(next(left)) if folder else None) for prefix, folder in terms.images]


def _place(what: str, given: str) -> str:
    own = os.environ.get(PLACE + what.upper())
    return at_home(own) if own else given


def _token(root: Path, token: str) -> Path:
    return root / "memo" / f"token-{token}"


def _listed_at(root: Path, digest: str) -> Path:
    return root / "memo" / f"photographs-{digest}.npz"

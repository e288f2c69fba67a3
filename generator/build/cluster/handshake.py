"""The handshake of a driver and its workers, which must have the same versions, store, weights and photographs.

The driver writes the handshake. Each worker compares it with its own environment, and makes its context from it.
"""

import os
import platform
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
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
from generator.system.packages import installed
from generator.system.paths import at_home

PACKAGES = ("filter-atlas", "tensorflow", "numpy", "pillow", "pillow-heif")
# With STORE, WEIGHTS or IMAGES: an environment variable for a worker's own path, if it differs from the driver's. For
# several folders of photographs it lists all, in the driver's order, separated as in PATH.
PLACE = "FILTER_ATLAS_"
PROBED = 3  # photographs that a worker has to read as a test

Versions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Handshake:
    """The driver's versions, paths and digests: small enough to be sent with every task."""

    versions: Versions
    store: str  # absolute path on the driver's machine
    token: str  # the name of a file in the store, and its content
    weights: str | None  # path of the file; None: the miniature of the package
    branch: str  # which of the networks in the file
    preprocessing: str  # as set by the user: see `Weights.setting`
    weights_digest: str
    images: tuple[tuple[str, str | None], ...]  # for each source, the prefix of names and the folder (None: drawn)
    photograph_list: str | None  # digest of the list of photographs in the store; None: no photographs
    size: int  # side of a photograph in pixels
    precision: str  # the setting; each worker chooses for its own machine


def versions() -> Versions:
    """The versions of everything that may change a byte of an artifact."""
    found = [("python", platform.python_version()), *((name, installed(name) or "missing") for name in PACKAGES)]
    return tuple(found + [(f"algorithm {name}", str(number)) for name, number in table().items()])


def draw_up(context: Context) -> Handshake:
    """The handshake for a driver's context. Writes the files for workers into the store; `withdraw` ends it."""
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


def withdraw(handshake: Handshake) -> None:
    """Remove the token at the end of the run."""
    _token(Path(handshake.store), handshake.token).unlink(missing_ok=True)


def context(handshake: Handshake) -> Context:
    """A worker's context. Raises InputError that lists the differences from the driver."""
    problems = list(_differences(handshake.versions))
    root = Path(_place("store", handshake.store))
    if not _sees(root, handshake.token):
        problems.append(f"does not see the driver's store as {root}")
    elif not os.access(root, os.W_OK):
        problems.append(f"may not write into the store {root}")
    if problems:
        raise InputError("; ".join(problems))
    weights, corpus = _weights(handshake), _corpus(handshake, root)
    return Context(weights, corpus, Store(root), setting=handshake.precision)


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


def _weights(handshake: Handshake) -> Weights:
    path = Path(_place("weights", handshake.weights)) if handshake.weights else None
    if path:  # read without a cache of digests
        weights = Weights.open(path, FileCache(Path(os.devnull)), handshake.branch, handshake.preprocessing)
    else:
        weights = miniature.weights()
    digest = weights.digest(weights.layers[-1].name)
    if digest != handshake.weights_digest:
        where = path or "its package"
        raise InputError(f"has other weights in {where}: digest {digest[:12]}, not {handshake.weights_digest[:12]}")
    return weights


def _corpus(handshake: Handshake, root: Path) -> Corpus | None:
    if handshake.photograph_list is None:
        return None
    try:
        entries = photograph_list.from_npz(_listed_at(root, handshake.photograph_list).read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the list of photographs in the store {root}: {error}") from error
    corpus = corpus_sources.reopened(entries, _images(handshake), handshake.size)
    if corpus.naming != handshake.photograph_list:
        raise InputError(f"has other photographs: digest {corpus.naming[:12]}, not {handshake.photograph_list[:12]}")
    for photograph in entries[:: max(1, len(entries) // PROBED)][:PROBED]:
        try:
            corpus.read(photograph)
        except BuildError as error:
            where = " and ".join(str(source.folder) for source in corpus.sources if source.folder)
            raise InputError(f"cannot read the photographs in {where}: {error}") from error
    return corpus


def _images(handshake: Handshake) -> list[tuple[str, Path | None]]:
    """The prefix and the folder of each source on this worker."""
    given = [folder for _, folder in handshake.images if folder]
    own = os.environ.get(PLACE + "IMAGES")
    folders = own.split(os.pathsep) if own and len(given) > 1 else [own] if own else given
    if len(folders) != len(given):
        raise InputError(f"has {len(folders)} folders in {PLACE}IMAGES where the driver has {len(given)}")
    left = iter(folders)
    return [(prefix, Path(next(left)) if folder else None) for prefix, folder in handshake.images]


def _place(what: str, given: str) -> str:
    own = os.environ.get(PLACE + what.upper())
    return at_home(own) if own else given


def _token(root: Path, token: str) -> Path:
    return root / "memo" / f"token-{token}"


def _listed_at(root: Path, digest: str) -> Path:
    return root / "memo" / f"photographs-{digest}.npz"

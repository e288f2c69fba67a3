"""Archives: a store, or the part of it that one site needs, as one file that carries artifacts to another machine.

An archive is a plain tar file: `format.json`, then the card and the payload of each artifact as in the store, sorted by
key, and last the site's manifest. It holds nothing else, is not compressed (payloads are), and records neither times
nor owners: the same artifacts give the same bytes.

An import takes all or nothing. It checks the order and the digests before anything reaches the store, so an archive
that is truncated, altered or malicious is refused as a whole. Digests reveal damage, not the author: a stranger can
make a valid archive with any content.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from generator.errors import BuildError, InputError
from generator.store import versions
from generator.store.artifacts import Store, sealed, unsealed
from generator.store.canonical import canonical, key
from generator.store.manifest import Manifest

HEAD, MANIFEST = "format.json", "manifest.json"
SUFFIXES = {"png", "avif", "npz", "npy", "evidence", "album", "gallery", "measures"}
FIELDS = {"bytes", "facts", "inputs", "key", "made", "seal", "sha256", "suffix"}
MOST_JSON = 4 << 20  # bytes; a card has a few thousand
MOST_MANIFEST = 64 << 20
MOST_PAYLOAD = 1 << 30
CARD = re.compile(r"objects/([0-9a-f]{2})/([0-9a-f]{62})\.json")
STAGING = "incoming-"  # folders in the store for files that are not verified yet
STALE = 86_400  # seconds; an older staging folder belongs to an import that was killed


class RefusedError(Exception):
    """An archive is refused. The message says why, in a few words."""


@dataclass(frozen=True)
class Imported:
    """The result of an import."""

    artifacts: int
    known: int  # of these were in the store already
    manifest: Manifest | None


def export(store: Store, wanted: set[str] | None, manifest: Manifest | None, file: Path) -> int:
    """Write the wanted artifacts (None: all) that the store has to a tar file, atomically. Returns their number.

    Raises BuildError if an artifact is damaged or the file cannot be written.
    """
    own = sorted(key for key in (store if wanted is None else wanted) if store.has(key))
    try:
        handle, temporary = tempfile.mkstemp(dir=file.absolute().parent, prefix=".", suffix=".tmp")
    except OSError as error:
        raise BuildError(f"cannot write {file}: {error.strerror or error}.") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                _add(tar, HEAD, canonical({"format": versions.CURRENT.archive, "artifacts": len(own)}).encode())
                for each in own:
                    _add_artifact(tar, store, each)
                if manifest:
                    _add(tar, MANIFEST, manifest.to_json().encode())
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except OSError as error:
        raise BuildError(f"cannot write {file}: {error.strerror or error}.") from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return len(own)


def _add(tar: tarfile.TarFile, name: str, payload: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(payload), 0o644
    tar.addfile(member, io.BytesIO(payload))


def _add_artifact(tar: tarfile.TarFile, store: Store, each: str) -> None:
    entry, payload = store.entry(each), store.read(each)
    if entry is None or payload is None:
        raise BuildError(f"the artifact {each} is damaged. Run: make atlas (it repairs it), then export again.")
    card = entry.path.with_suffix(".json")
    for path, content in ((card, card.read_bytes()), (entry.path, payload)):
        _add(tar, f"objects/{path.parent.name}/{path.name}", content)


def take(store: Store, file: Path) -> Imported:
    """Import an archive: all of it or nothing. Raises InputError if it is refused, BuildError if writing fails."""
    if not file.is_file():
        raise InputError(f"There is no archive {file}.")
    staging = None
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        _clear_stale(store.root)
        staging = Path(tempfile.mkdtemp(dir=store.root, prefix=STAGING))
        with tarfile.open(file, "r:") as tar:
            manifest, artifacts = _unpack(tar, staging)
        os.sync()  # flush once for all files, before they are renamed
        return Imported(len(artifacts), _adopt(store, staging, artifacts), manifest)
    except (RefusedError, tarfile.TarError, EOFError) as error:
        raise InputError(f"{file} is refused, nothing of it was imported: {error}.") from error
    except OSError as error:
        raise BuildError(f"cannot import {file} into {store.root}: {error.strerror or error}.") from error
    finally:
        if staging:
            shutil.rmtree(staging, ignore_errors=True)


def _clear_stale(root: Path) -> None:
    for left in root.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > STALE:
            shutil.rmtree(left, ignore_errors=True)


def _unpack(tar: tarfile.TarFile, staging: Path) -> tuple[Manifest | None, list[str]]:
    """Unpack and verify everything into a folder. Returns the manifest, if there is one, and the names of the cards."""
    members = _members(tar)
    head = _json(_next(members, tar, HEAD, MOST_JSON), HEAD)
    if head.keys() != {"format", "artifacts"} or head["format"] != versions.CURRENT.archive:
        raise RefusedError(f"it is not an archive of format {versions.CURRENT.archive}")
    cards: list[str] = []
    for member in members:
        if member.name == MANIFEST:
            manifest = _manifest(_read(tar, member, MOST_MANIFEST))
            if next(members, None):
                raise RefusedError("something follows its manifest")
            break
        if cards and member.name <= cards[-1]:
            raise RefusedError(f"{member.name!r} comes twice or out of order")
        suffix, size, digest = _card(member.name, text := _read(tar, member, MOST_JSON))
        payload = next(members, None)
        expected = f"{member.name.removesuffix('json')}{suffix}"
        if payload is None or payload.name != expected or payload.size != size:
            raise RefusedError(f"{member.name} is not followed by its payload")
        _copy(tar, payload, staging / expected, digest)
        (staging / member.name).write_bytes(text)
        cards.append(member.name)
    else:
        manifest = None
    if len(cards) != head["artifacts"]:
        raise RefusedError(f"it holds {len(cards)} artifacts instead of {head['artifacts']!r}: it is cut off")
    return manifest, cards


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Plain files only: links, devices, folders, sparse files and extended headers are refused."""
    for member in tar:
        if member.type != tarfile.REGTYPE or member.issparse() or member.pax_headers:
            raise RefusedError(f"{member.name[:100]!r} is not a plain file")
        yield member


def _next(members: Iterator[tarfile.TarInfo], tar: tarfile.TarFile, name: str, most: int) -> bytes:
    member = next(members, None)
    if member is None or member.name != name:
        raise RefusedError(f"it does not begin with {name}")
    return _read(tar, member, most)


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
    if member.size > most:
        raise RefusedError(f"{member.name[:100]!r} has {member.size:,} bytes, more than {most:,}")
    content = _stream(tar, member).read()
    if len(content) != member.size:
        raise RefusedError("it is cut off")
    return content


def _stream(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(member)
    if stream is None:
        raise RefusedError(f"{member.name[:100]!r} is not a plain file")
    return stream


def _json(text: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise RefusedError(f"{name} is not a JSON object")
    return found


def _card(name: str, text: bytes) -> tuple[str, int, str]:
    """Suffix, size and digest of the payload that a card describes. It has to be a card that `put` would write."""
    place = CARD.fullmatch(name)
    if not place:
        raise RefusedError(f"{name[:100]!r} does not belong in a store")
    try:
        found = unsealed(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name} has been altered") from error
    if not isinstance(found, dict) or found.keys() != FIELDS:
        raise RefusedError(f"{name} has other fields than an artifact's")
    inputs, size, suffix = found["inputs"], found["bytes"], found["suffix"]
    tables = all(isinstance(found[table], dict) for table in ("inputs", "facts", "made"))
    if not tables or inputs.get("schema") != versions.CURRENT.schema or not isinstance(inputs.get("kind"), str):
        raise RefusedError(f"{name} does not say what it was made from")
    if suffix not in SUFFIXES or type(size) is not int or not 0 <= size <= MOST_PAYLOAD:
        raise RefusedError(f"{name} describes a payload that no artifact has")
    try:
        own = {field: value for field, value in found.items() if field != "seal"}
        whole = sealed(own) == text and key(inputs) == found["key"] == "".join(place.groups())
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name} is not a JSON file of this store: {error}") from error
    if not whole:
        raise RefusedError(f"{name} does not fit its key, or has been altered")
    return suffix, size, str(found["sha256"])


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, digest: str) -> None:
    """Copy a payload to a new file. Raises RefusedError if its bytes have another digest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    stream = _stream(tar, member)
    with target.open("xb") as file:
        while chunk := stream.read(1 << 20):
            total.update(chunk)
            file.write(chunk)
    if total.hexdigest() != digest:
        raise RefusedError(f"{member.name} is damaged: its bytes have another digest")


def _manifest(text: bytes) -> Manifest:
    try:
        return Manifest.from_json(text.decode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError(f"its manifest cannot be read: {error}") from error


def _adopt(store: Store, staging: Path, cards: list[str]) -> int:
    """Move verified artifacts into the store, each card after its payload. Returns how many were there already."""
    known = 0
    for name in cards:
        each = name.removeprefix("objects/").removesuffix(".json").replace("/", "")
        if store.damage(each) is None:
            known += 1
            continue
        target = store.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        card = staging / name
        for path in sorted(card.parent.glob(f"{card.stem}.*"), key=lambda path: path.suffix == ".json"):
            path.replace(target.with_suffix(path.suffix))
    return known

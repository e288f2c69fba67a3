"""The store: each artifact is named by the hash of the inputs that decide its content.

    objects/ab/cdef….png    the payload
    objects/ab/cdef….json   the card: inputs, facts, size and sha256 of the payload. It is written last, so its presence
                            commits the artifact. Its seal, a sha256 of its own text, reveals any changed byte
    manifests/….json        the keys that each site built from this store refers to (see `generator.store.manifest`)
    memo/….json             a cache of the digests of files

Two processes may share a store: both write the same complete bytes under the same name. The time at which an artifact
was made is kept only as the modification time of its files, so the same config gives the same bytes.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.errors import BuildError
from generator.store import canonical
from generator.store.file_cache import FileCache
from generator.system.files import write_atomically
from generator.system.signals import held_back

log = logging.getLogger(__name__)

KEY = re.compile(r"[0-9a-f]{64}")
SEAL = re.compile(rb',"seal":"([0-9a-f]{64})"}')  # the end of a card: the sha256 of everything before it
SEALED = len(',"seal":""}') + 64  # bytes


@dataclass(frozen=True)
class Entry:
    """The content of a card, and the path of its payload."""

    key: str
    inputs: dict[str, Any]  # the key is their hash
    facts: dict[str, Any]  # results that were found while making the payload
    made: dict[str, Any]  # the versions and the device that made it
    sha256: str
    size: int  # bytes
    path: Path  # of the payload


class Store:
    """Artifacts by key, in a folder that is created with the first artifact."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self, key: str) -> Entry | None:
        """The entry of a committed artifact whose payload has the right size; None if it has to be computed.

        Only the card is read; `read` also checks the bytes of the payload.
        """
        try:
            return self._entry(key)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            log.warning("%s is damaged (%s): it counts as missing and is computed again", self._card(key), error)
            return None

    def _entry(self, key: str) -> Entry:
        """Raise FileNotFoundError if the artifact is not committed, ValueError if it is damaged."""
        card = self._card(key)
        found = unsealed(card.read_bytes())
        if found["key"] != key:
            raise ValueError("its JSON belongs to another artifact")
        path = card.with_suffix(f".{found['suffix']}")
        entry = Entry(key, found["inputs"], found["facts"], found["made"], found["sha256"], found["bytes"], path)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise ValueError("its payload is missing") from None
        if size != entry.size:
            raise ValueError(f"its payload has {size} bytes instead of {entry.size}")
        return entry

    def has(self, key: str) -> bool:
        """Whether the artifact is committed."""
        return self.entry(key) is not None

    def read(self, key: str) -> bytes | None:
        """The payload, checked against its sha256. None if it is missing, or altered: then it warns and removes it."""
        entry = self.entry(key)
        if entry is None:
            return None
        payload = entry.path.read_bytes()
        if hashlib.sha256(payload).hexdigest() != entry.sha256:
            log.warning("%s has been altered: it counts as missing and is computed again", entry.path)
            self.remove(key)
            return None
        return payload

    def put(
        self, inputs: dict[str, Any], payload: bytes, suffix: str, facts: dict[str, Any], made: dict[str, Any]
    ) -> str:
        """Commit an artifact under the key of its inputs, which is returned. Raises BuildError if the disk is full."""
        key = canonical.key(inputs)
        self._commit(key, inputs, payload, suffix, facts, made)
        return key

    def _commit(
        self, key: str, inputs: dict[str, Any], payload: bytes, suffix: str, facts: dict[str, Any], made: dict[str, Any]
    ) -> None:
        """Payload first, card last."""
        card, digest = self._card(key), hashlib.sha256(payload).hexdigest()
        of_payload = {"bytes": len(payload), "sha256": digest, "suffix": suffix}
        text = sealed({"key": key, "inputs": inputs, "facts": facts, "made": made} | of_payload)
        try:
            with held_back():
                write_atomically(card.with_suffix(f".{suffix}"), payload)
                write_atomically(card, text)
        except OSError as error:
            raise BuildError(
                f"cannot write to the store {self.root}: {error.strerror or error}.\n"
                "What is stored stays valid. Free some space or name another folder with --store, then run it again."
            ) from error

    def remove(self, key: str) -> None:
        """Remove an artifact: its card first, so that no card is left without its payload."""
        card = self._card(key)
        card.unlink(missing_ok=True)
        for payload in card.parent.glob(f"{card.stem}.*"):
            payload.unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        """The keys of all committed artifacts, sorted."""
        for card in sorted((self.root / "objects").glob("??/*.json")):
            key = card.parent.name + card.stem
            if KEY.fullmatch(key):
                yield key

    def orphans(self) -> Iterator[Path]:
        """Files without a card: payloads of interrupted writes, temporary files, foreign files."""
        for path in sorted((self.root / "objects").glob("??/*")):
            committed = path.with_suffix(".json").exists() and KEY.fullmatch(path.parent.name + path.stem)
            if not committed:
                yield path

    def damage(self, key: str) -> str | None:
        """What is wrong with an artifact, in a few words; None if it is whole. Reads the whole payload."""
        try:
            entry = self._entry(key)
        except FileNotFoundError:
            return "it is missing"
        except (ValueError, TypeError, KeyError) as error:
            return str(error)
        if hashlib.sha256(entry.path.read_bytes()).hexdigest() != entry.sha256:
            return "its payload has been altered"
        if hashlib.sha256(canonical.canonical(entry.inputs).encode()).hexdigest() != key:
            return "its inputs do not belong to its key"
        return None

    def file_cache(self, name: str) -> FileCache:
        """The cache of file digests with this name."""
        return FileCache(self.root / "memo" / f"{name}.json")

    def _card(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return self.root / "objects" / key[:2] / f"{key[2:]}.json"


def sealed(card: dict[str, Any]) -> bytes:
    """The bytes of a card, with its seal."""
    text = canonical.canonical(card).encode()[:-1]
    return b'%s,"seal":"%s"}' % (text, hashlib.sha256(text).hexdigest().encode())


def unsealed(text: bytes) -> dict[str, Any]:
    """The card of a sealed text. Raises ValueError if any byte has changed."""
    seal = SEAL.fullmatch(text[-SEALED:])
    if seal is None or hashlib.sha256(text[:-SEALED]).hexdigest() != seal[1].decode():
        raise ValueError("its JSON has been altered")
    card: dict[str, Any] = json.loads(text)
    return card

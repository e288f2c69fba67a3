"""Canonical JSON and its hash: the only way in which the atlas turns values into keys."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal texts. Raises ValueError for NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def key(inputs: dict[str, Any]) -> str:
    """The key of one artifact: sha256 of the canonical JSON of everything that decides its content (64 hex digits)."""
    return hashlib.sha256(canonical(inputs).encode()).hexdigest()


def seed(key: str) -> tuple[int, int]:
    """Two 31-bit numbers from a key: the seed of stateless random numbers for this artifact alone."""
    return int(key[:8], 16) & 0x7FFFFFFF, int(key[8:16], 16) & 0x7FFFFFFF

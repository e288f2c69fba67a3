"""Batches: a sequence in chunks, and a chunk filled up to the fixed size that a traced function expects."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, `size` at a time. The last chunk may be smaller."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def filled(chunk: Sequence[Item], size: int) -> list[Item]:
    """The chunk, filled up to `size` items with its first. What is computed for the added ones is to be cut off."""
    return [*chunk, *[chunk[0]] * (size - len(chunk))]

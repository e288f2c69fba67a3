"""Batches: splits a sequence into chunks, and pads a chunk to the fixed size that a traced function expects."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, `size` at a time. The last chunk may be smaller."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def filled(chunk: Sequence[Item], size: int) -> list[Item]:
    """The chunk, padded to `size` items with its first. The caller drops the results for the added ones."""
    return [*chunk, *[chunk[0]] * (size - len(chunk))]

"""The meanings and allowed values of a record's fields: for the schema, the guide, and checks when a record is read."""

from typing import Annotated

from msgspec import Meta

Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Multiple = Annotated[float, Meta(ge=0)]
Correlation = Annotated[float, Meta(ge=-1, le=1)]


def says(meaning: str) -> Meta:
    """The meaning of a field, in words."""
    return Meta(description=meaning)

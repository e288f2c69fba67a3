"""Makes `atlas.toml` with all defaults: `python -m generator.cli.defaults` prints it.

A test compares it with the file in the repository.
"""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from generator.config import PROFILE_MEANINGS, PROFILE_TABLES, PROFILES, Config


def as_toml() -> str:
    """`atlas.toml` with every default and its meaning."""
    lines = [
        "# Filter Atlas: every setting with its default. Change what you like; a flag (make variable) wins over it,",
        "# and the table of the chosen profile, at the end, wins over what stands above it.",
        "",
        *_toml_lines(Config(), ""),
    ]
    for name in PROFILES:
        lines += ["", f"[profiles.{name}] # {PROFILE_MEANINGS[name]}", *_profile_lines(PROFILE_TABLES[name])]
    return "\n".join(lines) + "\n"


def _toml_lines(settings: Any, prefix: str) -> Iterator[str]:
    tables = []
    for entry in dataclasses.fields(settings):
        value = getattr(settings, entry.name)
        if dataclasses.is_dataclass(value):
            tables.append((f"{prefix}{entry.name}", value))
        else:
            low, high = entry.metadata["low"], entry.metadata["high"]
            limits = f" ({low:g} to {high:g})" if high else ""
            yield f"# {entry.metadata['meaning']}{limits}"
            if value != ():  # a table, which is not there
                yield f"{entry.name} = {_toml_value(value)}"
    for name, value in tables:
        yield ""
        yield f"[{name}] # {(value.__doc__ or '').strip()}"
        yield from _toml_lines(value, f"{name}.")


def _profile_lines(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _profile_lines(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name} = {_toml_value(value)}"


def _toml_value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(str(v) for v in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.stdout.write(as_toml())

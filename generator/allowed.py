"""Whether a value is allowed for a setting: its type, its choices, its limits."""

import dataclasses
import difflib
from typing import Any

from generator.errors import InputError
from generator.system.paths import at_home


def check(value: Any, setting: dataclasses.Field[Any], where: str, name: str) -> Any:
    """The value, in the type of the setting's default. Raises InputError if it is not allowed."""
    choices, low, high = (setting.metadata[key] for key in ("choices", "low", "high"))
    default = setting.default
    if isinstance(default, str):
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{where}: {name} has to be text, not {value!r}.")
        if any(ord(character) < 32 for character in value):
            raise InputError(f"{where}: {name} is {value!r}; it has to be one line without control characters.")
        if choices and value not in choices:
            near = difflib.get_close_matches(value, choices, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise InputError(f"{where}: {name} is {value!r}; allowed are {', '.join(choices)}.{hint}")
        return at_home(value) if setting.metadata["path"] else value
    if isinstance(default, tuple):
        values = value if isinstance(value, list) else [value] * len(default)
        if len(values) != len(default):
            raise InputError(f"{where}: {name} needs one number, or {len(default)} (one a block), not {value!r}.")
        return tuple(_number(v, type(default[0]), low, high, where, name) for v in values)
    return _number(value, type(default), low, high, where, name)


def _number(value: Any, kind: type, low: float, high: float, where: str, name: str) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole or (kind is float and isinstance(value, float))) or not low <= value <= high:
        sort = "a whole number" if kind is int else "a number"
        raise InputError(f"{where}: {name} is {value!r}; it has to be {sort} from {low:g} to {high:g}.")
    return kind(value)

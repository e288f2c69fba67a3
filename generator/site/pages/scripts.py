"""Data as scripts: a page opened from a disk cannot fetch files, but it can load scripts."""

import json
from typing import Any


def script(name: str, value: Any) -> str:
    """`var name = value;` in plain ASCII, with every character that could end a string or a script escaped."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"var {name} = {text};\n"

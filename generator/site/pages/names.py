"""Layers' names within pages and files of the site, for any network.

A layer's name may be any text of letters, digits, `.`, `_` and `-`. As a class or an id it could be one that the pages
have already (`label`, `main`), and as a file's name one that the site has (`schema`). Names such as block3_conv1 are
safe, and stand as they are.
"""

import re

SAFE = re.compile(r"block\d+_conv\d+")
TAKEN = ("index", "manifest", "schema")  # names of files beside those of layers


def mark(name: str) -> str:
    """A layer's name as a class or an id: different for different names, and no class or id of the theme's.

    Hyphens are doubled, so that what a template appends after a hyphen makes no other layer's mark.
    """
    return name if SAFE.fullmatch(name) else f"_{name.replace('-', '--')}"


def selector(name: str) -> str:
    """A selector in CSS for a layer's class."""
    return "." + mark(name).replace(".", r"\.")


def file(name: str) -> str:
    """A layer's name as that of a file beside the site's own files, without its suffix."""
    return f"{name}-layer" if name.lower() in TAKEN else name

"""Paths as people write them: `~` is the home folder, also where no shell has expanded it."""

import os
import re
from pathlib import Path

import click

from generator.errors import BuildError, InputError

HOME = re.compile(r"(?:^|(?<=\+))~[^/\\+]*")  # at the beginning, or behind the `+` between two sources


def at_home(text: str) -> str:
    """The text with `~` and `~NAME` replaced by the home folders. Raises InputError if there is no such home.

    A file whose own name begins with `~` is `./~name`.
    """
    return HOME.sub(lambda found: _home(found[0], text), text)


def _home(mark: str, text: str) -> str:
    try:
        return str(Path(mark).expanduser())
    except RuntimeError:
        raise InputError(f"{text}: there is no home folder {mark}. If a file is called so: ./{text}") from None


def home_path(text: str) -> Path:
    """The same as a path, for other parsers of arguments than click."""
    return Path(at_home(text))


def keras() -> Path:
    """Keras' folder, where downloads are kept. Raises BuildError where there is no home folder."""
    folder = at_home(os.environ["KERAS_HOME"]) if os.environ.get("KERAS_HOME") else None
    home = own_home()
    if folder is None and home is None:
        raise BuildError(
            "Downloads are kept in the home folder, and there is none here (HOME is not set): "
            "name a folder for them with KERAS_HOME."
        )
    return Path(folder) if folder else Path(home or "", ".keras")


def own_home() -> Path | None:
    """The user's home, if the environment or the system knows of one: in a container it may be neither."""
    try:
        return Path.home()
    except RuntimeError:
        return None


class HomePath(click.Path):
    """A path on the command line, in which `~` is replaced too (behind `=` a shell leaves it)."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Raises InputError if it names a home that there is not."""
        return Path(at_home(str(super().convert(str(value), param, ctx))))

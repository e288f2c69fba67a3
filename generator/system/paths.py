"""Paths given by users: `~` is the home folder, even if the shell has not expanded it."""

import os
import re
from pathlib import Path

import click

from generator.errors import BuildError, InputError

HOME = re.compile(r"(?:^|(?<=\+))~[^/\\+]*")  # at the beginning, or after the `+` between two sources


def at_home(text: str) -> str:
    """The text with `~` and `~NAME` replaced by the home folders. Raises InputError if there is no such home.

    A file whose own name begins with `~` is `./~name`.
    """
    return HOME.sub(lambda found: _home(found[0], text), text)


def _home(mark: str, text: str) -> str:
    try:
        return str(Path(mark).expanduser())
    except RuntimeError:
        raise InputError(f"{text}: there is no home folder {mark}. If that is a file's name: ./{text}") from None


def home_path(text: str) -> Path:
    """The same as a path, for argument parsers other than click."""
    return Path(at_home(text))


def keras() -> Path:
    """Keras' folder, where downloads are kept. Raises BuildError if there is neither KERAS_HOME nor a home folder."""
    folder = at_home(os.environ["KERAS_HOME"]) if os.environ.get("KERAS_HOME") else None
    home = own_home()
    if folder is None and home is None:
        raise BuildError(
            "Downloads are kept in the home folder, but there is no home folder (HOME is not set): "
            "name a folder for them with KERAS_HOME."
        )
    return Path(folder) if folder else Path(home or "", ".keras")


def own_home() -> Path | None:
    """The user's home folder; None if neither the environment nor the system knows it, as in some containers."""
    try:
        return Path.home()
    except RuntimeError:
        return None


class HomePath(click.Path):
    """A path on the command line. `~` is replaced here, because shells do not expand it after `=`."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Convert to a path. Raises InputError if it names a home folder that does not exist."""
        return Path(at_home(str(super().convert(str(value), param, ctx))))

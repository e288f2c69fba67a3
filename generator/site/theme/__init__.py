"""The theme: finds its templates, and keeps them apart from the theme of another site that contains an atlas.

An atlas may be a site of its own (`theme: filter-atlas`, or the templates as `custom_dir`), or a folder of another
MkDocs site with any theme. There, the atlas's pages keep their own templates, which a separate Jinja environment
compiles: both themes may have a `base.html`, and only ours is strict.
"""

# ruff: noqa: ARG002 - Jinja passes its arguments by name

import posixpath
from collections.abc import Callable, MutableMapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from mkdocs.theme import Theme
from mkdocs.utils import get_relative_url

from generator.errors import BuildError

NAME = "filter-atlas"
PREFIX = f"{NAME}/"  # of the templates' names in another site


def templates() -> Path:
    """The folder of the templates: in the package if it is installed, beside it in a checkout."""
    package = Path(str(files("generator")))
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "base.html").is_file():
            return folder
    raise BuildError("The package has no templates. Install it again.")


def prose() -> dict[str, Path]:
    """The theme's own pages in Markdown, by their address: method.md and the guide."""
    folder = templates() / "pages"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.md"))}


def assets() -> dict[str, Path]:
    """Style, scripts and pictures of the theme, by their address."""
    folder = templates()
    return {path.relative_to(folder).as_posix(): path for path in sorted((folder / "assets").rglob("*.*"))}


def is_whole_site(theme: Theme) -> bool:
    """Whether the site uses this theme; if so, add the folder of its templates."""
    ours = templates().resolve()
    if any(Path(folder).resolve() == ours for folder in theme.dirs):
        return True
    if theme.name == NAME:
        theme.dirs.insert(len(theme.dirs) - 1, str(ours))  # before MkDocs' own, after the user's overrides
        return True
    return False


def configure(environment: Environment, names: MutableMapping[str, Any]) -> Environment:
    """Make an environment strict, and define these names for its templates."""
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.auto_reload = False  # no template changes during a build
    environment.globals |= {"once": _remembering(), **names}
    return environment


def _remembering() -> Callable[..., Any]:
    """A function for templates, `once(key, macro, *arguments)`: calls the macro once per key, and keeps the result.

    A filter's thumbnail is on two dozen pages. The key has to contain everything that the result depends on.
    """
    known: dict[Any, Any] = {}

    def once(key: Any, macro: Callable[..., Any], *arguments: Any) -> Any:
        if key not in known:
            known[key] = macro(*arguments)
        return known[key]

    return once


def configure_foreign(host: Environment, names: MutableMapping[str, Any]) -> Environment:
    """Let another site's environment find our templates by their prefix. They get a configured environment."""
    own = configure(Environment(loader=FileSystemLoader(templates()), auto_reload=False), names)  # noqa: S701 (set later)
    own.filters |= host.filters
    host.loader = ChoiceLoader([_Prefixed(own), host.loader] if host.loader else [_Prefixed(own)])
    return host


def address(folder: str, page: str) -> str:
    """The relative address of a folder of the site from a page: `.`, `..`, `../atlas`, without a final slash."""
    return posixpath.normpath(get_relative_url(folder or ".", page))


class _Prefixed(BaseLoader):
    """Loads templates by their prefix, compiled by their own environment."""

    def __init__(self, own: Environment) -> None:
        self.own = own

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:  # noqa: A002
        if not name.startswith(PREFIX):
            raise TemplateNotFound(name)
        return self.own.get_template(name.removeprefix(PREFIX))

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        return []

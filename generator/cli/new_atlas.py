"""The command `filter-atlas new`: writes the first files of an atlas outside the project."""

from pathlib import Path

from generator.cli.defaults import as_toml
from generator.errors import BuildError, InputError

MKDOCS = """\
# The site: MkDocs with the theme and the plugin of Filter Atlas. `filter-atlas atlas` builds it after computing what
# is missing; `mkdocs build` renders again what the store holds.
site_name: Filter Atlas
# site_url: https://me.github.io/atlas/
docs_dir: pages
site_dir: site
strict: true
use_directory_urls: false # so that the site works from a USB stick
theme: filter-atlas
markdown_extensions: [smarty] # curly quotes
plugins:
  - filter-atlas
"""
PAGE = """\
# About this atlas

Pages of your own go into this folder, in Markdown. They may link to the others: [how it is made](method.md). A page
of the same name as one of the theme's, such as `method.md`, takes its place.
"""
FILES = {"atlas.toml": as_toml(), "mkdocs.yml": MKDOCS, "pages/about.md": PAGE, ".gitignore": "/store/\n/site/\n"}


def start(folder: Path) -> list[Path]:
    """Write the files, and return their paths. Raises InputError if one exists already, BuildError if writing fails."""
    paths = {folder / name: text for name, text in FILES.items()}
    for path in paths:
        if path.exists():
            raise InputError(f"{path} exists already and was not changed. Name another folder.")
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BuildError(f"{folder} cannot be written to: {error.strerror or error}. Name another folder.") from error
    return list(paths)

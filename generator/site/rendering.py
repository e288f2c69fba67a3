"""Renders the site: calls MkDocs with this project's plugin for a manifest and a store."""

import gc
import logging
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from generator.errors import BuildError, InputError
from generator.site import theme
from generator.system import paths

MARK = ".filter-atlas"  # an empty file in a folder that a build may wipe; MkDocs keeps dotfiles


def config_file() -> Path:
    """The mkdocs.yml to use: that of the working folder if it has the plugin, else the one beside the templates."""
    own = Path("mkdocs.yml")
    if own.is_file() and "filter-atlas" in own.read_text(encoding="utf-8"):
        return own.absolute()
    return theme.templates().parent / "mkdocs.yml"


def build(config_file: Path, manifest: Path, store: Path, site_dir: Path, base_url: str | None = None) -> bool:
    """Render the site of a manifest into `site_dir`, and replace the site of an earlier build.

    `base_url`: the address at which it will be published; None: the `site_url` of mkdocs.yml, if it has one.
    Returns whether every artifact was whole. Damaged ones are left out of the pages, and removed from the store.

    Raises InputError if `site_dir` holds other files or the manifest does not exist, BuildError if rendering fails.
    """
    complaints, damage = _Complaints(), _Complaints()
    stores = logging.getLogger("generator.store.artifacts")
    stores.addHandler(damage)
    log = logging.getLogger("mkdocs")
    level, propagates = log.level, log.propagate
    log.addHandler(complaints)
    log.propagate = False
    log.setLevel(logging.WARNING)
    collects = gc.isenabled()
    gc.disable()  # the millions of records live to the end, and searching for garbage would take a fifth of the time
    try:
        config = load_config(config_file=str(config_file), site_dir=str(site_dir.absolute()), site_url=base_url)
        config.plugins["filter-atlas"].config.update(store=str(store), manifest=str(manifest))
        claim(site_dir, config_file.parent, store)
        mkdocs_build(config)
    except (MkDocsException, Abort, OSError) as error:
        own = _own(error)
        if own is not None:
            raise own from error
        raise BuildError(f"The site could not be rendered: {complaints.first or error}.") from error
    finally:
        if collects:
            gc.enable()
        stores.removeHandler(damage)
        log.removeHandler(complaints)
        log.propagate = propagates
        log.setLevel(level)
    return damage.first is None


def claim(site_dir: Path, project: Path, store: Path) -> None:
    """Make sure that wiping `site_dir` removes only an earlier site, and mark it as ours.

    Raises InputError if it is, or holds, something else; BuildError if it cannot be created.
    """
    site = site_dir.absolute().resolve()
    for precious in (project, store, paths.own_home() or Path.cwd(), Path.cwd()):
        if precious.absolute().resolve().is_relative_to(site):
            raise InputError(
                f"The site cannot be built in {site_dir}: that would wipe {precious}. Name another folder."
            )
    for source in ("generator", "templates", "tests"):
        if site.is_relative_to((project / source).resolve()):
            raise InputError(f"The site cannot be built in {site_dir}, inside the project's own {source}/.")
    if site.is_relative_to(store.absolute().resolve()):
        raise InputError(f"The site cannot be built in {site_dir}, inside the store. Name another folder.")
    try:
        site.mkdir(parents=True, exist_ok=True)
        mark = site / MARK
        if not mark.exists() and any(not entry.name.startswith(".") for entry in site.iterdir()):
            raise InputError(
                f"{site_dir} holds files that no build of this project put there, and a build would remove them.\n"
                "Empty it yourself or name another folder with --site-dir."
            )
        mark.touch()
    except OSError as error:
        raise BuildError(
            f"The site cannot be built in {site_dir}: {error.strerror or error}. Name another folder with --site-dir."
        ) from error


def _own(error: BaseException | None) -> InputError | BuildError | None:
    """The error of this project that caused an error of MkDocs; None if there is none."""
    while error is not None:
        if isinstance(error, InputError | BuildError):
            return error
        error = error.__cause__ or error.__context__
    return None


class _Complaints(logging.Handler):
    """Keeps the first message that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.first: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.first = self.first or record.getMessage().rstrip(".")

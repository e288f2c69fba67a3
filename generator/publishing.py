"""Publishing: the site's size against the limits of GitHub Pages, its address there, and the push.

The limits are those of GitHub's documentation ("GitHub Pages limits"; "About large files on GitHub").
"""

import dataclasses
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ghp_import import GhpError
from mkdocs.commands.gh_deploy import gh_deploy
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from generator import build
from generator.config import Config
from generator.errors import BuildError, InputError

SITE_LIMIT = 1_000_000_000  # bytes of a published site
FILE_LIMIT = 100_000_000  # bytes of one file
MESSAGE = "Publish the atlas"


@dataclass(frozen=True)
class Target:
    """Where a site is pushed to."""

    remote: str  # a name that Git knows
    branch: str
    url: str  # of the remote


def target(remote: str, branch: str) -> Target:
    """The remote of that name. Raises InputError if there is none, or if the branch is the one that is checked out."""
    if _git("rev-parse", "--is-inside-work-tree") is None:
        raise InputError(f"{Path.cwd()} is not in a Git repository. Run: git init, and git remote add {remote} URL")
    url = _git("remote", "get-url", remote)
    if url is None:
        raise InputError(f"There is no Git remote {remote!r} here. Add it with git remote add, or name another.")
    if branch == _git("symbolic-ref", "--short", "HEAD"):
        raise InputError(f"The branch {branch} is checked out, and publishing replaces it. Name another with --branch.")
    return Target(remote, branch, url)


def address(url: str) -> str | None:
    """Where GitHub Pages shows the repository of a remote's address; None if it is not GitHub's."""
    path = url.removeprefix("git@github.com:") if url.startswith("git@github.com:") else ""
    parts = urlsplit(url)
    if parts.hostname == "github.com":
        path = parts.path
    owner, _, name = path.strip("/").removesuffix(".git").partition("/")
    if not owner or not name or "/" in name:
        return None
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def addressed(config: Config, where: Target) -> Config:
    """The config with the address at which the site will be found, unless it names one."""
    found = address(where.url) if config.base_url == "none" else None
    return dataclasses.replace(config, base_url=found) if found else config


def check(site: Path, site_limit: int = SITE_LIMIT, file_limit: int = FILE_LIMIT) -> str:
    """What is to be published, in words. Limits in bytes. Raises BuildError if GitHub Pages would not take it."""
    sizes = {path: path.stat().st_size for path in sorted(site.rglob("*")) if path.is_file()}
    total = sum(sizes.values())
    for path, size in sizes.items():
        if size > file_limit:
            raise BuildError(
                f"{path} has {size / 1e6:,.1f} MB; GitHub takes no file of more than {file_limit / 1e6:,.1f} MB. "
                "Nothing was pushed."
            )
    if total > site_limit:
        raise BuildError(
            f"{site} has {total / 1e6:,.1f} MB; GitHub Pages takes {site_limit / 1e6:,.1f} MB. Nothing was pushed.\n"
            "Fewer filters (--filters) or a lower quality ([site] quality in atlas.toml) make it smaller."
        )
    return f"{len(sizes):,} files, {total / 1e6:,.1f} MB: within the limits of GitHub Pages."


def push(site: Path, where: Target) -> None:
    """Replace the branch of the remote by the built site, as one commit. Raises BuildError if Git fails."""
    config = load_config(
        config_file=str(build.config_file()),
        site_dir=str(site.absolute()),
        remote_name=where.remote,
        remote_branch=where.branch,
    )
    try:
        gh_deploy(config, message=MESSAGE, force=True, no_history=True, ignore_version=True)
    except (Abort, GhpError, OSError, subprocess.SubprocessError) as error:
        raise BuildError(
            f"The site could not be pushed to {where.remote} ({error}). It is built and whole in {site}."
        ) from error


def _git(*arguments: str) -> str | None:
    """What Git answers, or None if it refuses."""
    try:
        ran = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise BuildError("Git is not installed, and publishing needs it.") from None
    return ran.stdout.strip() if ran.returncode == 0 else None

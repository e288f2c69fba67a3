"""Publishing: the site's size against the limits of GitHub Pages, its address there, and the push.

The limits are those of GitHub's documentation ("GitHub Pages limits"; "About large files on GitHub").
"""

import dataclasses
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ghp_import import GhpError
from mkdocs.commands.gh_deploy import gh_deploy
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from generator.config import Config
from generator.errors import BuildError, InputError
from generator.site import rendering

SITE_LIMIT = 1_000_000_000  # bytes of a published site
FILE_LIMIT = 100_000_000  # bytes of one file
MESSAGE = "Publish the atlas"
CNAME = "CNAME"  # in which GitHub Pages keeps a site's own domain, on the branch
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """Where a site is pushed to."""

    remote: str  # a name that Git knows
    branch: str
    url: str  # of the remote


def target(remote: str, branch: str) -> Target:
    """The remote of that name. Raises InputError if there is none, or if the branch is the one that is checked out."""
    inside = _git("rev-parse", "--is-inside-work-tree")
    if inside.answer is None and "not a git repository" in inside.words:
        raise InputError(f"{Path.cwd()} is not in a Git repository. Run: git init, and git remote add {remote} URL")
    if inside.answer is None:  # its folder is somebody else's, for one, and it says what to do
        raise InputError(f"Git does not work here: {inside.words}")
    url = _git("remote", "get-url", remote).answer
    if url is None:
        raise InputError(f"There is no Git remote {remote!r} here. Add it with git remote add, or name another.")
    if branch == _git("symbolic-ref", "--short", "HEAD").answer:
        raise InputError(f"The branch {branch} is checked out, and publishing replaces it. Name another with --branch.")
    return Target(remote, branch, url)


def domain(where: Target) -> str | None:
    """The site's own domain, as the file CNAME says: the pages' own, else that of the branch as it is published.

    Raises BuildError if the remote does not answer.
    """
    own = Path(load_config(config_file=str(rendering.config_file())).docs_dir, CNAME)
    if own.is_file():
        return own.read_text(encoding="utf-8", errors="replace").strip() or None
    there = _asked(where, "ls-remote", where.remote, f"refs/heads/{where.branch}").split()
    if not there:
        return None
    if _git("cat-file", "-e", f"{there[0]}:").answer is None:  # published from elsewhere
        _asked(where, "fetch", "--quiet", "--no-tags", where.remote, f"refs/heads/{where.branch}")
    return _git("show", f"{there[0]}:{CNAME}").answer or None


def _asked(where: Target, *arguments: str) -> str:
    ran = _git(*arguments)
    if ran.answer is None:
        branch = f"{where.branch} be looked at for a {CNAME}"
        raise BuildError(f"The site could not be pushed to {where.remote}, nor {branch}: {ran.words}")
    return ran.answer


def keep_domain(site: Path, name: str | None) -> None:
    """Put the domain into the built site, so that replacing the branch does not lose it."""
    if name and not (site / CNAME).exists():
        (site / CNAME).write_text(f"{name}\n", encoding="utf-8")


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


def addressed(config: Config, where: Target, name: str | None = None) -> Config:
    """The config with the address at which the site will be found, unless it names one. `name`: its own domain."""
    if config.base_url != "none":
        return config
    found = f"https://{name}/" if name and HOST.fullmatch(name) else address(where.url)
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
        config_file=str(rendering.config_file()),
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


@dataclass(frozen=True)
class _Ran:
    """What Git said."""

    answer: str | None  # None if it refused
    words: str  # its complaints, in one line


def _git(*arguments: str) -> _Ran:
    """Ask Git, in its own language: its words are looked at."""
    command, environment = ["git", *arguments], os.environ | {"LC_ALL": "C"}
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise BuildError("Git is not installed, and publishing needs it.") from None
    return _Ran(ran.stdout.strip() if ran.returncode == 0 else None, " ".join(ran.stderr.split()))

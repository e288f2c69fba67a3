"""Publishing: checks the site's size against the limits of GitHub Pages, finds its address there, and pushes it.

The limits are from GitHub's documentation ("GitHub Pages limits"; "About large files on GitHub").
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
CNAME = "CNAME"  # the file on the branch in which GitHub Pages keeps a site's own domain
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """The place to which a site is pushed."""

    remote: str  # its name in Git
    branch: str
    url: str  # of the remote


def target(remote: str, branch: str) -> Target:
    """The remote of this name. Raises InputError if it does not exist, or if the branch is checked out."""
    inside = _git("rev-parse", "--is-inside-work-tree")
    if inside.answer is None and "not a git repository" in inside.errors:
        raise InputError(f"{Path.cwd()} is not in a Git repository. Run: git init, and git remote add {remote} URL")
    if inside.answer is None:  # e.g. the folder belongs to another user; Git says what to do
        raise InputError(f"Git does not work here: {inside.errors}")
    url = _git("remote", "get-url", remote).answer
    if url is None:
        raise InputError(f"There is no Git remote {remote!r} here. Add it with git remote add, or name another.")
    if branch == _git("symbolic-ref", "--short", "HEAD").answer:
        raise InputError(f"The branch {branch} is checked out, and publishing replaces it. Name another with --branch.")
    return Target(remote, branch, url)


def domain(where: Target) -> str | None:
    """The site's own domain from the file CNAME: the one beside the pages, else the one on the published branch.

    None if there is no such file. Raises BuildError if the remote does not answer.
    """
    own = Path(load_config(config_file=str(rendering.config_file())).docs_dir, CNAME)
    if own.is_file():
        return own.read_text(encoding="utf-8", errors="replace").strip() or None
    there = _asked(where, "ls-remote", where.remote, f"refs/heads/{where.branch}").split()
    if not there:
        return None
    if _git("cat-file", "-e", f"{there[0]}:").answer is None:  # the branch was pushed from another clone
        _asked(where, "fetch", "--quiet", "--no-tags", where.remote, f"refs/heads/{where.branch}")
    return _git("show", f"{there[0]}:{CNAME}").answer or None


def _asked(where: Target, *arguments: str) -> str:
    ran = _git(*arguments)
    if ran.answer is None:
        why = f"its branch {where.branch} cannot be searched for a {CNAME}: {ran.errors}"
        raise BuildError(f"The site could not be pushed to {where.remote}: {why}")
    return ran.answer


def keep_domain(site: Path, name: str | None) -> None:
    """Write the domain into the built site, so that it is not lost when the branch is replaced."""
    if name and not (site / CNAME).exists():
        (site / CNAME).write_text(f"{name}\n", encoding="utf-8")


def address(url: str) -> str | None:
    """The address on GitHub Pages for the URL of a remote; None if the URL is not GitHub's."""
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
    """The config with the site's future address, unless it already has one. `name`: the site's own domain."""
    if config.base_url != "none":
        return config
    found = f"https://{name}/" if name and HOST.fullmatch(name) else address(where.url)
    return dataclasses.replace(config, base_url=found) if found else config


def check(site: Path, site_limit: int = SITE_LIMIT, file_limit: int = FILE_LIMIT) -> str:
    """The number and size of the files to publish, in words. Limits in bytes. Raises BuildError if one is exceeded."""
    sizes = {path: path.stat().st_size for path in sorted(site.rglob("*")) if path.is_file()}
    total = sum(sizes.values())
    for path, size in sizes.items():
        if size > file_limit:
            raise BuildError(
                f"{path} has {size / 1e6:,.1f} MB; GitHub accepts at most {file_limit / 1e6:,.1f} MB per file. "
                "Nothing was pushed."
            )
    if total > site_limit:
        raise BuildError(
            f"{site} has {total / 1e6:,.1f} MB; GitHub Pages takes {site_limit / 1e6:,.1f} MB. Nothing was pushed.\n"
            "Fewer filters (--filters) or a lower quality ([site] quality in atlas.toml) make it smaller."
        )
    return f"{len(sizes):,} files, {total / 1e6:,.1f} MB: within the limits of GitHub Pages."


def push(site: Path, where: Target) -> None:
    """Replace the remote's branch by one commit with the built site. Raises BuildError if Git fails."""
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
            f"The site could not be pushed to {where.remote} ({error}). The complete site is in {site}."
        ) from error


@dataclass(frozen=True)
class _Ran:
    """The result of a Git command."""

    answer: str | None  # None if the command failed
    errors: str  # its error messages, in one line


def _git(*arguments: str) -> _Ran:
    """Run Git with untranslated messages, because they are searched."""
    command, environment = ["git", *arguments], os.environ | {"LC_ALL": "C"}
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise BuildError("Git is not installed, and publishing needs it.") from None
    return _Ran(ran.stdout.strip() if ran.returncode == 0 else None, " ".join(ran.stderr.split()))

"""The commands for whole sites: `new` starts an atlas elsewhere, `publish` publishes one, `compare` compares two."""

from pathlib import Path

import click

from generator import config as configs
from generator.cli.flags import say, settings
from generator.errors import BuildError
from generator.store import manifest as manifests
from generator.system.paths import HomePath


@click.command()
@click.argument("folder", type=HomePath())
def new(folder: Path) -> None:
    """Start an atlas in FOLDER: write its atlas.toml, its mkdocs.yml and a first page of your own."""
    from generator.cli import new_atlas  # noqa: PLC0415 (a command imports what it needs)

    for path in new_atlas.start(folder):
        say(f"{path}")
    say(f"Now: cd {folder} && filter-atlas atlas")


@click.command()
@click.option("--remote", default="origin", show_default=True, help="Git remote to push to")
@click.option("--branch", default="gh-pages", show_default=True, help="branch to replace; its history is not kept")
@click.option("--dry-run", is_flag=True, help="render and check, but push nothing")
@settings
def publish(config: configs.Config, remote: str, branch: str, dry_run: bool) -> None:
    """Render the site as last asked for, check it against the limits of GitHub Pages, and push it.

    Without --base-url, the site's address is its own domain if the branch or the pages have a CNAME, or else the
    address that GitHub Pages gives to the remote.
    """
    from generator.build import pipeline  # noqa: PLC0415
    from generator.site import publishing  # noqa: PLC0415

    target = publishing.target(remote, branch)
    manifest = manifests.path_for(Path(config.store), Path(config.site_dir))
    manifests.load(manifest)
    try:
        domain = publishing.domain(target)
    except BuildError as error:
        if not dry_run:
            raise
        say(str(error))
        domain = None
    config = publishing.addressed(config, target, domain)
    pipeline.render(config, manifest, say)
    publishing.keep_domain(Path(config.site_dir), domain)
    say(publishing.check(Path(config.site_dir)))
    if dry_run:
        return
    publishing.push(Path(config.site_dir), target)
    say(f"Published to {target.remote}, branch {target.branch}.")
    if config.base_url != "none":
        say(f"In a minute or two: {config.base_url}")


@click.command()
@click.argument("before", type=HomePath())
@click.argument("after", type=HomePath())
@click.option(
    "--to", "target", type=HomePath(), default=Path("comparison"), show_default=True, help="folder of the comparison"
)
@settings
def compare(config: configs.Config, before: Path, after: Path, target: Path) -> None:
    """Show what changed between two atlases of one store.

    BEFORE and AFTER are the folders of their sites, as given with --site-dir.
    """
    from generator.site.comparison import pages  # noqa: PLC0415 (a command imports what it needs)

    say(f"Comparison: {pages.render(before, after, Path(config.store), target)}")

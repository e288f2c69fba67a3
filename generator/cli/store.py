"""The commands for the housekeeping of a store: count, verify, clean up, export and import."""

from pathlib import Path

import click

from generator import config as configs
from generator.cli.flags import say, settings
from generator.errors import BuildError
from generator.system.paths import HomePath


@click.group()
def store() -> None:
    """Look after the cache."""


@store.command()
@settings
def status(config: configs.Config) -> None:
    """Count what the store holds."""
    from generator.build import housekeeping  # noqa: PLC0415 (a command imports what it needs)

    for line in housekeeping.status(Path(config.store)):
        click.echo(line)


@store.command()
@settings
def verify(config: configs.Config) -> None:
    """Read every artifact, name the damaged ones, and take them out, so that the next run makes them again."""
    from generator.build import housekeeping  # noqa: PLC0415 (a command imports what it needs)

    damaged = housekeeping.verify(Path(config.store), say)
    if damaged:
        raise BuildError(
            f"{damaged} damaged artifacts were taken out of {config.store}. Run make atlas: it mends them."
        )
    say("Every artifact is whole.")


@store.command()
@click.option("--yes", is_flag=True, help="remove; without it, only say what would be removed")
@settings
def gc(config: configs.Config, yes: bool) -> None:
    """Remove what no site built from this store refers to."""
    from generator.build import housekeeping  # noqa: PLC0415 (a command imports what it needs)

    housekeeping.collect(Path(config.store), say, really=yes)


@store.command("export")
@click.argument("file", type=HomePath())
@click.option("--all", "everything", is_flag=True, help="every artifact of the store, not those of one site")
@settings
def export_store(config: configs.Config, file: Path, everything: bool) -> None:
    """Write what the site in --site-dir needs of the store to FILE, a tar that another machine can import."""
    from generator.build import housekeeping  # noqa: PLC0415 (a command imports what it needs)

    housekeeping.export(Path(config.store), None if everything else Path(config.site_dir), file, say)


@store.command("import")
@click.argument("file", type=HomePath())
@settings
def import_store(config: configs.Config, file: Path) -> None:
    """Take the artifacts of FILE, verified, into the store: all of them or, if anything is wrong with it, none."""
    from generator.build import housekeeping  # noqa: PLC0415 (a command imports what it needs)

    housekeeping.take(Path(config.store), Path(config.site_dir), file, say)

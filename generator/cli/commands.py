"""The command line: `python -m generator`, installed as `filter-atlas`.

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted, 143 stopped by SIGTERM.
"""

import logging
import signal
import sys
import traceback
from pathlib import Path

import click
from click.core import ParameterSource

from generator import config as configs
from generator.cli.flags import say, settings
from generator.cli.sites import compare, new, publish
from generator.cli.store import store
from generator.errors import BuildError, InputError
from generator.network import precision
from generator.store import manifest as manifests
from generator.system import memory

BENCH = Path("build")


class Interrupted(KeyboardInterrupt):
    """SIGTERM has asked the program to stop."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="show a traceback when something fails")
def cli(debug: bool) -> None:
    """Filter Atlas: what every filter of a convolutional network responds to."""


@cli.command()
@settings
def atlas(config: configs.Config) -> None:
    """Compute what is missing and build the site."""
    from generator.build import pipeline

    build = pipeline.prepare(config, say)

    def first_look() -> None:
        pipeline.render(config, build.manifest_path, say)
        say("The site can be browsed already, while the rest is computed.")

    try:
        made = pipeline.compute(build, pipeline.EVERYTHING, say, first_look)
    except KeyboardInterrupt:
        say("Stopping: what has been computed is in the store. Rendering the site with it.")
        pipeline.render(config, build.manifest_path, say)
        raise
    if not made:
        say("Nothing to compute: everything is in the store.")
    if not pipeline.render(config, build.manifest_path, say) and pipeline.compute(build, pipeline.EVERYTHING, say):
        pipeline.render(config, build.manifest_path, say)
    for notice in build.manifest.notices:
        say(f"NOTE: {notice}")


@cli.command()
@settings
def visualize(config: configs.Config) -> None:
    """Compute the synthesised images only."""
    from generator.build.pipeline import PICTURES

    _compute(config, PICTURES)


@cli.command()
@settings
def patches(config: configs.Config) -> None:
    """Pass over the photographs and cut the patches only."""
    from generator.build.pipeline import PHOTOGRAPHS

    if config.images == "none":
        raise InputError("images is none, so there are no patches to find. Name a folder with --images.")
    _compute(config, PHOTOGRAPHS)


def _compute(config: configs.Config, kinds: tuple[type, ...]) -> None:
    """Make the missing artifacts of some kinds, without rendering."""
    from generator.build import pipeline

    made = pipeline.compute(pipeline.prepare(config, say), kinds, say)
    say(f"{made:,} artifacts made." if made else "Nothing to compute: everything is in the store.")


@cli.command()
@settings
def site(config: configs.Config) -> None:
    """Render the site from what the store holds, computing nothing.

    Without flags, the last requested site is rendered again. The weights and the photographs are not needed.
    """
    from generator.build import pipeline

    context = click.get_current_context()
    content = ("config_file", "weights", "preprocessing", "images", "layers", "filters", "profile")
    asked = any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in content)
    manifest = manifests.path_for(Path(config.store), Path(config.site_dir))
    if asked or not manifest.exists():
        manifests.save(pipeline.prepare(config, say).manifest, manifest)
    pipeline.render(config, manifest, say)


@cli.command()
@click.option("--port", default=8000, show_default=True, help="port on 127.0.0.1")
@settings
def serve(config: configs.Config, port: int) -> None:
    """Show the built site at http://127.0.0.1:PORT."""
    from generator.site.server import serve as serve_folder

    serve_folder(Path(config.site_dir), port, say)


@cli.command()
@settings
def info(config: configs.Config) -> None:
    """Show the plan and about how long it takes, without doing it."""
    from generator.build import pipeline

    build = pipeline.prepare(config, say)
    for line in pipeline.describe(build):
        click.echo(line)


@cli.command()
@click.option(
    "--sample",
    type=click.IntRange(1, 512),
    help="so many filters of a layer, spread evenly; default: those that --filters names, or 48",
)
@click.option(
    "--published",
    default=0,
    type=click.IntRange(0, 8),
    help="for so many filters of a layer, MACO and tf-keras-vis at their published lengths too: minutes a filter",
)
@settings
def bench(config: configs.Config, sample: int | None, published: int) -> None:
    """Compare the recipes and measure the parts on this machine; an interrupted run goes on."""
    from generator.build import pipeline
    from generator.build.context import import_network

    build = pipeline.prepare(config, say)
    import_network(say)
    from generator.bench.report import run
    from generator.network.timing import times_as_fast_in_bfloat16
    from generator.site.pages.recipe_sheets import keep

    sheets = run(
        build.weights,
        config,
        BENCH,
        click.echo,
        corpus=build.corpus,
        known=build.responses(),
        sample=sample,
        published=published,
        bfloat16=precision.choose(config.precision, build.store.root, times_as_fast_in_bfloat16).name
        == precision.BFLOAT16,
    )
    pictures = {name: (sheet.image, sheet.rows) for name, sheet in sheets.items()}
    keep(pictures, build.store.root, build.manifest.network.digest)


cli.add_command(compare)
cli.add_command(new)
cli.add_command(publish)
cli.add_command(store)


def main(arguments: list[str] | None = None) -> None:
    """Run a command, and exit with its exit code."""
    sys.exit(_code(sys.argv[1:] if arguments is None else arguments))


def _code(arguments: list[str]) -> int:
    """Run a command. Failures are reported in one or two lines, and with a traceback if `--debug` is given."""
    debug = "--debug" in arguments
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    try:
        cli.main([a for a in arguments if a != "--debug"], prog_name="filter-atlas", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        code, text = _told(error.__cause__ or error if isinstance(error, click.Abort) else error)  # click hides it
        say(f"filter-atlas: {text}")
        return code
    return 0


def _told(error: BaseException) -> tuple[int, str]:
    """Exit code and message for a failure."""
    match error:
        case InputError() | BuildError():
            return 2 if isinstance(error, InputError) else 1, str(error)
        case OSError():  # a full disk, a read-only folder, a file that was removed
            where = f": {error.filename}" if error.filename else ""
            return 1, f"{error.strerror or error}{where}. What is in the store stays valid."
        case error if memory.exhausted(error):
            return 1, f"Out of memory. {memory.remedy()}"
        case Interrupted():
            return 143, "stopped by SIGTERM. Run the same command again to continue."
        case KeyboardInterrupt() | click.Abort():
            return 130, "interrupted. Run the same command again to continue."
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return 1, f"unexpected {type(error).__name__}: {error} ({place}).\nThis is a bug; --debug shows the traceback."


def _stop(_signal: int, _frame: object) -> None:
    raise Interrupted

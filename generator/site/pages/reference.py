"""The parts of the guide that are generated from the code: settings, profiles, recipes and commands, as Markdown.

A page of the guide has a mark, such as `<!-- settings -->`, in the place of each table.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import click

from generator.ascent.recipes import recipe_for
from generator.cli.flags import SETTINGS
from generator.config import PROFILE_MEANINGS, PROFILES, Config
from generator.network.geometry import LAYERS
from generator.site.dataset import schema


def fill(markdown: str) -> str:
    """The page with every mark replaced by its table."""
    for mark, made in MARKS.items():
        if mark in markdown:
            markdown = markdown.replace(mark, made())
    return markdown


def settings() -> str:
    """Every setting with its default, allowed values and meaning; one table for each table of atlas.toml."""
    return "\n".join(_settings(Config(), "", "## Of the whole atlas"))


def _settings(table: Any, prefix: str, heading: str) -> Iterator[str]:
    fields = dataclasses.fields(table)
    plain = [field for field in fields if not dataclasses.is_dataclass(getattr(table, field.name))]
    if plain:
        yield f"{heading}\n\n| setting | default | meaning |\n|---|---|---|"
        for field in plain:
            yield f"| `{field.name}` | {_value(getattr(table, field.name))} | {_meaning(field)} |"
        yield ""
    for field in fields:
        inner = getattr(table, field.name)
        if dataclasses.is_dataclass(inner):
            name = f"{prefix}{field.name}"
            yield from _settings(inner, f"{name}.", f"## `[{name}]`\n\n{(inner.__doc__ or '').strip()}")


def _meaning(field: dataclasses.Field[Any]) -> str:
    low, high = field.metadata["low"], field.metadata["high"]
    limits = f" ({low:g} to {high:g})" if high else ""
    return f"{field.metadata['meaning']}{limits}".replace("|", r"\|").replace("<", "&lt;")


def _value(value: Any) -> str:
    return (" ".join(f"`{each}`" for each in value) or "none") if isinstance(value, tuple) else f"`{value}`"


def profiles() -> str:
    """The profiles and their meanings."""
    lines = [f"| `{name}` | {PROFILE_MEANINGS[name]} |" for name in PROFILES]
    return "\n".join(["| profile | meaning |\n|---|---|", *lines])


def recipes() -> str:
    """The default recipe's canvas and steps in each layer."""
    lines = ["| layer | texture, px | its steps | neuron picture, px | its steps |\n|---|---|---|---|---|"]
    for layer in LAYERS:
        channel, neuron = (recipe_for(layer, objective, Config().ascent) for objective in ("channel", "neuron"))
        lines.append(f"| `{layer.name}` | {channel.canvas} | {channel.steps} | {neuron.canvas} | {neuron.steps} |")
    return "\n".join(lines)


def commands() -> str:
    """Every command with its purpose and the flags that are not settings."""
    from generator.cli.commands import cli  # noqa: PLC0415 (the command line imports modules that pages do not need)

    lines = ["| command | what it does |\n|---|---|"]
    for path, command in _commands(cli, ()):
        every = command.params
        arguments = [each.make_metavar(click.Context(command)) for each in every if isinstance(each, click.Argument)]
        own = [each for each in every if isinstance(each, click.Option) and _is_own(each)]
        flags = "".join(f" `{each.opts[0]}`: {each.help}." for each in own)
        name = " ".join(["filter-atlas", *path, *arguments])
        lines.append(f"| `{name}` | {(command.help or '').split(chr(10))[0]}{flags} |".replace("<", "&lt;"))
    return "\n".join(lines)


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _is_own(option: click.Option) -> bool:
    return option.opts[0] not in {"--config", *(f"--{name}" for name in SETTINGS)}


MARKS: dict[str, Callable[[], str]] = {
    "<!-- settings -->": settings,
    "<!-- profiles -->": profiles,
    "<!-- recipes -->": recipes,
    "<!-- commands -->": commands,
    "<!-- schema -->": schema.as_markdown,
    "<!-- measures -->": schema.measures,
}

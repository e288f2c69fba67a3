"""The parts of the guide that are generated from the code: settings, profiles, recipes and commands, as Markdown.

A page of the guide has a mark, such as `<!-- settings -->`, in the place of each table.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from generator.ascent.recipes import recipe_for
from generator.cli.flags import SETTINGS
from generator.config import PROFILE_MEANINGS, PROFILES, Config
from generator.network.geometry import LAYERS
from generator.site.dataset import schema
from generator.site.pages import examples, looked, passages
from generator.site.pages.images import WebPicture
from generator.site.records import Atlas


def fill(markdown: str, atlas: Atlas | None = None, web: Mapping[str, WebPicture] | None = None) -> str:
    """The page with its passages and tables for an atlas, and with its links to filters and pictures of them.

    None: for VGG16, without links and pictures. `web`: the pictures by their keys.
    """
    network = None if atlas is None or atlas.vgg16 else atlas
    markdown = passages.fit(markdown, network)
    if atlas is not None:
        markdown = examples.fill(looked.link(markdown, atlas), atlas, web or {})
    for mark, made in MARKS.items():
        if mark in markdown:
            markdown = markdown.replace(mark, made(network))
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


def recipes(network: Atlas | None = None) -> str:
    """The default recipe's canvas and steps in each layer of VGG16; of another network, those of its atlas."""
    lines = ["| layer | texture, px | its steps | neuron picture, px | its steps |\n|---|---|---|---|---|"]
    if network is not None:
        for section in network.sections:
            cells = [str(recipe[name]) for recipe in section.recipes for name in ("canvas", "steps")]
            lines.append(f"| `{section.layer.name}` | {' | '.join(cells or ['?'] * 4)} |")
        return "\n".join(lines)
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


MARKS: dict[str, Callable[[Atlas | None], str]] = {  # what is made of the atlas of another network than VGG16, or None
    "<!-- settings -->": lambda _: settings(),
    "<!-- profiles -->": lambda _: profiles(),
    "<!-- recipes -->": recipes,
    "<!-- commands -->": lambda _: commands(),
    "<!-- schema -->": lambda network: schema.as_markdown(vgg16=network is None),
    "<!-- measures -->": lambda _: schema.measures(),
}

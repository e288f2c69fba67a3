"""The flags that override atlas.toml, and messages to the user."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from generator import config as configs
from generator.system.paths import HomePath

DEFAULT_CONFIG = Path("atlas.toml")
SETTINGS = {
    "weights": "auto, imagenet, miniature, or a file (.h5 .weights.h5 .keras .npz .safetensors .onnx)",
    "preprocessing": "what a file's network expects: auto, caffe, torch, tf, mean, unit, raw, or ORDER:SCALE:OFFSET",
    "images": "auto, caltech101, procedural, tfds:NAME, none, or a folder of photographs; several with + between",
    "layers": 'all, or blocks and layers: "block1 block3_conv1"',
    "filters": "all, a count for the first n, or a list: 0,17,40-49",
    "profile": "quick, standard or fine",
    "store": "folder of the cache",
    "site-dir": "folder of the built site",
    "executor": "in-process, dask (this machine's cores), or dask://HOST:PORT",
    "precision": "of the computation of pictures: auto, float32 or bfloat16",
    "base-url": "address at which the site will be published, or none",
}


def say(text: str) -> None:
    """Print one line to the user."""
    click.echo(text, err=True)


def settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that override atlas.toml, and call it with the resolved config."""

    @functools.wraps(command)
    def with_config(config_file: Path | None, **values: Any) -> None:
        own = {name: values.pop(name) for name in list(values) if name.replace("_", "-") not in SETTINGS}
        path = config_file or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
        command(configs.load(path, values), **own)

    for name in reversed(SETTINGS):
        with_config = click.option(f"--{name}", metavar="TEXT", help=SETTINGS[name])(with_config)
    return click.option(
        "--config",
        "config_file",
        type=HomePath(),
        help="settings file; default: atlas.toml",
    )(with_config)

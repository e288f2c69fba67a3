"""The settings of a build, each with its default, its allowed values and its meaning.

Each of these overrides those before it: defaults, `atlas.toml`, the profile's table, flags. `python -m
generator.cli.defaults` prints an `atlas.toml` with every default.
"""

import dataclasses
import difflib
import tomllib
import typing
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from generator import allowed
from generator.errors import InputError
from generator.network.precision import CHOICES

SCALES = 5  # numbers in a list: one for each block of VGG16, see `network.geometry.Layer.scale`
PROFILES = ("quick", "standard", "fine")


def _setting(default: Any, meaning: str, **limits: Any) -> Any:
    """A field with its meaning and its `choices`, or `low` and `high`. `path`: whether it may be a file or a folder."""
    nothing = {"choices": (), "low": 0, "high": 0, "path": False}
    return field(default=default, metadata={**nothing, **limits, "meaning": meaning})


Settings = TypeVar("Settings", bound="Config | AscentSettings | Channel | Neuron | PatchSettings | SiteSettings")
Five = tuple[float, float, float, float, float]
FiveInts = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Channel:
    """Textures: the mean of the filter's map on a periodic canvas. Lists have one number a block of VGG16."""

    canvas: FiveInts = _setting(
        (48, 48, 48, 96, 128), "side in pixels; a multiple of the block's stride", low=16, high=1024
    )
    steps: FiveInts = _setting((20, 38, 40, 9, 10), "ascent steps", low=1, high=8192)
    rate: Five = _setting((1.2, 0.9, 1.0, 1.8, 2.0), "step size", low=0.0001, high=10)


@dataclass(frozen=True)
class Neuron:
    """One unit: a picture of exactly one receptive field. Lists have one number a block of VGG16."""

    steps: FiveInts = _setting((64, 64, 64, 18, 15), "ascent steps", low=1, high=8192)
    rate: Five = _setting((2.0, 0.3, 1.0, 1.0, 1.0), "step size", low=0.0001, high=10)


class Override(NamedTuple):
    """One number for one layer, in place of its place in a list."""

    layer: str
    objective: str  # channel | neuron
    setting: str  # canvas | steps | rate
    value: float


@dataclass(frozen=True)
class AscentSettings:
    """Gradient ascent."""

    recipe: str = _setting(
        "fourier",
        "fourier (this project's) | classic (the one of 2016 that the lesson used)",
        choices=("fourier", "classic"),
    )
    budget: str = _setting(
        "natural",
        "natural: no more contrast in any colour and octave than about photographs have | "
        "none: without limit, as until version 4",
        choices=("natural", "none"),
    )
    facets: int = _setting(
        1, "textures of one filter that differ from each other, beside the one of each card; 1: none", low=1, high=8
    )
    climb: str = _setting(
        "none",
        "none | frames: a filter's page also shows the climb to each picture, in up to six frames from noise to "
        "picture (for 4,224 filters about an eighth more time in all, 45 MB of the store and 35 of the site)",
        choices=("none", "frames"),
    )
    layers: tuple[Override, ...] = _setting(
        (), "other numbers for single layers: [ascent.layers.block4_conv3] with channel.canvas = 112, neuron.steps = 30"
    )
    channel: Channel = field(default_factory=Channel)
    neuron: Neuron = field(default_factory=Neuron)

    def of(self, layer: str) -> "AscentSettings":
        """The settings for a layer: with its own numbers in place of the lists."""
        channel, neuron = self.channel, self.neuron
        for own in self.layers:
            number: dict[str, Any] = {own.setting: (own.value,) * SCALES}
            if own.layer == layer and own.objective == "channel":
                channel = dataclasses.replace(channel, **number)
            elif own.layer == layer:
                neuron = dataclasses.replace(neuron, **number)
        return dataclasses.replace(self, channel=channel, neuron=neuron)


@dataclass(frozen=True)
class PatchSettings:
    """The pass over the photographs."""

    size: int = _setting(
        0,
        "side in pixels to which a photograph is resized and cropped; 0: the network's own input (VGG16: 224), or more "
        "if units see more",
        high=1024,
    )
    label: str = _setting(
        "auto",
        "what names a photograph in a folder of yours: auto (the level of folders that tells them apart) | folder | "
        "file (cat of cat.0.jpg) | 1, 2, ... (levels below IMAGES) | -1, -2, ... (levels up from the photograph)",
    )


@dataclass(frozen=True)
class SiteSettings:
    """The pages."""

    title: str = _setting("Filter Atlas", "the site's name")
    quality: int = _setting(70, "quality of the site's AVIF pictures; the store keeps lossless ones", low=1, high=100)


@dataclass(frozen=True)
class Config:
    """Everything that decides what `make atlas` makes."""

    profile: str = _setting(
        "standard", "quick | standard | fine: which profile's table below applies", choices=PROFILES
    )
    weights: str = _setting(
        "auto",
        "auto (imagenet, else miniature) | imagenet (Keras' download and cache) | miniature | FILE | FILE#BRANCH",
        path=True,
    )
    preprocessing: str = _setting(
        "auto",
        "what a FILE's network expects: auto (as it says; VGGs: caffe) | caffe | torch | tf | mean | unit | raw | "
        "ORDER:SCALE:OFFSET",
    )
    images: str = _setting(
        "auto",
        "auto (caltech101, else procedural) | caltech101 | procedural | tfds:NAME | none | FOLDER of labelled folders; "
        "several with + between them",
        path=True,
    )
    layers: str = _setting("all", "all | blocks and layers, e.g. 'block1 block3_conv1'")
    filters: str = _setting("all", "all | a count for the first n | a list such as '0,17,40-49'")
    store: str = _setting("store", "folder of the cache", path=True)
    site_dir: str = _setting("site", "folder of the built site", path=True)
    base_url: str = _setting(
        "none", "none | the address at which the site will be published, e.g. https://me.github.io/atlas/"
    )
    executor: str = _setting(
        "in-process",
        "where tasks run: in-process | dask (a worker for each core of this machine) | dask://HOST:PORT (a scheduler)",
    )
    precision: str = _setting(
        "auto",
        "what pictures are computed in: float32 | bfloat16 | auto (bfloat16 where the machine is faster with it); "
        "decides no key, for a store moves between machines",
        choices=CHOICES,
    )
    ascent: AscentSettings = field(default_factory=AscentSettings)
    patches: PatchSettings = field(default_factory=PatchSettings)
    site: SiteSettings = field(default_factory=SiteSettings)


PROFILE_TABLES: dict[str, dict[str, Any]] = {
    "quick": {"filters": "25"},  # the 5 x 5 sheets of the lesson
    "standard": {},
    "fine": {
        "ascent": {
            "facets": 4,
            "climb": "frames",
            "channel": {"canvas": [128, 128, 128, 192, 256], "steps": [128, 128, 128, 128, 128]},
            "neuron": {"steps": [256, 256, 256, 128, 128]},
        }
    },
}
PROFILE_MEANINGS = {
    "quick": "the first 25 filters of each layer, as in the lesson's 5 x 5 sheets",
    "standard": "all filters",
    "fine": "all filters, more steps, larger canvases, facets, films: for a GPU or a cluster",
}


def load(path: Path | None, flags: Mapping[str, str | None]) -> Config:
    """The config from a TOML file (None: defaults only), overridden by flags.

    Raises an InputError that names the key, the allowed values and the nearest spelling.
    """
    table: dict[str, Any] = {}
    if path is not None:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"There is no config file {path}. Name another with --config.") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"{path} cannot be read: {error}. It has to be a TOML file such as atlas.toml.") from None
    where = str(path) if path else "the defaults"
    own = table.pop("profiles", {})
    profiles = PROFILE_TABLES | own if isinstance(own, dict) else own
    if not isinstance(profiles, dict) or not set(profiles) <= set(PROFILES):
        raise InputError(f"{where}: [profiles] may hold only the tables {', '.join(PROFILES)}.")
    given = {name: value for name, value in flags.items() if value is not None}
    config = _update(Config(), table, where, "")
    profile = given.get("profile", config.profile)
    allowed.check(profile, next(f for f in dataclasses.fields(Config) if f.name == "profile"), "the flags", "profile")
    config = _update(config, profiles[profile], f"{where}, profile {profile}", "")
    config = _update(config, given, "the flags", "")
    _check_address(config.base_url)
    return config


def _check_address(base_url: str) -> None:
    parts = urllib.parse.urlsplit(base_url)
    if base_url != "none" and (
        parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment
    ):
        raise InputError(
            f"base_url is {base_url!r}; it has to be none or the site's address, such as https://me.github.io/atlas/."
        )


def _update(settings: Settings, table: Any, where: str, prefix: str) -> Settings:
    """A copy of a settings dataclass with the table's values, after a check of each."""
    if not isinstance(table, Mapping):
        raise InputError(f"{where}: [{prefix.rstrip('.')}] has to be a table, not {table!r}.")
    fields = {f.name: f for f in dataclasses.fields(settings)}
    changes: dict[str, Any] = {}
    for name, value in table.items():
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
            hint = f"Did you mean {prefix}{near[0]}?" if near else f"Allowed here: {', '.join(fields)}."
            raise InputError(f"{where}: there is no setting {prefix}{name}. {hint}")
        old = getattr(settings, name)
        if isinstance(settings, AscentSettings) and name == "layers":
            changes[name] = _overrides(settings, value, f"{where}: ", f"{prefix}{name}")
        elif dataclasses.is_dataclass(old) and not isinstance(old, type):
            changes[name] = _update(typing.cast("Any", old), value, where, f"{prefix}{name}.")
        else:
            changes[name] = allowed.check(value, fields[name], where, prefix + name)
    return dataclasses.replace(settings, **changes)


def _overrides(settings: AscentSettings, tables: Any, where: str, prefix: str) -> tuple[Override, ...]:
    """The numbers of `[ascent.layers.NAME]`, after those that are set already."""
    found = list(settings.layers)
    for layer, table in tables.items() if isinstance(tables, Mapping) else [("", tables)]:
        if not isinstance(table, Mapping) or not set(table) <= {"channel", "neuron"}:
            raise InputError(f"{where}[{prefix}] needs a table for each layer, with channel or neuron: not {table!r}.")
        for objective, own in table.items():
            before = getattr(settings, objective)
            after = _update(before, own, where.rstrip(": "), f"{prefix}.{layer}.{objective}.")
            for name in own:
                numbers = getattr(after, name)
                if len(set(numbers)) != 1:
                    raise InputError(f"{where}{prefix}.{layer}.{objective}.{name} needs one number, not {own[name]!r}.")
                found.append(Override(layer, objective, name, numbers[0]))
    return tuple(found)

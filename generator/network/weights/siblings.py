"""Configurations beside a file of weights: of timm and KerasHub, for the input; of Keras, for the architecture."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from generator.network.weights.preprocessing import TORCH, Preprocessing

NAMES = ("preprocessor.json", "task.json", "config.json")


def texts(path: Path) -> list[str]:
    """The texts of the configuration files beside a file."""
    found = []
    for name in NAMES:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            found.append((path.parent / name).read_text(encoding="utf-8"))
    return found if (own := architecture(path)) is None else [*found, json.dumps(own)]


def architecture(path: Path) -> Any:
    """The architecture beside a file of weights, as `model.to_json()` gives it: own.json of own.weights.h5."""
    beside = path.with_name(path.name.removesuffix(path.suffix).removesuffix(".weights") + ".json")
    with contextlib.suppress(OSError, ValueError):
        return json.loads(beside.read_text(encoding="utf-8"))
    return None


def expected(configs: list[Any]) -> tuple[Preprocessing, str] | None:
    """The preprocessing given by a configuration, and that configuration's name; None if none gives it."""
    for found in (each for config in configs for each in _tables(config)):
        if "image_converter" in found and isinstance(found["image_converter"], Mapping):
            inner = found["image_converter"].get("config", {})
            if inner.get("scale") is not None or inner.get("offset") is not None:
                return _scaled(inner.get("scale") or 1.0, inner.get("offset") or 0.0), "KerasHub's image converter"
        if {"mean", "std"} <= set(found):
            std = np.array(found["std"], np.float64)
            return _scaled(1 / (255 * std), -np.array(found["mean"]) / std), "timm's configuration"
    kinds = {found.get("class_name") for config in configs for found in _tables(config)}
    if kinds & {"VGGBackbone", "VGGImageClassifier"}:
        return TORCH, "KerasHub's VGG, which is made from timm's"
    return None


def parsed(found: list[str]) -> list[Any]:
    """The parsed configurations; texts that are not JSON are skipped."""
    configs = []
    for text in found:
        with contextlib.suppress(ValueError):
            configs.append(json.loads(text))
    return configs


def _scaled(scale: Any, offset: Any) -> Preprocessing:
    factors = np.broadcast_to(np.array(scale, np.float64), (3,))
    return Preprocessing.of(np.diag(factors), np.broadcast_to(np.array(offset, np.float64), (3,)))


def _tables(config: Any) -> Iterator[Mapping[str, Any]]:
    """All tables within a configuration, the outer ones first."""
    if isinstance(config, Mapping):
        yield config
        for inner in config.values():
            yield from _tables(inner)
    elif isinstance(config, list):
        for inner in config:
            yield from _tables(inner)

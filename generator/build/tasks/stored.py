"""Reads and writes the artifacts that several kinds of tasks share."""

import io
from typing import Any

import numpy as np
from PIL import Image

from generator.arrays import Pixels
from generator.build.context import Context
from generator.errors import LostError
from generator.responses import footprints
from generator.responses.crops import Strip
from generator.responses.maxima import Maxima
from generator.responses.statistics import Responses
from generator.store import keys


def responses(key: str, context: Context) -> Responses:
    """The responses of a layer. Raises LostError if the store has lost them."""
    return Responses.from_npz(_of_layer("responses", key, context))


def put_responses(layer: str, found: Responses, context: Context) -> None:
    """Store the responses of a layer."""
    inputs = keys.layer_responses(context.weights.digest(layer), layer, context.photographs.digest)
    facts = {"photographs": int(found.photographs), "filters": len(found.maximum)}
    context.store.put(inputs, found.to_npz(), "npz", facts, context.made)


def put_maxima(layer: str, found: Maxima, context: Context) -> None:
    """Store the maxima of a layer."""
    inputs = keys.layer_maxima(context.weights.digest(layer), layer, context.photographs.digest)
    facts = {"photographs": int(found.photographs), "listed": len(found.level), "filters": len(found.scale)}
    context.store.put(inputs, found.to_npz(), "npz", facts, context.made)


def layer_footprints(key: str, context: Context) -> footprints.Footprints:
    """The footprints of a layer. Raises LostError if the store has lost them."""
    return footprints.from_npz(_of_layer("footprints", key, context))


def _of_layer(what: str, key: str, context: Context) -> bytes:
    payload = context.store.read(key)
    if payload is None:
        raise LostError(f"The {what} of a layer have gone from the store. They have to be made anew.")
    return payload


def picture(key: str, context: Context) -> tuple[Pixels, bool]:
    """The pixels of a synthesised image, and whether it is a torus. Raises LostError if the store has lost it."""
    entry, payload = context.store.entry(key), context.store.read(key)
    if entry is None or payload is None:
        raise LostError("A synthesised image has gone from the store. It has to be made anew.")
    return np.asarray(Image.open(io.BytesIO(payload)).convert("RGB")), bool(entry.inputs["recipe"]["torus"])


def png(pixels: Pixels) -> bytes:
    """The bytes of a PNG file with these pixels."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()


def put_strip(kind: str, responses_key: str, index: int, strip: Strip, made: dict[str, Any], context: Context) -> None:
    """Store a strip of one filter."""
    inputs = keys.strip(kind, responses_key, context.photographs.naming, index)
    context.store.put(inputs, strip.payload, strip.suffix, strip.facts, made)

"""Recipes: everything that decides the bytes of one ascent, for one layer and objective. No TensorFlow.

`fourier` is this project's own, after Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017); `classic`
is the one of Keras' `conv_filter_visualization` script (2016), which the lesson behind this project ran.
"""

from dataclasses import dataclass

from generator.config import AscentSettings
from generator.geometry import Layer

VERSION = 1  # of the algorithm, part of every key: raise it when the same recipe gives other bytes
OBJECTIVES = ("channel", "neuron")


@dataclass(frozen=True)
class Recipe:
    """One ascent. All of it goes into the key of a picture."""

    name: str  # fourier | classic
    objective: str  # channel: mean of the filter's map after its ReLU | neuron: one unit, before its ReLU
    image: str  # fourier: spectrum and sigmoid | box: pixels kept in range | free: pixels, contrast set for display
    canvas: int  # side of the picture in pixels
    torus: bool  # whether the picture continues on its other side
    steps: int
    rate: float  # RMS of a step, in units of the image's parameters
    momentum: float
    decay: float  # share of the steps, at the end, over which the rate falls to a tenth
    start: float  # RMS of the noise to start from
    exponent: float = 0.0  # fourier: a step's amplitude falls with frequency as f ** -exponent
    contrast: float = 0.0  # fourier: the most RMS, before the sigmoid, that a picture may have; 0 for any
    leak: float = 0.0  # channel: slope below zero at the first step, so that no filter starts dead ...
    leak_until: float = 0.5  # ... falling to 0 at this share of the steps
    roll: bool = False  # torus: another origin at each step, so that no grid of poolings is locked on to
    best: bool = True  # whether the best picture of the climb is kept, or the last
    restarts: int = 1  # starts, of which the best picture is kept
    retries: int = 0  # further starts for a filter that is still not active
    batch: int = 16  # pictures that climb together; a multiple of 16, so that vector units see whole registers


def recipe_for(layer: Layer, objective: str, settings: AscentSettings) -> Recipe:
    """The recipe for a layer and objective under the settings. Raises ValueError for an objective there is not."""
    if objective not in OBJECTIVES:
        raise ValueError(f"objective {objective!r} is not one of {OBJECTIVES}")
    if settings.recipe == "classic":
        return _classic(layer, objective)
    return _texture(layer, settings) if objective == "channel" else _neuron(layer, settings)


def _classic(layer: Layer, objective: str) -> Recipe:
    """Grey noise, pixels, 20 RMS-normalised steps of size 1, 128 pixels, contrast set afterwards (Keras, 2016).

    The script's network was padded with zeros; ours is not, so block 5 needs a larger picture to have a map at all.
    """
    canvas = max(128, layer.field + 2 * layer.stride) if objective == "channel" else layer.field
    return Recipe(
        "classic", objective, "free", canvas, torus=False, steps=20, rate=1, momentum=0, decay=0, start=20, best=False
    )


def _texture(layer: Layer, settings: AscentSettings) -> Recipe:
    at = layer.block - 1
    channel = settings.channel
    return Recipe(
        "fourier",
        "channel",
        "fourier",
        canvas=max(1, channel.canvas[at] // layer.stride) * layer.stride,  # poolings close on a torus of whole strides
        torus=True,
        steps=channel.steps[at],
        rate=channel.rate[at],
        momentum=0.9,
        decay=0.3,
        start=0.002,
        exponent=0.5,
        leak=0.1,
        roll=True,
        retries=2,
    )


def _neuron(layer: Layer, settings: AscentSettings) -> Recipe:
    at = layer.block - 1
    neuron = settings.neuron
    small = layer.block <= 2  # 3 to 14 pixels: no room for a spectrum, and natural maxima lie at the edges of the box
    return Recipe(
        "fourier",
        "neuron",
        "box" if small else "fourier",
        canvas=layer.field,
        torus=False,
        steps=neuron.steps[at],
        rate=neuron.rate[at],
        momentum=0.9,
        decay=0.3,
        start=0.1 if small else 0.002,
        exponent=0.0 if small else 0.5,
        restarts=4 if small else 1,
        retries=2,
        batch=64 if small else 16,
    )

"""Recipes: everything that decides the bytes of one ascent, for one layer and objective. No TensorFlow.

`fourier` is this project's own, after Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017); `classic`
is that of Keras' `conv_filter_visualization` script (2016), which the lesson behind this project used.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from generator.config import AscentSettings, Channel, Neuron
from generator.network.geometry import Layer

OBJECTIVES = ("channel", "neuron")
SMALL = 28  # pixels, between the fields of block3_conv1 and block3_conv2
LARGE = {4: 84, 5: 180}  # pixels, below the fields of block4_conv3 and block5_conv3
UNBOUNDED = AscentSettings(  # as until version 4, whatever else is set: a fixed baseline for comparisons
    budget="none",
    channel=Channel(canvas=(48, 48, 40, 80, 96), steps=(20, 38, 58, 16, 16), rate=(1.2, 0.9, 1.0, 1.4, 1.4)),
    neuron=Neuron(steps=(64, 64, 64, 16, 12), rate=(2.0, 0.3, 1.0, 1.0, 1.0)),
)


@dataclass(frozen=True)
class Spectrum:
    """The waves that a picture (`fourier`) may hold. Off: no wave is favoured, and there is no limit."""

    exponent: float = 0.0  # amplitudes of the first step fall with frequency f as f ** (-2 exponent) ...
    exponent_end: float = 0.0  # ... those of the last step with this exponent
    longest: float = 0.0  # waves longer than this, in pixels, are not favoured further; 0: the canvas
    budget: float = 0.0  # highest contrast of an octave of light, as a multiple of photographs'; 0: no limit ...
    budget_colour: float = 0.0  # ... and of an octave of the two other colours


@dataclass(frozen=True)
class Moves:
    """How a picture is moved before the network sees it. Off: not at all."""

    jitter: int = 0  # largest shift in pixels ...
    turn: float = 0.0  # ... largest rotation in degrees ...
    zoom: float = 0.0  # ... and largest change of its scale, as a share
    roll: float = 0.0  # torus: share of the steps, from the first on, each of which has another origin


@dataclass(frozen=True)
class Pruning:
    """How components that the filter does not need are removed (`fourier`). Off: they stay."""

    idle: float = 0.0  # those worth less than this share of the activation are removed ...
    settle: float = 0.0  # ... at each of the last steps, which are this share of all steps ...
    spared: float = 0.8  # ... but stay if less than this share of the activation would be left


@dataclass(frozen=True)
class LeakyRelu:
    """The slope of a texture's ReLU below zero, so that silent filters have a gradient. Off: none."""

    leak: float = 0.0  # the slope at the first step ...
    leak_until: float = 0.5  # ... falling to 0 at this share of the steps


@dataclass(frozen=True)
class Attempts:
    """How often a climb is started. Off: once."""

    restarts: int = 1  # climbs from different noise; the best picture is kept
    starts: int = 1  # number of short tries before a climb, which continues from the best ...
    tried: int = 16  # ... steps of each try
    retries: int = 0  # further climbs, of twice the steps, for a filter that is still not active


PARTS = {"spectrum": Spectrum, "moves": Moves, "pruning": Pruning, "relu": LeakyRelu, "attempts": Attempts}


@dataclass(frozen=True)
class Recipe:
    """One ascent. All fields are part of a picture's key."""

    name: str  # fourier | classic
    objective: str  # channel: mean of the filter's map after its ReLU | neuron: one unit, before its ReLU
    image: str  # fourier: spectrum and sigmoid | box: pixels kept in range | free: pixels, contrast set for display
    canvas: int  # side of the picture in pixels
    torus: bool  # whether the picture continues on its other side
    steps: int
    rate: float  # RMS of a step, in the units of the state: see ascent/image.py
    momentum: float
    decay: float  # share of the steps, at the end, over which the rate falls to a tenth
    start: float  # RMS of the noise to start from
    forget: float = 0.0  # share of the state that fades at each step, unless the gradient renews it
    best: bool = True  # whether the best picture of the climb is kept, instead of the last
    batch: int = 16  # pictures that climb together; multiples of 16 fill vector registers. By measurement (`make
    # bench`), 32 are only 1 to 2 % faster per picture on a CPU, for twice the memory
    spectrum: Spectrum = Spectrum()
    moves: Moves = Moves()
    pruning: Pruning = Pruning()
    relu: LeakyRelu = LeakyRelu()
    attempts: Attempts = Attempts()
    grey: bool = False  # whether the picture has no colours, for a network that sees none

    @classmethod
    def of(cls, flat: Mapping[str, Any]) -> "Recipe":
        """The inverse of `flat`. Raises KeyError or TypeError for other names."""
        own = dict(flat)
        parts = {name: part(**{f.name: own.pop(f.name) for f in fields(part)}) for name, part in PARTS.items()}
        return cls(**own, **parts)

    def flat(self) -> dict[str, Any]:
        """All fields, and those of the parts, by name, as the key contains them."""
        found = asdict(self)
        for part in PARTS:
            found |= found.pop(part)
        if not self.grey:  # keys of coloured pictures do not tell it
            del found["grey"]
        return found

    def but(self, **changes: Any) -> "Recipe":
        """The recipe with other values for some names of `flat`."""
        return Recipe.of(self.flat() | changes)

    @property
    def steps_in_all(self) -> int:
        """The number of steps for one picture, with tries and restarts, without retries."""
        own = self.attempts
        return own.restarts * (self.steps + (own.starts * own.tried if own.starts > 1 else 0))


def recipe_for(layer: Layer, objective: str, settings: AscentSettings, *, grey: bool = False) -> Recipe:
    """The recipe for a layer and objective under the settings. Raises ValueError for an unknown objective.

    What was tuned on a block of VGG16 holds for all layers with such fields (`Layer.scale`). `grey`: whether the
    network sees no colours.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective {objective!r} is not one of {OBJECTIVES}")
    if settings.recipe == "classic":
        return replace(_classic(layer, objective), grey=grey)
    settings = UNBOUNDED if settings.budget == "none" else settings.of(layer.name)
    recipe = _texture(layer, settings) if objective == "channel" else _neuron(layer, settings)
    return replace(recipe if settings is UNBOUNDED else _natural(layer, recipe), grey=grey)


def _classic(layer: Layer, objective: str) -> Recipe:
    """Grey noise, 20 RMS-normalised steps of size 1 on 128 x 128 pixels, contrast set afterwards (Keras, 2016).

    The script's network was padded with zeros; ours is not, so block 5 needs a larger picture to have a map at all.
    """
    canvas = max(128, layer.field + 2 * layer.stride) if objective == "channel" else layer.field
    return Recipe(
        "classic", objective, "free", canvas, torus=False, steps=20, rate=1, momentum=0, decay=0, start=20, best=False
    )


def _texture(layer: Layer, settings: AscentSettings) -> Recipe:
    at, channel = layer.scale - 1, settings.channel
    return Recipe(
        "fourier",
        "channel",
        "fourier",
        canvas=_canvas(layer, channel.canvas[at]),
        torus=True,
        steps=channel.steps[at],
        rate=channel.rate[at],
        momentum=0.5,
        decay=0.5,
        start=1.0 if channel.steps[at] > 24 else 0.3,  # few steps cannot remove strong noise
        forget=0.045 if layer.scale < 3 else 0.025,
        spectrum=Spectrum(exponent=0.5, longest=layer.field),
        moves=Moves(roll=0.5),
        pruning=Pruning(idle=0.02, settle=0.25),
        relu=LeakyRelu(0.1, 0.9),
        attempts=Attempts(retries=2),
    )


def _canvas(layer: Layer, wanted: int) -> int:
    """A whole number of strides, for poolings on a torus: about `wanted`, but no less than the kernel reads around."""
    least = -(-(layer.kernel // 2) // layer.step)
    return max(1, wanted // layer.stride, least) * layer.stride


def _neuron(layer: Layer, settings: AscentSettings) -> Recipe:
    at, neuron = layer.scale - 1, settings.neuron
    recipe = Recipe(
        "fourier",
        "neuron",
        "fourier",
        canvas=layer.field,
        torus=False,
        steps=neuron.steps[at],
        rate=neuron.rate[at],
        momentum=0.5,
        decay=0.3,
        start=0.5,
        forget=0.01,
        spectrum=Spectrum(exponent=0.6, longest=layer.field),
        attempts=Attempts(retries=2),
    )
    if layer.scale == 3 and layer.field < SMALL:  # 24 pixels in VGG16: short tries cost very little
        return recipe.but(steps=2 * recipe.steps, rate=0.7 * recipe.rate, exponent=0.8, forget=0.0, starts=8)
    if layer.scale > 2:
        return recipe
    # 3 to 14 pixels: too small for waves; the best values are the extremes of the range, and restarts cost little.
    box = replace(recipe, image="box", batch=64, decay=0.6, forget=0.0, spectrum=Spectrum())
    return box.but(start=1.0, restarts=8) if layer.scale == 1 else box.but(start=0.1, restarts=2)


# Values that keep a picture natural, by objective and scale (VGG16's blocks). Scales 1 and 2 need none: their pictures
# are edges and colours, as in photographs. Tuned on a layer's filters 0 to 15; the guide's page on recipes has tables.
# The second of two keys of a scale is for the layers with the largest fields of it.
_NATURAL: dict[str, dict[int | tuple[int, str], dict[str, Any]]] = {
    "channel": {
        3: {"budget": 2.2, "budget_colour": 4.5, "exponent": 1.2, "roll": 1.0, "turn": 4.0, "zoom": 0.04},
        4: {"budget": 1.0, "budget_colour": 1.0, "exponent": 1.0, "roll": 1.0, "turn": 4.0, "zoom": 0.04},
        5: {"budget": 1.3, "budget_colour": 1.3, "exponent": 1.0, "roll": 1.0},
        (5, "large"): {
            "idle": 0.0
        },  # block5_conv3 has many small components: without them, a third of the activation would be lost
    },
    "neuron": {
        3: {"budget": 2.2, "budget_colour": 4.0, "exponent": 0.8, "jitter": 1},
        4: {"budget": 1.42, "budget_colour": 1.42, "exponent": 1.1, "jitter": 2}
        | {"idle": 0.01, "settle": 0.2, "spared": 0.7},
        (4, "large"): {
            "jitter": 4,
            "turn": 4.0,
            "zoom": 0.04,
        },  # block4_conv3: high activations, but the least robust layer
        5: {"budget": 1.3, "budget_colour": 1.3, "exponent": 1.1, "jitter": 6, "turn": 8.0, "zoom": 0.08}
        | {"idle": 0.015, "settle": 0.2, "spared": 0.6},
    },
}


def _natural(layer: Layer, recipe: Recipe) -> Recipe:
    table = _NATURAL[recipe.objective]
    large = table.get((layer.scale, "large"), {}) if layer.field >= LARGE.get(layer.scale, 0) else {}
    return recipe.but(**table.get(layer.scale, {}) | large)

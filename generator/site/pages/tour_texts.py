"""The texts of the tours: a title and a sentence for each stop, made from its numbers."""

# ruff: noqa: RUF001 - pages have typographic apostrophes

from generator.site.pages.appearance import Look
from generator.site.pages.wording import Name, Sentence, figure, top_labels
from generator.site.records import Filter

TITLES = {
    "edges": (
        "Edges and colours",
        "What the first layers tell apart: which way a line runs, and of what colour a patch is.",
    ),
    "textures": ("Textures", "Halfway up, lines and colours join to patterns: repeated, directed, coloured, rare."),
    "parts": (
        "Parts",
        "Deep down, filters respond to pieces of things: which things, the labels of their photographs tell.",
    ),
}
ELSEWHERE = {  # in other networks than VGG16, whose layers need not be many
    "edges": (
        "Edges and colours",
        "What units tell apart that see less than a tenth of a photograph’s side: which way a line runs, and of what "
        "colour a patch is.",
    ),
    "textures": (
        "Textures",
        "Where units see a tenth to a half of a photograph’s side, lines and colours join to patterns: repeated, "
        "directed, coloured, rare.",
    ),
    "parts": (
        "Parts",
        "From a quarter of a photograph’s side on, a unit sees enough for pieces of things: which things, the labels "
        "of its photographs tell.",
    ),
}
HUES = (
    *("red", "orange", "yellow", "lime", "green", "sea green"),
    *("turquoise", "azure", "blue", "violet", "magenta", "rose"),
)
WAYS = ("level", "rising to the right", "upright", "falling to the right")
NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")

Told = tuple[str, Sentence]


def hue_name(degrees: float) -> str:
    """The name of a hue, in steps of 30 degrees."""
    return HUES[round(degrees / 30) % 12]


def way_name(degrees: float) -> str:
    """The direction of lines, anticlockwise from level, in words."""
    return WAYS[round(degrees / 45) % 4]


def _of_nine(count: int) -> str:
    return "All nine patches" if count == 9 else f"{NUMBERS[count]} of the nine patches"


def lines(look: Look, alike: int, place: int) -> Told:
    """An orientation-selective filter; `alike` of its nine patches have lines of the same direction.

    `place`: the number of the stop among those of its kind, so that texts differ.
    """
    rest = (
        "Nobody showed it to the photographs, yet {} have lines that run the same way.",
        "{} run that way, too, whatever they were cut from.",
        "In {} the lines run the same way.",
    )[place % 3]
    many = _of_nine(alike)
    way = way_name(look.direction)
    return f"Lines {way}" if " " in way else f"{way.capitalize()} lines", [
        f"The lines of its texture run at {look.direction}° from level. ",
        rest.format(many[0].lower() + many[1:] if place % 3 != 1 else many),
    ]


def colour(look: Look, alike: int, place: int) -> Told:
    """A colour-selective filter; `alike` of its nine patches have the same hue. `place` as in `lines`."""
    name = hue_name(look.hue)
    first = (
        f"Ascent starts from grey and leaves colour only where the filter asks for it. This one asked for {name}.",
        f"And this one is about {name}.",
        f"Its texture is {name}.",
    )[place % 3]
    return name.capitalize(), [f"{first} {_of_nine(alike)} {'has' if alike == 1 else 'have'} that hue."]


def regular(look: Look) -> Told:
    """A periodic texture."""
    return "Regular", [
        f"One wave, which repeats every {look.period} pixels, and those next to it hold {look.regular} % of all that "
        "changes in its texture; the lines of most of its patches run the same way."
    ]


def colourful(look: Look) -> Told:
    """A colourful texture."""
    return "Colourful", [
        f"The strongest colours of its texture are {hue_name(look.hue)}, as in most of its patches. What a filter does "
        "not care about stays grey, so the colours are its own."
    ]


def directed(look: Look) -> Told:
    """A texture whose lines agree on a direction."""
    return "Directed", [
        f"Edges have not gone away: the lines of its texture still run one way, {way_name(look.direction)}, "
        f"at {look.direction}° from level."
    ]


def labelled(this: Filter, place: int = 0) -> Told:
    """A filter with one label far more often among its strongest photographs than by chance."""
    assert this.evidence and this.patches  # noqa: PT018, S101 - it was chosen by its labels
    found = this.evidence.labels[0]
    shown = sum(patch.label == found.label for patch in this.patches.patches)
    rest = f" {_of_nine(shown)} {'is' if shown == 1 else 'are'} among them." if shown else ""
    if place % 2:
        chance = f"; chance would give {figure(found.expected)}.{rest}"
        return found.label, [
            f"Of its {this.evidence.leaders} strongest photographs, {found.count} are labelled ",
            Name(found.label),
            chance,
        ]
    times = f", {figure(found.lift)} times as many as chance would give.{rest}"
    return found.label, [
        f"{found.count} of its {this.evidence.leaders} strongest photographs are labelled ",
        Name(found.label),
        times,
    ]


def over(ratio: float) -> Told:
    """A texture that excites its filter far more than photographs do."""
    return "More than nature offers", [
        f"Its texture excites it {figure(ratio)} times as strongly, on average over the whole map, as the best "
        "photograph does: nothing in the collection repeats its pattern so densely."
    ]


def rare(share: float) -> Told:
    """A filter that few photographs excite strongly."""
    many = f"{share:.1%}" if share >= 0.001 else "Fewer than one in a thousand"
    return "Rare", [
        f"{many} of all photographs excite it to half of its highest activation: it waits for one thing, "
        "and hardly anything else will do."
    ]


def mixed(this: Filter) -> Told:
    """A filter whose patches all have different labels."""
    count = len(top_labels(this.patches))
    return "Not one thing", [
        f"{NUMBERS[count]} patches with {NUMBERS[count].lower()} different labels: what they share is no thing, but "
        "something about how it looks. Many filters are of this kind, and a name for what they see is yours to find."
    ]

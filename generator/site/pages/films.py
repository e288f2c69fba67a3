"""The films of a filter's climbs, as its page shows them: frames with their steps and activations."""

from dataclasses import dataclass

from generator.site.pages.wording import figure
from generator.site.records import Film, Filter, Visualization


@dataclass(frozen=True)
class Shown:
    """One film on a page."""

    name: str  # of the picture, in words
    short: str  # its name in the page's addresses
    film: Film
    made: Visualization  # the picture itself, which the last frame is

    @property
    def replaced(self) -> bool:
        """Whether a solid colour took the place of the climb's result."""
        return self.film.steps[-1] is None

    @property
    def falls(self) -> bool:
        """Whether a frame excites the filter more than the picture does."""
        return max(self.film.activations) > self.film.activations[-1]

    def frames(self) -> list[tuple[str, str]]:
        """(where in the climb, activation) of each frame, in a word or two."""
        return [
            (_place(step), figure(score)) for step, score in zip(self.film.steps, self.film.activations, strict=True)
        ]


def shown(this: Filter) -> list[Shown]:
    """The films of a filter that lead to its pictures."""
    own = (
        ("neuron picture", "neuron", this.neuron_film, this.neuron),
        ("texture", "texture", this.texture_film, this.texture),
    )
    return [Shown(name, short, film, made) for name, short, film, made in own if made and film and film.leads_to(made)]


def _place(step: int | None) -> str:
    if step is None:
        return "even colour"
    return f"step {step}" if step else "noise"

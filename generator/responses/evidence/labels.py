"""Which labels are over-represented among a filter's strongest photographs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Annotated

from generator.store.fields import Count, says

LEAST = 3  # photographs with a label: fewer may be chance


@dataclass(frozen=True)
class Excess:
    """A label that is over-represented among the strongest photographs."""

    label: Annotated[str, says("the name of a folder")]
    count: Annotated[Count, says("photographs of that label among the strongest")]
    expected: Annotated[float, says("how many chance would give")]
    lift: Annotated[float, says("count / expected")]


def excesses(leaders: Sequence[int], labels: Sequence[str], most: int = 5) -> tuple[Excess, ...]:
    """The most over-represented labels of the leading photographs, the most telling first.

    `leaders`: indices of photographs, without repeats; negative ones are empty places. `labels`: of all photographs of
    the corpus, by index. Ranked by count * log(lift), a label's term in the log-likelihood ratio of the leaders against
    a random selection. So neither a rare label with few photographs nor a slight excess of a common one is first.
    """
    chosen = [labels[index] for index in leaders if index >= 0]
    if len(set(labels)) < 2:
        return ()
    of_all = Counter(labels)
    found = []
    for label, count in Counter(chosen).items():
        expected = len(chosen) * of_all[label] / len(labels)
        if count >= LEAST and count > expected:
            found.append(Excess(label, count, expected, count / expected))
    return tuple(sorted(found, key=lambda e: (-e.count * log(e.lift), e.label))[:most])

"""Which labels are over-represented among a filter's strongest photographs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

LEAST = 3  # photographs with a label: fewer are chance


@dataclass(frozen=True)
class Excess:
    """A label that is more frequent among the leaders than in the corpus."""

    label: str
    count: int  # leaders with it
    expected: float  # how many there would be if the filter did not care
    lift: float  # count / expected


def excesses(leaders: Sequence[int], labels: Sequence[str], most: int = 5) -> tuple[Excess, ...]:
    """The most over-represented labels of the leading photographs, the most telling first.

    `leaders`: indices of photographs, at most one of each; negative ones are empty places. `labels`: of all photographs
    of the corpus, by index. Ranked by count * log(lift), a label's part in the log-likelihood that the leaders are no
    chance selection; so neither one lucky photograph of a rare label nor a slight excess of a common one comes first.
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

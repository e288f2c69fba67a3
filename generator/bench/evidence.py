"""The cost of a filter's evidence compared with its pictures: measures, and projections of its patches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.ascent.recipes import OBJECTIVES
from generator.bench.climbs import Job, Side
from generator.bench.parts import cpu
from generator.measures import measures
from generator.network.forward import Network
from generator.responses import projection

MEASURED, PROJECTED = 8, 4  # filters, at most


@dataclass(frozen=True)
class Costs:
    """CPU seconds per filter of a layer, of all cores together."""

    measures: float  # of both pictures, float32
    projections: float  # of both kinds, in the precision of the network that makes them


def costs(job: Job, pictures: Mapping[str, Mapping[int, Any]]) -> Costs | None:
    """The costs of a layer; None without photographs. `pictures`: by objective and filter.

    Tracing is not timed. Projections use the job's bfloat16 network if there is one.
    """
    if job.corpus is None or job.responses is None:
        return None
    filters = job.filters[:MEASURED]
    spent = sum(_measures(job, objective, filters, pictures[objective]) for objective in OBJECTIVES)
    return Costs(spent / len(filters), _projections(job.fast or job.network, job, job.filters[:PROJECTED]))


def _measures(job: Job, objective: str, filters: Sequence[int], pictures: Mapping[int, Any]) -> float:
    """CPU seconds for the measures of all these filters."""
    statistics = Side(job, objective).statistics
    if statistics is None:
        raise ValueError("measures without photographs")

    def measure(some: Sequence[int]) -> object:
        made = [pictures[f] for f in some]
        return measures.measure(job.network, job.layer.name, objective, some, made, statistics)

    measure(filters[:1])
    return cpu(lambda: measure(filters))


def _projections(network: Network, job: Job, filters: Sequence[int]) -> float:
    """CPU seconds per filter: the difference of runs with twice and once the filters, because each run traces again."""
    corpus, responses = job.corpus, job.responses
    if corpus is None or responses is None:
        raise ValueError("projections without photographs")

    def project(some: Sequence[int]) -> float:
        return cpu(lambda: list(projection.project(network, corpus, job.layer, responses, some)))

    return max(project([*filters, *filters]) - project(filters), 0.0) / len(filters)

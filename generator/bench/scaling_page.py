"""Writes the simulated part of the scaling page, its table and its plot, for `python -m generator.bench.simulate`."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from generator.bench.simulation import PHOTOGRAPHS, Run

PAGE = Path(__file__).parents[2] / "templates" / "pages" / "scaling.md"
BEGIN, END = "<!-- simulated: python -m generator.bench.simulate -->", "<!-- end of what is simulated -->"
WIDTH, HEIGHT, LEFT, BASE = 440, 300, 64, 250  # of the plot; LEFT and BASE are the origin of its axes
HOURS = (0.1, 1, 10, 100, 1000)


def write(runs: Sequence[Run], one: float, page: Path = PAGE) -> None:
    """Write the table and the plot into the page. `one`: seconds that one worker would need."""
    text = page.read_text(encoding="utf-8")
    fresh = f"{BEGIN}\n\n{section(runs, one)}\n\n{END}"
    page.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: fresh, text, flags=re.DOTALL), "utf-8")


def section(runs: Sequence[Run], one: float) -> str:
    """The text between the page's marks."""
    return "\n\n".join(["\n".join(table(runs)), "\n".join(remarks(runs)), plot(runs, one)])


def table(runs: Sequence[Run]) -> list[str]:
    """A Markdown table with a row for each number of workers."""
    rows = ["| workers | takes | of their time at work | at starts and traces | idle | shared disk |", "|" + "---|" * 6]
    for run in runs:
        total = run.workers * run.makespan
        once = (run.starting + run.tracing) / total
        rows.append(
            f"| {run.workers} | {_hours(run.makespan)} | {run.efficiency:.1%} | {once:.1%} | "
            f"{(run.idle + run.queued) / total:.1%} | {run.disk / 1e6:.0f} MB/s |"
        )
    return rows


def remarks(runs: Sequence[Run]) -> list[str]:
    """The limits of the runs, in words."""
    last = runs[-1]
    seconds, task = last.longest
    return [
        f"The plan comes to {last.tasks:,} tasks for {PHOTOGRAPHS:,} photographs and all filters: "
        f"{_hours(last.work)} of one core. The longest, one batch of {task.label}, takes {_hours(seconds)}: no number "
        f"of workers is quicker than that. With {last.workers} workers {bottleneck(last)}."
    ]


def bottleneck(run: Run) -> str:
    """The main reason why a run takes longer than its work divided by its workers."""
    total = run.workers * run.makespan
    losses = {
        "the scheduler is what they wait for": run.queued,
        "the largest loss is waiting for the longest tasks, at the end of both stages": run.idle,
        "the largest loss is each worker's own start and its traces of TensorFlow's graphs": run.starting + run.tracing,
    }
    words = max(losses, key=lambda name: losses[name])
    return f"{words} ({losses[words] / total:.1%} of their time)"


def plot(runs: Sequence[Run], one: float) -> str:
    """Makespan by workers, both axes logarithmic, with a line for ideal scaling; SVG in a figure."""
    least, most = math.log10(HOURS[0]), math.log10(HOURS[-1])
    first, last = 0.0, math.log2(1024)

    def at(workers: float, seconds: float) -> tuple[float, float]:
        across = LEFT + (WIDTH - LEFT - 20) * (math.log2(workers) - first) / (last - first)
        down = BASE - (BASE - 20) * (math.log10(seconds / 3600) - least) / (most - least)
        return round(across, 1), round(down, 1)

    parts = []
    for hours in HOURS:
        _, y = at(1, hours * 3600)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - 20}" stroke="currentColor" stroke-opacity=".2"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{hours:,g} h</text>')
    for workers in (1, 8, 64, 512):
        x, _ = at(workers, 3600)
        parts.append(f'<text x="{x}" y="{BASE + 22}" text-anchor="middle">{workers}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{BASE + 44}" text-anchor="middle">workers of one core</text>')
    (x1, y1), (x2, y2) = at(1, one), at(512, one / 512)
    parts.append(f'<path d="M{x1} {y1}L{x2} {y2}" stroke="currentColor" stroke-dasharray="4 4" fill="none"/>')
    for run in runs:
        x, y = at(run.workers, run.makespan)
        parts.append(f'<circle cx="{x}" cy="{y}" r="5" fill="currentColor"/>')
        parts.append(f'<text x="{x + 10}" y="{y - 8}">{_hours(run.makespan)}</text>')
    words = "; ".join(f"{run.workers} workers {_hours(run.makespan)}" for run in runs)
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="Simulated time by workers: {words}" font-size="13" fill="currentColor">\n'
        + "\n".join(parts)
        + "\n</svg>\n<figcaption>Simulated time of the whole atlas. Dashed: what one core's time divided by the "
        "workers would be.</figcaption></figure>"
    )


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:,.0f} h" if seconds >= 36_000 else f"{seconds / 3600:.1f} h"

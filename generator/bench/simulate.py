"""`python -m generator.bench.simulate`: makes the simulated part of the scaling page, a table and a plot."""

import sys

from generator.bench import scaling_page
from generator.bench.simulation import WORKERS, Figures, simulate, stages
from generator.config import load


def main() -> None:
    """Simulate, and write the page's plot and table."""
    figures = Figures.load()
    todo = stages(load(None, {"profile": "fine"}))
    runs = [simulate(todo, figures, number) for number in WORKERS]
    for line in scaling_page.table(runs):
        sys.stdout.write(f"{line}\n")
    scaling_page.write(runs, runs[0].work)


if __name__ == "__main__":
    main()

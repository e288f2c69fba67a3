"""The figures of a site, each beside its limit: of a full-size made-up one, or of one that is there.

`python -m tests.site_figures [FOLDER]` makes 4,224 filters in FOLDER (default: build/full; kept for the next time),
renders them and measures the site. `--whole SITE` measures a site that is there. `--part SITE` counts the bytes of one
of few filters, layer by layer, and says what all 4,224 would come to.

`LIGHTHOUSE` and `VNU` name the two tools that are no part of the project (npm: lighthouse, vnu-jar); without them their
figures are left out, and said to be.
"""

import sys


def say(name: str, value: float, limit: float, unit: str = "", *, least: bool = False) -> None:
    """One figure beside its limit."""
    good = value >= limit if least else value <= limit
    sign = ">=" if least else "<="
    sys.stdout.write(f"{name:<66} {value:>9,.4g} {unit:<7} {sign} {limit:<6,g} {'' if good else '  MISSED'}\n")
    sys.stdout.flush()

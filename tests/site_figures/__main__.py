"""Prints the figures."""

import sys
from pathlib import Path

from tests.site_figures import browsers, made_up, sizes, tools


def measure(site: Path) -> None:
    """The figures of a whole site."""
    sizes.weight(site)
    tools.valid(site)
    browsers.barriers(site)
    with browsers.served(site) as address:
        browsers.noise(site, address)
        browsers.looked_at(site, address)
        tools.audited(site, address)


match sys.argv[1:]:
    case ["--render", folder, manifest]:
        made_up.render(Path(folder), Path(manifest))
    case ["--part", site]:
        sizes.of_part(Path(site).resolve())
    case ["--whole", site]:
        measure(Path(site).resolve())
    case [] | [_] as given:
        root = Path(*given or ["build/full"]).resolve()
        made_up.rendering(root, made_up.fill(root))
        measure(root / "site")
    case _:
        sys.exit("Give a folder to make a site in, or --whole SITE, or --part SITE.")

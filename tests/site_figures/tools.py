"""Lighthouse and the W3C's validator, if the environment names them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.site_figures import say
from tests.site_figures.browsers import AUDITED, PAGES, tell, those_of

LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 100}


def audited(site: Path, address: str) -> None:
    """Lighthouse's mobile preset."""
    tool = os.environ.get("LIGHTHOUSE")
    if not tool:
        sys.stdout.write("Lighthouse: left out (npm install lighthouse; LIGHTHOUSE=node_modules/.bin/lighthouse)\n")
        return
    for name in those_of(site, AUDITED):
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            flags = ["--quiet", "--output=json", f"--output-path={report.name}"]
            ran = subprocess.run(
                [tool, f"{address}/{name}", *flags, "--chrome-flags=--headless=new --no-sandbox"],
                check=False,
                env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
            )
            if ran.returncode:
                sys.stdout.write(f"{name}: Lighthouse gave up (on a busy machine it does)  MISSED\n")
                continue
            found = json.loads(Path(report.name).read_text())
        for key, category in found["categories"].items():
            say(f"{name}: Lighthouse {category['title']}", 100 * (category["score"] or 0), LEAST[key], least=True)
        numbers = {key: audit.get("numericValue") for key, audit in found["audits"].items()}
        say(f"{name}: Lighthouse's paint, slow 4G", numbers["largest-contentful-paint"] / 1000, 2.5, "s")
        say(f"{name}: Lighthouse's shift", numbers["cumulative-layout-shift"], 0)


def valid(site: Path) -> None:
    """The W3C's validator (Nu) on each kind of page."""
    jar = os.environ.get("VNU")
    if not jar:
        sys.stdout.write("W3C validity: left out (npm install vnu-jar; VNU=node_modules/vnu-jar/build/dist/vnu.jar)\n")
        return
    files = sorted({str(site / name.partition("?")[0]) for name in those_of(site, PAGES)})
    ran = subprocess.run(["java", "-jar", jar, "--format", "json", *files], capture_output=True, text=True, check=False)
    errors = [found for found in json.loads(ran.stderr)["messages"] if found["type"] == "error"]
    tell([f"{found['url']}:{found.get('lastLine')}: {found['message']}" for found in errors])
    say(f"W3C validator: errors of {len(files)} pages", len(errors), 0)

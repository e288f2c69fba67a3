"""Asks for known vulnerabilities of every locked package. Exit 1 if there is one.

Where the index answers nothing about vulnerabilities (a mirror, no network) nothing is known: that is said loudly, and
is no failure, because nobody here could mend it.
"""

import json
import subprocess
import sys

LOCK = "requirements-gpu.lock"  # all of requirements.lock, and the CUDA packages
command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "-r", LOCK]
done = subprocess.run([*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True)
try:
    found = json.loads(done.stdout)["dependencies"]
except (ValueError, KeyError):
    lines = done.stderr.strip().splitlines() or ["no answer"]
    unreachable = any(word in done.stderr for word in ("ConnectionError", "ServiceError", "Max retries", "timed out"))
    sys.stderr.write(f"pip-audit: {lines[-1]}\n")
    if not unreachable:
        sys.exit(1)
    found = []
audited = [package for package in found if "skip_reason" not in package]
vulnerable = [package for package in audited if package["vulns"]]
for package in vulnerable:
    for hole in package["vulns"]:
        fixed = ", ".join(hole["fix_versions"]) or "none yet"
        sys.stderr.write(f"{package['name']} {package['version']}: {hole['id']} (fixed in: {fixed})\n")
if vulnerable:
    sys.exit(1)
if len(audited) < max(1, len(found)):
    sys.stderr.write(
        f"\n*** NOT AUDITED: the vulnerability service knows, or says, nothing of {len(found) - len(audited)} of "
        f"{len(found)} packages here.\n*** Run `make audit` where the package index answers about vulnerabilities.\n\n"
    )
sys.stdout.write(f"{len(audited)} of {len(found)} packages audited, no known vulnerability among them.\n")

"""Fetching one known file: https only, resumed where it stopped, refused unless size and checksum are right."""

import hashlib
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from generator.errors import BuildError, InputError

SCHEME = "https"
TIMEOUT = 20  # seconds without a byte
CHUNK = 1 << 20
UNVOUCHED = (18, 19, 20, 21)  # OpenSSL's codes: nobody that is trusted here has signed the certificate
UNTIMELY = (9, 10)  # it is not valid yet, or no more

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


@dataclass(frozen=True)
class Remote:
    """A file on the network, as it has to arrive."""

    url: str
    size: int  # bytes
    digest: str  # hexadecimal
    algorithm: str = "sha256"


def fetch(remote: Remote, target: Path, progress: Progress) -> None:
    """Download to `target`, which exists only once it is whole and right; until then there is `target.part`.

    Raises BuildError when the network does not give the file, InputError when what came is not it.
    """
    if urlsplit(remote.url).scheme != SCHEME:
        raise InputError(f"{remote.url} is not an https address: nothing is downloaded from there.")
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _receive(remote, part, progress)
    except (OSError, http.client.HTTPException) as error:  # an error of urllib's is an OSError
        reason = getattr(error, "reason", None) or error
        got = part.stat().st_size if part.exists() else 0
        raise BuildError(
            f"{remote.url} could not be downloaded ({reason}); {got:,} of {remote.size:,} bytes are here. "
            f"The same command goes on where it stopped.{_remedy(reason)}"
        ) from error
    with part.open("rb") as file:
        found = hashlib.file_digest(file, remote.algorithm).hexdigest()
    if found != remote.digest:
        part.unlink()
        raise InputError(
            f"{remote.url} sent something else: its {remote.algorithm} is {found}, expected {remote.digest}. "
            "It was thrown away; run the same again, or put the right file at " + str(target)
        )
    part.replace(target)


def _remedy(reason: object) -> str:
    """What to do about a certificate that could not be checked; for everything else, nothing is known."""
    if not isinstance(reason, ssl.SSLCertVerificationError):
        return ""
    if reason.verify_code in UNTIMELY:
        return "\nThe certificate does not fit the date: is this machine's clock right?"
    if reason.verify_code not in UNVOUCHED:
        return ""
    return (
        "\nPython finds no certificates to check the server by. Name some: SSL_CERT_FILE=FILE.pem (behind a company's "
        "proxy, its own), or those of certifi: SSL_CERT_FILE=$(python -m certifi). Or install the system's: Debian's "
        "package ca-certificates; for the Python of python.org on a Mac, its Install Certificates.command."
    )


def _receive(remote: Remote, part: Path, progress: Progress) -> None:
    """Append to the part file what is still missing of it."""
    have = part.stat().st_size if part.exists() else 0
    if have > remote.size:
        part.unlink()
        have = 0
    if have == remote.size:
        return
    request = urllib.request.Request(remote.url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 (https, checked)
    with _open(request, timeout=TIMEOUT) as answer:
        if have and answer.status != 206:  # the server sends it all again
            have = 0
        coming = answer.headers.get("Content-Length")
        if coming is not None and have + int(coming) != remote.size:  # a portal's page, or another file
            raise OSError(f"{have + int(coming):,} bytes are offered, it should be {remote.size:,}")
        with part.open("ab" if have else "wb") as file:
            while chunk := answer.read(CHUNK):
                have += len(chunk)
                if have > remote.size:
                    raise OSError(f"more than the {remote.size:,} bytes it should have")
                file.write(chunk)
                progress(have, remote.size)
    if have < remote.size:
        raise OSError("the connection ended early")


class _StaysSafe(urllib.request.HTTPRedirectHandler):
    """Follows a server elsewhere only if that is https too."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != SCHEME:
            raise urllib.error.URLError(f"it leads on to {newurl}, which is not an https address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_open = urllib.request.build_opener(_StaysSafe).open

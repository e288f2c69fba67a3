"""Downloads one known file: over https only, resumed after an interruption, refused if size or checksum is wrong."""

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
UNVOUCHED = (18, 19, 20, 21)  # OpenSSL's codes: no trusted authority has signed the certificate
UNTIMELY = (9, 10)  # the certificate is not valid yet, or has expired

Progress = Callable[[int, int], None]  # bytes so far, total bytes


@dataclass(frozen=True)
class Remote:
    """A file on the network, with the size and digest that it must have."""

    url: str
    size: int  # bytes
    digest: str  # hexadecimal
    algorithm: str = "sha256"


def fetch(remote: Remote, target: Path, progress: Progress) -> None:
    """Download to `target`. It is written as `target.part`, and renamed only when it is complete and verified.

    Raises BuildError if the download fails, InputError if the server sent another file.
    """
    if urlsplit(remote.url).scheme != SCHEME:
        raise InputError(f"{remote.url} is not an https address: nothing is downloaded from there.")
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _receive(remote, part, progress)
    except (OSError, http.client.HTTPException) as error:  # urllib's errors are OSErrors
        reason = getattr(error, "reason", None) or error
        got = part.stat().st_size if part.exists() else 0
        raise BuildError(
            f"{remote.url} could not be downloaded ({reason}); {got:,} of {remote.size:,} bytes are here. "
            f"Run the same command again to continue.{_remedy(reason)}"
        ) from error
    with part.open("rb") as file:
        found = hashlib.file_digest(file, remote.algorithm).hexdigest()
    if found != remote.digest:
        part.unlink()
        raise InputError(
            f"{remote.url} sent another file: its {remote.algorithm} is {found}, expected {remote.digest}. "
            "It was deleted. Run the same command again, or put the right file at " + str(target)
        )
    part.replace(target)


def _remedy(reason: object) -> str:
    """Advice about a certificate that could not be checked; empty for any other error."""
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
    """Append the missing bytes to the part file."""
    have = part.stat().st_size if part.exists() else 0
    if have > remote.size:
        part.unlink()
        have = 0
    if have == remote.size:
        return
    request = urllib.request.Request(remote.url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 (https, checked)
    with _open(request, timeout=TIMEOUT) as answer:
        if have and answer.status != 206:  # the server sends the whole file again
            have = 0
        coming = answer.headers.get("Content-Length")
        if coming is not None and have + int(coming) != remote.size:  # the login page of a network, or another file
            raise OSError(f"the server offers {have + int(coming):,} bytes, expected {remote.size:,}")
        with part.open("ab" if have else "wb") as file:
            while chunk := answer.read(CHUNK):
                have += len(chunk)
                if have > remote.size:
                    raise OSError(f"the server sends more than the expected {remote.size:,} bytes")
                file.write(chunk)
                progress(have, remote.size)
    if have < remote.size:
        raise OSError("the connection ended early")


class _StaysSafe(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to https addresses."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != SCHEME:
            raise urllib.error.URLError(f"it redirects to {newurl}, which is not an https address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_open = urllib.request.build_opener(_StaysSafe).open

"""A small local server for the built site. Like a static host, it compresses files and has the site's 404 page."""

import functools
import gzip
import io
from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generator.errors import BuildError, InputError

TEXT = (".html", ".css", ".js", ".json", ".svg", ".xml")  # suffixes of files to compress
FOR_EVER = ("/pictures/", "/sheets/", "/previews/")  # files there are named after their content


def serve(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve the folder locally until interrupted. Raises InputError without a site, BuildError if the port fails."""
    if not (folder / "index.html").is_file():
        raise InputError(f"There is no site in {folder} yet. Run: make atlas")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise BuildError(f"Port {port} cannot be used: {error}. Name another with --port.") from error
    with server:
        say(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
        server.serve_forever()


class Handler(SimpleHTTPRequestHandler):
    """Serves the files of a folder."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """Send text files compressed if the browser accepts it, and other files unchanged."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix not in TEXT or not path.is_file() or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        self.send_response(HTTPStatus.OK)
        return self._body(path, compressed=True)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the site's own 404 page if the file does not exist."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        body = self._body(page, compressed=False)
        if self.command != "HEAD":
            self.copyfile(body, self.wfile)

    def end_headers(self) -> None:
        """Let browsers cache files that are named after their content, and check all others again."""
        kept = self.path.startswith(FOR_EVER)
        self.send_header("Cache-Control", "public, max-age=31536000, immutable" if kept else "no-cache")
        super().end_headers()

    def _body(self, path: Path, *, compressed: bool) -> io.BytesIO:
        """Send the remaining headers; return the file's bytes."""
        payload = gzip.compress(path.read_bytes(), mtime=0) if compressed else path.read_bytes()
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(payload)))
        if compressed:
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(payload)

"""A small server for looking at the built site."""

import functools
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from generator.errors import BuildError, InputError


def serve(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve the folder on the loopback address until interrupted. Raises InputError if no site is there."""
    if not (folder / "index.html").is_file():
        raise InputError(f"There is no site in {folder} yet. Run: make atlas")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise BuildError(f"Port {port} cannot be used: {error}. Name another with --port.") from error
    with server:
        say(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
        server.serve_forever()

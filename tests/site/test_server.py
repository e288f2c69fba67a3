import functools
import gzip
import http.client
import socket
import threading
from http.server import ThreadingHTTPServer

import pytest

from generator.errors import BuildError, InputError
from generator.site.server import Handler, serve


@pytest.fixture
def ask(tmp_path):
    """Ask a running server for an address: its status, headers and body."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "index.html").write_text("home" * 99)
    (tmp_path / "404.html").write_text("lost")
    (tmp_path / "pictures/a.avif").write_bytes(b"picture")
    handler = functools.partial(Handler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def get(address, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            return answer.status, answer.headers, body

        yield get
        server.shutdown()


def test_text_is_compressed_for_who_takes_it(ask):
    for address in ("/", "/index.html"):
        status, headers, body = ask(address, **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"], headers["Content-Type"]) == (200, "gzip", "text/html")
        assert gzip.decompress(body) == b"home" * 99
    assert ask("/")[2] == b"home" * 99


def test_pictures_may_be_kept_and_pages_not(ask):
    assert "immutable" in ask("/pictures/a.avif")[1]["Cache-Control"]
    assert ask("/pictures/a.avif")[2] == b"picture"
    assert ask("/index.html")[1]["Cache-Control"] == "no-cache"


def test_an_unknown_address_gets_the_sites_own_page(ask):
    status, _, body = ask("/nowhere/17.html")
    assert (status, body) == (404, b"lost")


def test_no_site(tmp_path):
    with pytest.raises(InputError, match="make atlas"):
        serve(tmp_path, 0, print)


def test_a_port_in_use(tmp_path):
    (tmp_path / "index.html").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BuildError, match="--port"):
        serve(tmp_path, taken.getsockname()[1], print)

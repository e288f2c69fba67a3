import hashlib
import http.client
import http.server
import io
import ssl
import threading
import time
import urllib.error
import urllib.request

import pytest

from generator.errors import BuildError, InputError
from generator.system import download
from generator.system.download import Remote, fetch

PAYLOAD = bytes(range(256)) * 20
REMOTE = Remote("https://example.org/file", len(PAYLOAD), hashlib.sha256(PAYLOAD).hexdigest())


class Answer(io.BytesIO):
    """What a server sends: its status, its headers, and bytes to read."""

    def __init__(self, payload, status):
        super().__init__(payload)
        self.status = status
        self.headers: dict[str, str] = {}


class Server:
    """Answers like a server that knows ranges, or does not; `fail` ends the connection after so many bytes."""

    def __init__(self, payload=PAYLOAD, ranges=True, fail=None):
        self.payload, self.ranges, self.fail = payload, ranges, fail
        self.starts = []

    def __call__(self, request, timeout):  # noqa: ARG002 (as urllib has it)
        start = int(request.headers.get("Range", "bytes=0-")[6:-1]) if self.ranges else 0
        self.starts.append(start)
        return Answer(self.payload[start : self.fail], 206 if start else 200)


@pytest.fixture
def serve(monkeypatch):
    def install(server):
        monkeypatch.setattr(download, "_open", server)
        return server

    return install


def nothing(*_):
    pass


def test_a_whole_file(tmp_path, serve):
    serve(Server())
    seen = []
    fetch(REMOTE, tmp_path / "new" / "file", lambda done, total: seen.append((done, total)))
    assert (tmp_path / "new" / "file").read_bytes() == PAYLOAD
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["file"]
    assert seen[-1] == (len(PAYLOAD), len(PAYLOAD))


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_goes_on(tmp_path, serve, ranges):
    target = tmp_path / "file"
    serve(Server(fail=1000))
    with pytest.raises(BuildError, match="1,000 of 5,120 bytes"):
        fetch(REMOTE, target, nothing)
    assert not target.exists()
    server = serve(Server(ranges=ranges))
    fetch(REMOTE, target, nothing)
    assert target.read_bytes() == PAYLOAD
    assert server.starts == [1000 if ranges else 0]


def test_another_content_is_thrown_away(tmp_path, serve):
    serve(Server(payload=PAYLOAD[::-1]))
    with pytest.raises(InputError, match="sha256"):
        fetch(REMOTE, tmp_path / "file", nothing)
    assert list(tmp_path.iterdir()) == []


def test_more_than_it_should_be(tmp_path, serve):
    serve(Server(payload=PAYLOAD * 2))
    with pytest.raises(BuildError, match="more than"):
        fetch(REMOTE, tmp_path / "file", nothing)
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("error", [urllib.error.URLError("no route to host"), http.client.BadStatusLine("no route")])
def test_no_network(tmp_path, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(download, "_open", refuse)
    with pytest.raises(BuildError, match="no route"):
        fetch(REMOTE, tmp_path / "file", nothing)


@pytest.mark.parametrize(
    ("code", "words", "not_said"),
    [
        (20, ["no certificates", "SSL_CERT_FILE", "certifi", "Install Certificates.command"], "clock"),
        (19, ["no certificates"], "clock"),
        (10, ["clock"], "SSL_CERT_FILE"),
        (62, ["could not be downloaded"], "SSL_CERT_FILE"),  # another host's
    ],
)
def test_a_certificate_that_cannot_be_checked_is_told_with_the_way_out(tmp_path, monkeypatch, code, words, not_said):
    def refuse(*_, **__):
        error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
        error.verify_code = code
        raise urllib.error.URLError(error)

    monkeypatch.setattr(download, "_open", refuse)
    with pytest.raises(BuildError) as told:
        fetch(REMOTE, tmp_path / "file", nothing)
    assert all(word in str(told.value) for word in ["CERTIFICATE_VERIFY_FAILED", *words])
    assert not_said not in str(told.value)


def test_https_only(tmp_path):
    with pytest.raises(InputError, match="https"):
        fetch(Remote("http://example.org/file", 1, ""), tmp_path / "file", nothing)


@pytest.mark.parametrize("address", ["http://example.org/file", "ftp://example.org/file", "file:///etc/passwd"])
def test_a_server_that_leads_out_of_https_is_not_followed(address):
    request = urllib.request.Request(REMOTE.url)  # noqa: S310 (https)
    headers = http.client.HTTPMessage()
    with pytest.raises(urllib.error.URLError, match="not an https address"):
        download._StaysSafe().redirect_request(request, io.BytesIO(), 302, "Found", headers, address)
    assert download._StaysSafe().redirect_request(request, io.BytesIO(), 302, "Found", headers, REMOTE.url + "2")


class Careless(http.server.BaseHTTPRequestHandler):
    """Sends whoever asks to another scheme, or says nothing for ever."""

    def do_GET(self):
        if self.path == "/silent":
            time.sleep(3)
            return
        self.send_response(302)
        self.send_header("Location", "https://127.0.0.1:1/file")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def careless(monkeypatch):
    monkeypatch.setattr(download, "SCHEME", "http")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_real_server_that_leads_elsewhere(tmp_path, careless):
    with pytest.raises(BuildError, match="redirects to https"):
        fetch(Remote(f"{careless}/file", 10, ""), tmp_path / "file", nothing)


def test_a_server_that_says_nothing_is_given_up(tmp_path, careless, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    with pytest.raises(BuildError, match="timed out"):
        fetch(Remote(f"{careless}/silent", 10, ""), tmp_path / "file", nothing)

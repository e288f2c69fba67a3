"""A network that is cut in the middle of a download, from a server that really cuts it to the words on the screen."""

import hashlib
import io
import socket
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import h5py
import numpy as np
import pytest
from PIL import Image

from generator.cli.commands import main
from generator.corpus import caltech101
from generator.network.weights import published
from generator.network.weights import sources as weight_sources
from generator.system import download
from generator.system.download import Remote
from tests.conftest import random_pairs


class Server(ThreadingHTTPServer):
    """Serves one file, with ranges; breaks the next connection off after `cut` bytes of it."""

    def __init__(self, payload):
        super().__init__(("127.0.0.1", 0), Handler)
        self.payload, self.offered = payload, payload
        self.cut: int | None = None
        self.starts: list[int] = []

    def remote(self, algorithm):
        address = f"http://127.0.0.1:{self.server_port}/file"
        return Remote(address, len(self.payload), hashlib.new(algorithm, self.payload).hexdigest(), algorithm)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        rest, cut = self.server.offered[start:], self.server.cut
        self.server.starts.append(start)
        self.server.cut = None
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[:cut])
        if cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        pass


@pytest.fixture
def serve(monkeypatch):
    """Put a file on this machine's own network, in place of the one far away."""
    servers = []

    def start(payload):
        server = Server(payload)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    monkeypatch.setattr(download, "SCHEME", "http")
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A command line on a machine with an empty cache: its exit code and what it says."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--store", str(tmp_path / "store")])
        told = capsys.readouterr()
        return left.value.code or 0, told.err, told.out

    return command


@pytest.fixture
def weights(serve, monkeypatch):
    """A server of weights that pass for the true ones."""
    file, pairs = io.BytesIO(), random_pairs()
    with h5py.File(file, "w") as keras:
        for layer, (kernel, bias) in pairs.items():
            group = keras.create_group(layer)
            group[f"{layer}_W_1:0"], group[f"{layer}_b_1:0"] = kernel, bias
    monkeypatch.setattr(published, "genuine", lambda _: True)
    server = serve(file.getvalue())
    monkeypatch.setattr(weight_sources, "IMAGENET", server.remote("md5"))
    return server


def test_weights_cut_off_and_gone_on_with(run, weights, tmp_path):
    weights.cut = 7000
    code, told, _ = run("info", "--weights", "imagenet", "--images", "none")
    assert code == 1
    assert f"7,000 of {len(weights.payload):,} bytes are here" in told
    assert "the same command again to continue" in told
    for help_ in (weight_sources.NAME, weight_sources.IMAGENET.digest, str(tmp_path / "keras" / "models"), "by hand"):
        assert help_ in told
    assert "Traceback" not in told
    assert [p.name for p in (tmp_path / "keras" / "models").iterdir()] == [f"{weight_sources.NAME}.part"]

    code, told, out = run("info", "--weights", "imagenet", "--images", "none")
    assert code == 0
    assert weights.starts == [0, 7000]
    assert "13 of 13 layers" in out
    file = tmp_path / "keras" / "models" / weight_sources.NAME
    assert file.read_bytes() == weights.payload

    code, told, _ = run("info", "--weights", "imagenet", "--images", "none")
    assert code == 0
    assert "Downloading" not in told
    assert len(weights.starts) == 2


def test_auto_goes_on_with_the_miniature_aloud_and_later_with_the_rest(run, weights):
    weights.cut = 7000
    code, told, out = run("info", "--weights", "auto", "--images", "none")
    assert code == 0
    assert "could not be downloaded" in told
    assert "NOTE: " in told
    assert "the miniature" in out
    code, told, out = run("info", "--weights", "auto", "--images", "none")
    assert (code, weights.starts) == (0, [0, 7000])
    assert "the miniature" not in out


def test_a_page_in_place_of_the_file_is_not_the_beginning_of_it(run, weights, tmp_path):
    weights.offered = b"<html>Please sign in to the network</html>"
    code, told, _ = run("info", "--weights", "imagenet", "--images", "none")
    assert code == 1
    assert "the server offers 42 bytes" in told
    assert not list((tmp_path / "keras" / "models").iterdir())
    weights.offered = weights.payload
    assert run("info", "--weights", "imagenet", "--images", "none")[0] == 0


def test_photographs_cut_off_and_gone_on_with(run, serve, monkeypatch, tmp_path):
    inner, outer = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        for label in ("ant", "bass"):
            photograph = io.BytesIO()
            grain = np.random.default_rng(len(label)).integers(0, 255, (60, 80, 3), np.uint8)
            Image.fromarray(grain).save(photograph, "JPEG")
            member = tarfile.TarInfo(f"101_ObjectCategories/{label}/image_0001.jpg")
            member.size = len(photograph.getvalue())
            tar.addfile(member, io.BytesIO(photograph.getvalue()))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"caltech-101/{caltech101.INNER}", inner.getvalue())
    server = serve(outer.getvalue())
    monkeypatch.setattr(caltech101, "ARCHIVE", server.remote("sha256"))

    server.cut = 2000
    code, told, _ = run("info", "--weights", "miniature", "--images", "caltech101")
    assert code == 1
    assert f"2,000 of {len(server.payload):,} bytes are here" in told
    assert "IMAGES=FOLDER" in told
    assert [p.name for p in (tmp_path / "keras" / "datasets").iterdir()] == ["caltech-101.zip.part"]

    code, _, out = run("info", "--weights", "miniature", "--images", "caltech101")
    assert (code, server.starts) == (0, [0, 2000])
    assert "2 photographs" in out
    assert run("info", "--weights", "miniature", "--images", "caltech101")[0] == 0
    assert len(server.starts) == 2

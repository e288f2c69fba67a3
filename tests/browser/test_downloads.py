"""Downloads of a filter page, from a server and from a disk."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".avif": "image/avif"}

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def served(chromium, site):
    """A page of the site from a server: `served("block5_conv1/3.html")`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()

    def open_page(address):
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/{address}")
        return page

    yield open_page
    page.close()
    server.shutdown()
    server.server_close()


def saved(page, name):
    """The file that a link's click saves: its name and where it is now."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return waiting.value.suggested_filename, Path(waiting.value.path())


@pytest.mark.parametrize(("kind", "side"), [("neuron picture", 132), ("texture", 128)])
def test_pictures_are_saved_as_png_of_their_own_size(served, kind, side):
    page = served("block5_conv1/3.html")
    name, path = saved(page, f"Download {kind} (PNG)")
    assert name == f"block5_conv1-3-{kind.replace(' ', '-')}.png"
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (side, side))
        colours = picture.convert("RGB").getcolors(side * side)
        assert colours is not None
        assert len(colours) > 100


def test_the_sheet_is_saved_as_png(served):
    name, path = saved(served("block5.html"), "Download the sheet of textures of block5_conv3 (PNG)")
    assert name == "block5_conv3.png"
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width > 4 * 128


def test_the_record_is_the_filters_own(served):
    page = served("block5_conv1/3.html")
    name, path = saved(page, "Download JSON")
    assert name == "block5_conv1-3.json"
    assert [own["filter"] for own in json.loads(path.read_text())["filters"]] == ["block5_conv1/3"]


def test_from_a_disk_the_links_lead_to_the_files_as_they_are(visit, site):
    page = visit("block5_conv1/3.html")
    for kind in ("neuron picture", "texture"):
        link = page.get_by_role("link", name=f"Download {kind}")
        target = link.evaluate("e => e.href").removeprefix("file://")
        assert Path(target).is_file()
        assert link.get_attribute("download").endswith(Path(target).suffix)
        assert link.inner_text().endswith(f"({Path(target).suffix[1:].upper()})")
        assert Path(target).is_relative_to(site)
    assert page.get_by_role("link", name="Download JSON").is_visible()

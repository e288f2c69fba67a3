import socket

import pytest

from generator.errors import BuildError, InputError
from generator.server import serve


def test_no_site(tmp_path):
    with pytest.raises(InputError, match="make atlas"):
        serve(tmp_path, 0, print)


def test_a_port_in_use(tmp_path):
    (tmp_path / "index.html").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BuildError, match="--port"):
        serve(tmp_path, taken.getsockname()[1], print)

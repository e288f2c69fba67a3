"""The driver's own cluster, on this machine."""

import contextlib
import socket

from generator.build.cluster import driver


def test_a_cluster_starts_where_dasks_usual_port_is_taken():
    """By another cluster, for one: a warning of Dask's would be an error here."""
    with socket.socket() as other:
        with contextlib.suppress(OSError):  # taken already, which is as good
            other.bind(("0.0.0.0", 8787))  # noqa: S104 (every address, as Dask's own web server)
            other.listen()
        with driver._scheduler(None, 1) as address:
            assert address.startswith("tcp://127.0.0.1:")

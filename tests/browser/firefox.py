"""Debian's Firefox, without a window, over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/).

Firefox speaks it by itself. Playwright asks it for commands that an ESR does not know, and Selenium needs geckodriver,
which Debian does not have.
"""

import asyncio
import itertools
import json
import re
import subprocess
import threading
from contextlib import contextmanager

from tornado.websocket import websocket_connect

LONG = 60  # seconds in which Firefox answers, or is broken


class Firefox:
    """One tab. `wrong`: errors and warnings that its pages have said, and addresses that they could not load."""

    def __init__(self, address, loop):
        self.wrong, self._loop, self._ids = [], loop, itertools.count()
        self._socket = self._wait(websocket_connect, address)
        self.send("session.new", capabilities={})
        self._tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("session.subscribe", events=["log.entryAdded", "network.fetchError"])

    def send(self, method, **params):
        """What a command gives. Raises AssertionError with Firefox's own words if it fails."""
        number = next(self._ids)
        self._wait(self._socket.write_message, json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._wait(self._socket.read_message))).get("id") != number:
            self._note(answer)
        assert answer["type"] == "success", answer
        return answer["result"]

    def visit(self, address, width):
        """Open an address in a window so wide, and wait until it is loaded."""
        self.send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": 900})
        self.send("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, script):
        """The value of an expression of JavaScript, a string, a number or a truth; of a promise, what it comes to."""
        found = self.send("script.evaluate", expression=script, target={"context": self._tab}, awaitPromise=True)
        assert found["type"] == "success", found
        return found["result"].get("value")

    def _note(self, event):
        params = event.get("params", {})
        if event.get("method") == "log.entryAdded" and params["level"] in ("error", "warn"):
            self.wrong.append(params["text"])
        if event.get("method") == "network.fetchError":
            self.wrong.append(f"{params['errorText']}: {params['request']['url']}")

    def _wait(self, call, *arguments):
        async def answered():
            return await asyncio.wait_for(call(*arguments), LONG)

        return asyncio.run_coroutine_threadsafe(answered(), self._loop).result()


@contextmanager
def started(executable, profile):
    """A Firefox of its own, with an empty profile in this folder."""
    words = [executable, "--headless", "--remote-debugging-port=0", "--no-remote", "--profile", str(profile)]
    loop = asyncio.new_event_loop()  # in a thread of its own: Playwright's is running in this one
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr is not None
            said = iter(process.stderr.readline, "")
            found = next(filter(None, (re.search(r"WebDriver BiDi listening on (ws://\S+)", line) for line in said)))
            yield Firefox(f"{found[1]}/session", loop)
        finally:
            process.terminate()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

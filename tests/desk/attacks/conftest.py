"""A browser that is watched: whatever it asks of anybody but us, runs, or lets out of its place is an alarm."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.desk.attacks.corpus import CANARY
from tests.servers.installed import program

READER = "/reader"


class Canary:
    """A server for every name but loopback's own. It keeps what it is asked; `page` is the one that it shows itself,
    without any protection."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.page = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def reader(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}{READER}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(canary: Canary) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = canary.page.encode() if self.path == READER else b""
            if self.path != READER:
                canary.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *arguments: object) -> None:
            """Nothing to say."""

    return Handler


class Watch:
    """A page, and its alarms since it was last opened."""

    def __init__(self, page: Any, canary: Canary) -> None:
        self.page, self.canary = page, canary
        self._alarms: list[str] = []
        page.context.on("request", lambda one: self._asked(one.url))
        page.context.on("page", lambda one: self._alarms.append(f"a window: {one.url}"))
        page.on("dialog", self._spoken)

    @property
    def alarms(self) -> list[str]:
        """What happened that should not have."""
        asked = [path for path in self.canary.asked if path not in ("/end", "/favicon.ico")]
        return [*self._alarms, *(f"the canary: {path}" for path in asked)]

    def open(self, html: str, until: str = "load") -> None:
        """Show that page."""
        self.canary.page = html
        self.canary.asked.clear()
        self._alarms.clear()
        self.page.goto(self.canary.reader, wait_until=until)

    def settle(self) -> None:
        """Wait until everything that the page began to ask has been asked: the browser is idle, and an own question
        that was asked after it was answered."""
        self.page.evaluate("() => new Promise(done => requestIdleCallback(() => setTimeout(done)))")
        self.page.evaluate(f"() => fetch('{CANARY}/end', {{mode: 'no-cors'}})")

    def _asked(self, url: str) -> None:
        if not url.startswith("http://127.0.0.1:") and url != f"{CANARY}/end":
            self._alarms.append(f"a request: {url}")

    def _spoken(self, dialog: Any) -> None:
        self._alarms.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


@pytest.fixture(scope="module")
def watched_browser(canary: Canary) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{canary.port}, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox", rules])
        yield browser
        browser.close()


def _watching(browser: Any, canary: Canary) -> Iterator[Watch]:
    context = browser.new_context(locale="fr-BE", viewport={"width": 1200, "height": 800})
    yield Watch(context.new_page(), canary)
    context.close()


@pytest.fixture(scope="module")
def watch(watched_browser: Any, canary: Canary) -> Iterator[Watch]:
    yield from _watching(watched_browser, canary)


@pytest.fixture
def own_watch(watched_browser: Any, canary: Canary) -> Iterator[Watch]:
    """A window of one test's own: what its page still was about to do when the test ended, such as to go elsewhere,
    ends with it."""
    yield from _watching(watched_browser, canary)

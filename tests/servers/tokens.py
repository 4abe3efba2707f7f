"""An OAuth 2.0 token endpoint with introspection (RFC 6749, RFC 7662) on loopback."""

import http.server
import json
import threading
from types import TracebackType
from urllib.parse import parse_qs


class TokenServer:
    """Issues tokens for `username` and says which of them are active. `asked` keeps the forms that came in.

    `refuse_with`, where set, is the OAuth error that every request for a token gets.
    """

    def __init__(self) -> None:
        self.username = "support"
        self.expires_in = 3600
        self.refuse_with = ""
        self.active: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def token_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/token"

    @property
    def introspection_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/introspect"

    def __enter__(self) -> "TokenServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def revoke_all(self) -> None:
        """No token that was issued is good any longer."""
        self.active.clear()

    def issue(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(form)
        if self.refuse_with:
            return 400, {"error": self.refuse_with}
        token = f"token-{len(self.asked)}"
        self.active.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}

    def introspect(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if form.get("token") in self.active:
            return 200, {"active": True, "username": self.username, "scope": "imap"}
        return 200, {"active": False}


def _handler(tokens: TokenServer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = {"/token": tokens.issue, "/introspect": tokens.introspect}[self.path](form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the test's output clean."""

    return Handler

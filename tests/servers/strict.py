"""`StrictServer`: a mail server that holds its clients to RFC 5321, and goes wrong at each command as it is told."""

import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from tests.servers.smtp import Accepted, Script

CUT = ""
"""A scripted reply that is none: the connection ends without a word."""

KEPT = "kept"
"""A scripted reply to the final dot: the message is accepted, and the connection ends without a word of it."""

GREYLISTED = "450 4.2.0 greylisted, come again"
LONGEST_COMMAND, LONGEST_LINE = 512, 1000  # octets with CRLF: RFC 5321 4.5.3.1.4 and 4.5.3.1.6
_PATH = re.compile(r"(?:FROM|TO):<([^<>\s]*)>(?: .*)?$", re.IGNORECASE)

REPLIES = {
    "CONNECT": "220 strict.example.org ESMTP",
    "EHLO": "250 strict.example.org",
    "HELO": "250 strict.example.org",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "DATA": "354 go on",
    ".": "250 2.0.0 OK",
    "RSET": "250 2.0.0 OK",
    "NOOP": "250 2.0.0 OK",
    "QUIT": "221 2.0.0 bye",
}


class StrictServer(socketserver.ThreadingTCPServer):
    """What came and how: `messages` are accepted, `offers` counts envelopes by recipient, `violations` should be none.

    `refused` answers RCPT by its recipient. `greylist_for` (seconds of `clock`) puts off each new pair of reverse path
    and recipient. `thinks_for` (seconds) passes before each reply to the final dot.
    """

    daemon_threads = True

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.clock = clock
        self.messages: list[Accepted] = []
        self.offers: Counter[str] = Counter()
        self.violations: list[str] = []
        self.refused: dict[str, str] = {}
        self.greylist_for = 0.0
        self.thinks_for = 0.0
        self._script = Script()
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """What `AIGUILLAGE_SMTP_URL` is set to."""
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()

    def reply_with(self, command: str, reply: str, times: int = 1) -> None:
        """Answer the next `times` uses of a command so: a reply, CUT, or for the final dot («.») KEPT.

        `command` is CONNECT, EHLO, MAIL, RCPT, DATA, TEXT (CUT only: amid the message), «.», RSET or QUIT.
        """
        self._script.add(command, reply, times)

    def answer(self, command: str) -> str:
        """The next reply to that command."""
        with self._lock:
            scripted = self._script.take(command)
        return REPLIES.get(command, "502 5.5.1 no such command") if scripted is None else scripted

    def answer_recipient(self, reverse_path: str, recipient: str) -> str:
        """The reply to RCPT."""
        self.offers[recipient] += 1
        if self._is_greylisted(reverse_path, recipient):
            return GREYLISTED
        return self.refused.get(recipient) or self.answer("RCPT")

    def _is_greylisted(self, reverse_path: str, recipient: str) -> bool:
        now = self.clock()
        return now - self._seen.setdefault((reverse_path, recipient), now) < self.greylist_for


class _Session(socketserver.BaseRequestHandler):
    """One connection: lines in, replies out, in the order of RFC 5321 4.1.4."""

    server: StrictServer

    def setup(self) -> None:
        self._unread = b""
        self._greeted = False
        self._begin()

    def handle(self) -> None:
        try:
            going_on = self._say(self.server.answer("CONNECT"))
            while going_on:
                going_on = self._obey(self._line(LONGEST_COMMAND))
        except OSError:  # the client went away, as it may
            return

    def _begin(self) -> None:
        self._reverse_path: str | None = None
        self._recipients: list[str] = []

    def _obey(self, line: bytes) -> bool:
        """Answer one command; False where the connection ends with it."""
        if not line:
            return False
        if self._unread:
            self._complain("spoke before its turn")
        verb, _, argument = line.decode("utf-8", "replace").strip().partition(" ")
        verb = verb.upper()
        if self._is_out_of_order(verb):
            self._complain(f"{verb} out of order")
            return self._say("503 5.5.1 bad sequence of commands")
        if verb in ("MAIL", "RCPT"):
            return self._take_path(verb, argument)
        if verb == "DATA":
            return self._take_message()
        return self._take_plain(verb)

    def _is_out_of_order(self, verb: str) -> bool:
        needed = {
            "MAIL": self._greeted and self._reverse_path is None,
            "RCPT": self._reverse_path is not None,
            "DATA": bool(self._recipients),
        }
        return not needed.get(verb, True)

    def _take_plain(self, verb: str) -> bool:
        reply = self.server.answer(verb)
        if verb in ("EHLO", "HELO"):
            self._greeted = reply.startswith("2")
        if verb in ("EHLO", "HELO", "RSET"):
            self._begin()
        return self._say(reply) and verb != "QUIT"

    def _take_path(self, verb: str, argument: str) -> bool:
        path = _PATH.match(argument)
        if path is None:
            self._complain(f"{verb} {argument}")
            return self._say("501 5.5.4 syntax")
        if verb == "MAIL":
            reply = self.server.answer("MAIL")
            self._reverse_path = path[1] if reply.startswith("2") else None
        else:
            reply = self.server.answer_recipient(self._reverse_path or "", path[1])
            self._recipients += [path[1]] if reply.startswith("2") else []
        return self._say(reply)

    def _take_message(self) -> bool:
        reply = self.server.answer("DATA")
        if not reply.startswith("354"):
            return self._say(reply)
        cut = self.server.answer("TEXT") == CUT
        if not self._say(reply) or (cut and self._line(LONGEST_LINE)):
            return False
        accepted = Accepted(self._reverse_path or "", tuple(self._recipients), self._text())
        self._begin()
        return self._decide(accepted)

    def _decide(self, accepted: Accepted) -> bool:
        """What becomes of a message that is here whole."""
        reply = self.server.answer(".")
        time.sleep(self.server.thinks_for)
        if reply == KEPT or reply.startswith("2"):
            self.server.messages.append(accepted)
        return self._say(CUT if reply == KEPT else reply)

    def _text(self) -> bytes:
        """The message up to its final dot (RFC 5321 4.5.2). Raises ConnectionError where none comes."""
        lines = []
        while (line := self._line(LONGEST_LINE)) != b".\r\n":
            if not line:
                raise ConnectionError("the client left amid a message")
            if not line.isascii():
                self._complain("8-bit text where 8BITMIME was not offered")
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _line(self, longest: int) -> bytes:
        """The next line with its CRLF, or nothing at the end of what the client says."""
        while b"\n" not in self._unread:
            portion = self.request.recv(65536)
            if not portion:
                return b""
            self._unread += portion
        line, _, self._unread = self._unread.partition(b"\n")
        line += b"\n"
        if not line.endswith(b"\r\n") or len(line) > longest:
            self._complain(f"a line of {len(line)} octets that ends in {line[-2:]!r}")
        return line

    def _say(self, reply: str) -> bool:
        """Say it; False where the connection ends with it, which a 421 announces (RFC 5321 3.8)."""
        if reply:
            self.request.sendall(f"{reply}\r\n".encode())
        return bool(reply) and not reply.startswith("421")

    def _complain(self, what: str) -> None:
        self.server.violations.append(what)

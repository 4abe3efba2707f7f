"""How the provider asks our addresses: signed, at most 15 seconds, and again only where the address says so.

Sources: twilio.com/docs/usage/webhooks/webhooks-connection-overrides (time-outs, retries, the fragment's parameters).
"""

import http.client
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urlencode

from app.demo.telephone import signer

TOTAL = 15.0
"""Seconds within which a voice address must have answered."""

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it leaves."""

    url: str
    fields: Pairs
    headers: Mapping[str, str] = field(repr=False)
    method: str = "POST"

    @property
    def body(self) -> bytes | None:
        return urlencode(self.fields).encode() if self.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing did, and `failure` says why in the provider's letters (`ct`, `rt`)."""

    status: int
    content_type: str = ""
    body: bytes = b""
    failure: str = ""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def policy(self) -> str:
        """The letters under which this failure may be tried again, or ''."""
        return self.failure or (f"{self.status // 100}xx" if self.status >= 400 else "")


Fetch = Callable[[Request], Answer]


def over_http(request: Request) -> Answer:
    """Ask over the network."""
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(request.url, request.body, dict(request.headers), method=request.method)  # noqa: S310
    try:
        with opener.open(asked, timeout=TOTAL) as answer:
            return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers.get("Content-Type", ""), error.read())
    except TimeoutError:
        return Answer(0, failure="rt")
    except (OSError, http.client.HTTPException):
        return Answer(0, failure="ct")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The provider follows redirects; we want none, for each costs the caller a round trip."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Web:
    """Signs and sends; `sent` keeps what left, with what came back, for tests to read and to send again."""

    token: str
    fetch: Fetch = over_http
    sent: list[tuple[Request, Answer]] = field(default_factory=list)

    def ask(self, url: str, fields: Pairs, method: str = "POST") -> Answer:
        """One request, repeated as the URL's fragment asks (`#rc=2&rp=5xx,ct`), else once more where it cannot
        connect."""
        address, fragment = urldefrag(url)
        request = self.request(address, fields, method)
        wishes = parse_qs(fragment)
        policies = wishes.get("rp", ["ct"])[0].split(",")
        answer = self.send(request)
        for _ in range(int(wishes.get("rc", ["1"])[0])):
            if answer.good or not {answer.policy, "all"} & set(policies):
                break
            answer = self.send(request)
        return answer

    def request(self, url: str, fields: Pairs, method: str = "POST") -> Request:
        """A signed request. Over GET the fields are part of the URL."""
        if method == "GET" and fields:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"
        signed = signer.headers(self.token, url, fields if method == "POST" else ())
        headers = {**signed, "User-Agent": "TwilioProxy/1.1", "I-Twilio-Idempotency-Token": str(uuid.uuid4())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return Request(url, fields, headers, method)

    def send(self, request: Request) -> Answer:
        """A request as it is; the same one twice is what a repetition looks like."""
        answer = self.fetch(request)
        self.sent.append((request, answer))
        return answer

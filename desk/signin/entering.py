"""The moment after somebody proved who they are: a new session, and on to where they were going."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from desk.access import cookie_of, person
from desk.routes_reader import COOKIE as LANGUAGE
from desk.service import Service
from desk.signin.carried import Carried
from desk.signin.cookies import keep_session, keep_signed, signed
from desk.signin.sessions import LASTING, How, open_session
from desk.words import LANGUAGES
from store.tx import Transaction

_YEAR = 365 * 24 * 3600
KNOWN = "known"
"""The cookie of a browser that somebody was signed in with: it names their accounts."""
_KNOWN_FOR = timedelta(days=180)
_MOST_KNOWN = 8


@dataclass(frozen=True)
class Entering:
    """Opens sessions, and remembers the browser."""

    service: Service

    def known_as(self, request: Request, account: str) -> str:
        """The id of this browser where that account was signed in with it before, else ''."""
        known = signed(request, KNOWN, self.service.signer, self.service.clock())
        return str(known["browser"]) if account in known.get("accounts", ()) else ""

    def open(self, tx: Transaction, request: Request, account: str, how: How) -> str:
        """A new session in place of the one that the browser came with; its secret."""
        old = request.cookies.get(cookie_of(request.url.scheme), "")
        return open_session(tx, account, how, self.service.clock(), old)

    def go_on(self, request: Request, row: Any, secret: str, to: str, sent: Carried | None = None) -> Response:
        """On to that page, or to what was about to be sent, with the session's cookie."""
        response: Response = RedirectResponse(to, status_code=303)
        if sent is not None:
            request.state.person = person(row, self.service.profile, int(LASTING.total_seconds()))
            response = self.service.reader.page(request, "unsent.html", sent=sent)
        keep_session(request, response, secret)
        self._remember(request, response, row.id)
        if row.preferences.get("language") in LANGUAGES:
            response.set_cookie(LANGUAGE, row.preferences["language"], max_age=_YEAR, samesite="lax", httponly=True)
        return response

    def _remember(self, request: Request, response: Response, account: str) -> None:
        now = self.service.clock()
        known = signed(request, KNOWN, self.service.signer, now)
        others = [one for one in known.get("accounts", ()) if one != account]
        value = {
            "browser": known.get("browser") or secrets.token_urlsafe(12),
            "accounts": [account, *others][:_MOST_KNOWN],
        }
        keep_signed(request, response, KNOWN, value, (self.service.signer, now, _KNOWN_FOR))

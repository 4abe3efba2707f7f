"""My account: how I like the pages, my password, the browsers that I am signed in with."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from desk.routes_reader import COOKIE as LANGUAGE
from desk.service import Service
from desk.signin.accounts import AccountFaultError, Accounts, hashed
from desk.signin.attempts import Attempt
from desk.signin.entering import Entering
from desk.signin.passwords import LONGEST, SHORTEST, matches
from desk.signin.sessions import How
from store.audit import Noted

PAGE = "/desk/account"
Language = Literal["fr", "de", "nl", "en", ""]
Password = Annotated[str, Form(max_length=2000)]


@dataclass(frozen=True)
class AccountPages:
    """What everybody may see and change of their own account."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.show)
        found.post(PAGE)(self.prefer)
        found.post(PAGE + "/password")(self.password)
        found.post(PAGE + "/sessions")(self.end)

    def show(self, request: Request, done: Literal["saved", "password", "ended", ""] = "") -> Response:
        return self._page(request, done=done)

    def prefer(
        self, request: Request, language: Annotated[Language, Form()] = "", shortcuts: Annotated[str, Form()] = ""
    ) -> Response:
        """Keep language and shortcuts. A box that is not ticked is not sent (HTML 4.10.5.1.15)."""
        person = request.state.person
        liked = {**person.preferences, "language": language, "shortcuts": bool(shortcuts)}
        with self.service.store.transaction("account.prefer") as tx:
            tx.accounts.prefer(person.id, liked)
        response = RedirectResponse(PAGE + "?done=saved", status_code=303)
        if language:
            response.set_cookie(LANGUAGE, language, max_age=365 * 24 * 3600, samesite="lax", httponly=True)
        else:
            response.delete_cookie(LANGUAGE)
        return response

    def password(self, request: Request, current: Password = "", new: Password = "") -> Response:
        """Change the password: the old one is asked for, every other session ends, this one gets another secret."""
        person = request.state.person
        with self.service.store.reading() as tx:
            row = tx.accounts.find(person.id)
        fault = self._fault(person, row, current)
        if fault:
            return self._page(request, status=422, fault=fault)
        try:
            kept = hashed(new)
        except AccountFaultError as error:
            return self._page(request, status=422, fault=error.fault)
        entering, now = Entering(self.service), self.service.clock()
        with self.service.store.transaction("account.password") as tx:
            Accounts(tx, self.service.profile, person.id, now).choose(row, kept)
            secret = entering.open(tx, request, person.id, How.PASSWORD)
        return entering.go_on(request, row, secret, PAGE + "?done=password")

    def end(self, request: Request, session: Annotated[str, Form()] = "") -> Response:
        """End one session of one's own, by what it is known by, or all others where none is named."""
        person, now = request.state.person, self.service.clock()
        with self.service.store.transaction("account.sessions") as tx:
            mine = [row.digest for row in tx.accounts.sessions(person.id, now) if row.digest != person.session]
            ended = [digest for digest in mine if not session or digest == session]
            for digest in ended:
                tx.accounts.close_session(digest)
            if ended:
                tx.audit.note(Noted.SESSIONS_ENDED, now, person.id, person.id, {"sessions": len(ended)})
        return RedirectResponse(PAGE + "?done=ended", status_code=303)

    def _fault(self, person: Any, row: Any, current: str) -> str:
        """Why this is not the owner; guesses are counted, whoever found the page open."""
        attempt = Attempt(person.id, "", person.session)
        if self.service.means.attempts.begin(attempt) or not matches(current, row.password):
            return "current"
        self.service.means.attempts.succeeded(attempt)
        return ""

    def _page(self, request: Request, *, status: int = 200, done: str = "", fault: str = "") -> Response:
        person = request.state.person
        with self.service.store.reading() as tx:
            row = tx.accounts.find(person.id)
            sessions = tx.accounts.sessions(person.id, self.service.clock())
        values = {"row": row, "sessions": sessions, "done": done, "fault": fault}
        return self.service.reader.page(
            request, "account.html", status=status, shortest=SHORTEST, longest=LONGEST, **values
        )

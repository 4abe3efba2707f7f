"""Sign in, sign out, stay: the pages before all others."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from desk.access import cookie_of, digest, is_somebody, session_of
from desk.guard import is_loopback
from desk.service import Service
from desk.signin.attempts import Attempt
from desk.signin.carried import Carried, carried
from desk.signin.cookies import drop_session
from desk.signin.entering import Entering
from desk.signin.network import network_of
from desk.signin.passwords import matches
from desk.signin.paths import LONGEST, PLAIN, own_path
from desk.signin.sessions import How, stay
from store.audit import Noted

Short = Annotated[str, Form(max_length=2000, pattern=PLAIN)]
Secret = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


@dataclass(frozen=True)
class SignInPages:
    """For whoever has no session, or wants another."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/sign-in")(self.ask)
        found.post("/desk/sign-in")(self.enter)
        found.get("/desk/sign-in/demo/{secret}")(self.demo)
        found.post("/desk/sign-out")(self.leave)
        found.get("/desk/signed-in")(self.back)
        found.post("/desk/stay")(self.stay)

    def ask(self, request: Request, to: Annotated[str, Query(alias="next", max_length=LONGEST)] = "") -> Response:
        """The form; whoever is signed in already goes on."""
        if session_of(request, self.service.store, self.service.clock()) is not None:
            return RedirectResponse(own_path(to), status_code=303)
        return sign_in_page(self.service, request, to=own_path(to, ""))

    def enter(
        self,
        request: Request,
        email: Short = "",
        password: Short = "",
        to: Annotated[str, Form(alias="next", max_length=LONGEST)] = "",
        sent: Annotated[str, Form()] = "",
    ) -> Response:
        """Sign in with a password. Whatever is wrong, the answer is the same and takes as long."""
        shown: dict[str, Any] = {"email": email, "to": own_path(to, ""), "sent": carried(sent)}
        row = self._may_enter(email)
        attempt = self._attempt(request, email, row)
        if wait := self.service.means.attempts.begin(attempt):
            return sign_in_page(self.service, request, status=429, wait=wait, **shown)
        if not matches(password, row and row.password) or row is None:
            self._failed(attempt, row.id if row is not None else "")
            return sign_in_page(self.service, request, status=422, wrong=True, **shown)
        self.service.means.attempts.succeeded(attempt)
        return self._enter(request, row.id, How.PASSWORD, own_path(to), carried(sent))

    def demo(self, request: Request, secret: Secret) -> Response:
        """The demonstration's own link: as often as one likes, on this machine, for as long as it runs."""
        means = self.service.means
        here = is_loopback(request.url.hostname or "")
        if not (here and means.demo and compare_digest(secret, means.demo)):
            return self.service.reader.missing(request)
        return self._enter(request, means.demo_account, How.LINK, own_path(""))

    def leave(self, request: Request) -> Response:
        """Sign out: the session ends here, not only in the browser; and at the organisation, where it began there."""
        secret = request.cookies.get(cookie_of(request.url.scheme), "")
        with self.service.store.transaction("session.close") as tx:
            ended = tx.accounts.close_session(digest(secret))
            if ended is not None:
                tx.audit.note(Noted.SIGNED_OUT, self.service.clock(), ended.account_id, ended.account_id)
        elsewhere = ""
        if ended is not None and ended.how == How.OIDC and self.service.means.issuer is not None:
            elsewhere = self.service.means.issuer.end_session_url()
        response: Response = RedirectResponse("/desk/sign-in?out=1", status_code=303)
        if elsewhere:
            response = self.service.reader.page(request, "signed_out.html", elsewhere=elsewhere)
            response.headers["refresh"] = f"0;url={elsewhere}"  # no redirect: a form may lead to ourselves only (CSP)
        drop_session(request, response)
        return response

    def back(self, request: Request) -> Response:
        """That one is signed in, for a tab that was opened for nothing else."""
        return self.service.reader.page(request, "signed_in.html")

    def stay(self, request: Request, to: Annotated[str, Form(alias="next", max_length=LONGEST)] = "") -> Response:
        """Let the session go on. A script is told for how long; without one, a page is shown."""
        now = self.service.clock()
        with self.service.store.transaction("session.stay") as tx:
            row = tx.accounts.signed_in(request.state.person.session, now)
            left = stay(tx, row, now) if row is not None else 0
        if is_somebody(request):
            return RedirectResponse(own_path(to), status_code=303)
        return JSONResponse({"left": left})

    @property
    def _entering(self) -> Entering:
        return Entering(self.service)

    def _enter(self, request: Request, account: str, how: How, to: str, sent: Carried | None = None) -> Response:
        with self.service.store.transaction("session.open") as tx:
            secret = self._entering.open(tx, request, account, how)
            row = tx.accounts.signed_in(digest(secret), self.service.clock())
        return self._entering.go_on(request, row, secret, to, sent)

    def _may_enter(self, email: str) -> Any:
        with self.service.store.reading() as tx:
            row = tx.accounts.find_email(email)
        return row if row is not None and row.disabled_at is None else None

    def _attempt(self, request: Request, email: str, row: Any) -> Attempt:
        browser = self._entering.known_as(request, row.id) if row is not None else ""
        return Attempt(digest(email.strip().lower()), network_of(request), browser)

    def _failed(self, attempt: Attempt, account: str) -> None:
        self.service.means.attempts.failed(attempt)
        with self.service.store.transaction("session.refused") as tx:
            tx.audit.note(Noted.NOT_SIGNED_IN, self.service.clock(), "", account)


def sign_in_page(service: Service, request: Request, *, status: int = 200, wait: int = 0, **values: Any) -> Response:
    """The page that asks people to sign in. `wait` are seconds until they may try again; `sent` is what they were about
    to send, `to` where they were going."""
    oidc = service.means.issuer is not None
    given = {"email": "", "to": "", "sent": None, "wrong": False, "why": ""}
    shown = {**given, "oidc": oidc, "out": "out" in request.query_params, **values}
    minutes = -(-wait // 60)
    response = service.reader.page(request, "sign_in.html", status=status, minutes=minutes, **shown)
    if wait:
        response.headers["retry-after"] = str(wait)
    return response

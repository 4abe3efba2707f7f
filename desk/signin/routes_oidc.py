"""Signing in at the organisation: there, and back again."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from desk.access import digest
from desk.service import Service
from desk.signin.accounts import Accounts
from desk.signin.binding import NoEntryError, account_of
from desk.signin.cookies import drop_signed, keep_signed, signed
from desk.signin.entering import Entering
from desk.signin.identity import Identity, NotBelievedError, identity, role_of
from desk.signin.issuer import Flow, Issuer, IssuerAwayError, RefusedTokenError
from desk.signin.paths import LONGEST, own_path
from desk.signin.routes import sign_in_page
from desk.signin.sessions import How
from store.audit import Noted

log = structlog.get_logger()

COOKIE = "oidc"
LASTING = timedelta(minutes=10)
"""How long somebody may take to sign in there."""
Parameter = Annotated[str, Query(max_length=4000)]


@dataclass(frozen=True)
class OidcPages:
    """Of use where an issuer is set; elsewhere there are no such pages."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/sign-in/oidc")(self.leave)
        found.get("/desk/sign-in/oidc/back")(self.back)

    def leave(self, request: Request, to: Annotated[str, Query(alias="next", max_length=LONGEST)] = "") -> Response:
        """To the provider. What begins here is tied to this browser by a cookie of its own."""
        issuer = self.service.means.issuer
        if issuer is None:
            return self.service.reader.missing(request)
        flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        try:
            response = RedirectResponse(issuer.authorization_url(flow), status_code=303)
        except IssuerAwayError:
            return self._refused(request, "issuer_away", 503)
        value = {**asdict(flow), "to": own_path(to)}
        keep_signed(request, response, COOKIE, value, (self.service.signer, self.service.clock(), LASTING))
        return response

    def back(self, request: Request, code: Parameter = "", state: Parameter = "", iss: Parameter = "") -> Response:
        """From the provider, with a code (Core 3.1.2.5) or without."""
        issuer = self.service.means.issuer
        if issuer is None:
            return self.service.reader.missing(request)
        begun = signed(request, COOKIE, self.service.signer, self.service.clock())
        from_them = iss in ("", issuer.registration.issuer)  # where the answer says whose it is (RFC 9207 2.4)
        if not (begun and code and from_them and compare_digest(state.encode(), begun["state"].encode())):
            return self._refused(request, "not_finished", 400)
        try:
            who = self._identity(issuer, Flow(begun["state"], begun["nonce"], begun["verifier"]), code)
        except RefusedTokenError:
            return self._refused(request, "not_finished", 400)
        except NotBelievedError as error:
            log.warning("id_token_not_believed", why=str(error.__cause__ or "audience or subject"))
            return self._refused(request, "not_believed", 400)
        except IssuerAwayError:
            return self._refused(request, "issuer_away", 503)
        return self._enter(request, who, begun["to"])

    def _identity(self, issuer: Issuer, flow: Flow, code: str) -> Identity:
        return identity(issuer, flow, issuer.tokens(code, flow.verifier), self.service.clock())

    def _enter(self, request: Request, who: Identity, to: str) -> Response:
        now, entering = self.service.clock(), Entering(self.service)
        with self.service.store.transaction("session.oidc") as tx:
            found = account_of(
                Accounts(tx, self.service.profile, "oidc", now), who, role_of(who.groups, self.service.profile)
            )
            if isinstance(found, NoEntryError):
                tx.audit.note(Noted.NOT_SIGNED_IN, now, "oidc", "", {"why": found.why})
                return self._refused(request, found.why, 403)
            secret = entering.open(tx, request, found, How.OIDC)
            row: Any = tx.accounts.signed_in(digest(secret), now)
        response = entering.go_on(request, row, secret, to)
        drop_signed(request, response, COOKIE)
        return response

    def _refused(self, request: Request, why: str, status: int) -> Response:
        response = sign_in_page(self.service, request, status=status, why=why)
        drop_signed(request, response, COOKIE)
        return response

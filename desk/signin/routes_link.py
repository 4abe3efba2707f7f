"""The one-time link: choose a password, and be signed in. Programs that follow links use nothing up: posting does."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from desk.access import digest
from desk.service import Service
from desk.signin.accounts import AccountFaultError, Accounts, hashed
from desk.signin.entering import Entering
from desk.signin.passwords import LONGEST, SHORTEST
from desk.signin.paths import HOME
from desk.signin.sessions import How

Password = Annotated[str, Form(max_length=2000)]
Secret = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


@dataclass(frozen=True)
class LinkPages:
    """For whoever was given a link."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/sign-in/link/{secret}")(self.ask)
        found.post("/desk/sign-in/link/{secret}")(self.choose)

    def ask(self, request: Request, secret: Secret) -> Response:
        """The form, for as long as the link is of use."""
        return self._form(request, self._whose(secret))

    def choose(self, request: Request, secret: Secret, password: Password = "") -> Response:
        """Keep the password and sign its owner in. The link is used up once that is done, not before."""
        row = self._whose(secret)
        if row is None:  # a hash takes a core: none is made for whoever has no link
            return self._form(request, None)
        try:
            kept = hashed(password)
        except AccountFaultError as error:
            return self._form(request, row, error.fault)
        now, entering = self.service.clock(), Entering(self.service)
        with self.service.store.transaction("account.choose") as tx:
            whose = tx.accounts.use_link(digest(secret), now)
            row = tx.accounts.find(whose) if whose else None
            if row is None:
                return self._form(request, None)
            Accounts(tx, self.service.profile, row.id, now).choose(row, kept)
            opened = entering.open(tx, request, row.id, How.LINK)
        return entering.go_on(request, row, opened, HOME)

    def _whose(self, secret: str) -> Any:
        with self.service.store.reading() as tx:
            whose = tx.accounts.link(digest(secret), self.service.clock())
            return tx.accounts.find(whose) if whose else None

    def _form(self, request: Request, row: Any, fault: str = "") -> Response:
        if row is None:
            return self.service.reader.page(request, "link_gone.html", status=410)
        values = {"name": row.name or row.id, "email": row.email, "fault": fault, "shortest": SHORTEST}
        return self.service.reader.page(request, "link.html", status=422 if fault else 200, longest=LONGEST, **values)

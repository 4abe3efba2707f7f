"""The accounts of a service, for administrators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from cases.secondlevel import Role
from desk.service import Service
from desk.signin.accounts import AccountFaultError, Accounts, Newcomer
from desk.signin.paths import PLAIN

PAGE = "/desk/users"
Text = Annotated[str, Form(max_length=320, pattern=PLAIN)]
Act = Literal["role", "disable", "enable", "sign-out", "link"]
ACTS: Mapping[Act, Callable[[Accounts, Any, Role], object]] = {
    "role": lambda accounts, row, role: accounts.give(row, role),
    "disable": lambda accounts, row, role: accounts.disable(row),
    "enable": lambda accounts, row, role: accounts.enable(row),
    "sign-out": lambda accounts, row, role: accounts.sign_out(row),
    "link": lambda accounts, row, role: accounts.link(row),
}


@dataclass(frozen=True)
class UserPages:
    """Who may sign in, and what they may do."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.show)
        found.post(PAGE)(self.add)
        found.post(PAGE + "/{identity}")(self.act)

    def show(self, request: Request, done: Literal["role", "disable", "enable", "sign-out", ""] = "") -> Response:
        return self._page(request, done=done)

    def add(
        self,
        request: Request,
        email: Text = "",
        name: Text = "",
        role: Annotated[Role, Form()] = Role.AGENT,
        identity: Annotated[str, Form(alias="id", max_length=64)] = "",
    ) -> Response:
        """Make an account, and show its link: once, since it is kept as a digest."""
        new = Newcomer(email=email, name=name, role=role, id=identity)
        try:
            with self.service.store.transaction("account.add") as tx:
                accounts = self._accounts(tx, request)
                row = accounts.find(accounts.add(new))
                secret = accounts.link(row)
        except AccountFaultError as error:
            return self._page(request, status=422, fault=error.fault, new=new)
        return self._page(request, link=(row, secret))

    def act(
        self,
        request: Request,
        identity: Annotated[str, Path(max_length=64, pattern=PLAIN)],
        do: Annotated[Act, Form()],
        role: Annotated[Role, Form()] = Role.AGENT,
    ) -> Response:
        """Change an account; what cannot be is said beside it."""
        try:
            with self.service.store.transaction("account.change") as tx:
                accounts = self._accounts(tx, request)
                row = accounts.find(identity)
                result = ACTS[do](accounts, row, role)
        except AccountFaultError as error:
            return self._page(request, status=422, fault=error.fault, at=identity)
        if do == "link":
            return self._page(request, link=(row, str(result)))
        return RedirectResponse(f"{PAGE}?done={do}", status_code=303)

    def _accounts(self, tx: Any, request: Request) -> Accounts:
        return Accounts(tx, self.service.profile, request.state.person.id, self.service.clock())

    def _page(self, request: Request, *, status: int = 200, link: Any = None, **values: Any) -> Response:
        with self.service.store.reading() as tx:
            rows = tx.accounts.all()
            sessions = tx.accounts.count_sessions(self.service.clock())
        values = {"done": "", "fault": "", "at": "", "new": Newcomer(email=""), **values}
        if link:
            row, secret = link
            values |= {"whose": row.name or row.id, "address": f"{self._origin(request)}/desk/sign-in/link/{secret}"}
        queued = {one.id for one in self.service.profile.routing.agents if one.queues}
        shown = {"rows": rows, "sessions": sessions, "roles": list(Role), "queued": queued}
        return self.service.reader.page(request, "users.html", status=status, **shown, **values)

    def _origin(self, request: Request) -> str:
        """The address under which the administrator sees the service is the one that others are sent."""
        return f"{request.url.scheme}://{request.url.netloc}"

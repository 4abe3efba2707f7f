"""What was given up and can be tried again, and who did what: `aiguillage failed`, `replay` and `user audit`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from desk.panel.posted import Sent
from desk.routes_files import LARGEST
from desk.service import Service
from desk.signin.paths import PLAIN
from store.audit import Noted
from store.tx import Kind, Transaction
from store.work import Work

FAILED = "/desk/settings/failed"
AUDIT = "/desk/settings/audit"
MOST = 200
"""Rows of each kind that are shown, and that are tried again at once."""
PAGE = 50
KINDS = ("in", "out", "recording", "jira", "hook")
"""As `aiguillage failed` names them."""
_ID = re.compile(rf"({'|'.join(KINDS)}):([0-9]{{1,18}})")


@dataclass(frozen=True, slots=True)
class Given:
    """A row that was given up: `id` as the command names it, `place` its mailbox or provider."""

    id: str
    kind: str
    row: Any
    place: str


@dataclass(frozen=True)
class RowPages:
    """For administrators."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(FAILED)(self.failed)
        found.post(FAILED)(self.replay)
        found.get(AUDIT)(self.audit)

    def failed(self, request: Request, replayed: Annotated[int, Query(ge=-1, le=len(KINDS) * MOST)] = -1) -> Response:
        """Everything that was held aside, with its reason."""
        with self.service.store.reading() as tx:
            rows = [_given(kind, row) for kind, work in _works(tx).items() for row in work.held(MOST)]
        return self.service.reader.page(request, "settings_failed.html", rows=rows, replayed=replayed, most=MOST)

    def replay(self, request: Request, sent: Sent) -> Response:
        """Try those that were ticked again, as new."""
        chosen = _chosen(sent.values.get("row", ()))
        actor, now = request.state.person.id, self.service.clock()

        def again(tx: Transaction) -> int:
            works = _works(tx)
            count = sum(works[kind].replay(ids, now) for kind, ids in chosen.items() if ids)
            if count:
                tx.audit.note(Noted.REPLAYED, now, actor, "", {"rows": count})
            for kind in (Kind.INBOUND, Kind.OUTBOUND, Kind.RECORDING, Kind.TICKET, Kind.HOOK):
                tx.wake(kind)
            return count

        count = self.service.store.run("desk.replay", again)
        return RedirectResponse(f"{FAILED}?replayed={count}", status_code=303)

    def audit(
        self,
        request: Request,
        actor: Annotated[str, Query(max_length=64, pattern=PLAIN)] = "",
        action: Annotated[str, Query(max_length=24)] = "",
        before: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    ) -> Response:
        """Who did what to accounts and settings, the newest first, `PAGE` lines at a time."""
        wanted = action if action in list(Noted) else ""
        with self.service.store.reading() as tx:
            rows = tx.audit.page(PAGE + 1, before, actor.strip(), wanted)
            people = [(one.id, one.name) for one in tx.accounts.all()]
        shown = rows[:PAGE]
        following = {"actor": actor.strip(), "action": wanted, "before": str(shown[-1].id)} if len(rows) > PAGE else {}
        said = {name: value for name, value in following.items() if value}
        return self.service.reader.page(
            request,
            "settings_audit.html",
            rows=shown,
            actor=actor.strip(),
            action=wanted,
            actions=tuple(Noted),
            people=people,
            before=before,
            following=f"{AUDIT}?{urlencode(said)}" if said else "",
        )


_PLACES = {"in": "source", "out": "mailbox", "recording": "provider", "jira": "key", "hook": "program_id"}


def _works(tx: Transaction) -> Mapping[str, Work]:
    works = (tx.inbound, tx.outbound, tx.recordings, tx.tickets.pushes, tx.hooks.deliveries)
    return dict(zip(KINDS, works, strict=True))


def _given(kind: str, row: Any) -> Given:
    return Given(f"{kind}:{row.id}", kind, row, getattr(row, _PLACES[kind]))


def _chosen(ticked: Sequence[str]) -> dict[str, list[int]]:
    """The ids by kind; what is none is left out."""
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for one in ticked[: len(KINDS) * MOST]:
        if match := _ID.fullmatch(one):
            found[match[1]].append(int(match[2]))
    return found

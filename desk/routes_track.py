"""The page of one case for the citizen whose it is: a signed link opens it, without an account and without script.

How far the case is, anybody sees who has the link; mail is forwarded, and programs follow every link in it. What was
said is shown, and anything can be done, only in a browser in which the address of origin was typed; only posts change.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from cases.acting import StaleError
from cases.case import Status
from cases.refusal import RefusedError
from cases.routing import Agent
from cases.timers import Calendars
from desk.actions import Desk
from desk.posted import Form, Posted
from desk.rates import Rate
from desk.service import Service
from desk.settling import settled
from desk.signin.network import network_of
from desk.track_page import DATA, Opened, TrackPage, Trouble
from desk.tracking import Who, known_as
from ingest.email.storable import storable
from ingest.web.answers import LONGEST_TEXT
from ingest.web.drafts import Draft, is_secret, new_secret
from ingest.web.submission import Submission
from ingest.web.uploads import Looked, look

Token = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9.-]+$")]
LASTING = timedelta(minutes=30)
"""How long an address that was typed counts."""
PURPOSE = "track"
BY_LINK = "6 per 15 minutes; 20 per 1 day"
BY_NETWORK = "40 per 1 hour"
"""Attempts at typing the address, for each link out of a network, and out of each network for all links."""
POSTS = "30 per 1 hour"
"""What is written out of one network."""


@dataclass(frozen=True)
class TrackPages:
    """Where citizens follow their case."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/track/{token}")(self.track)
        found.post("/track/{token}")(self.open)
        found.post("/track/{token}/add")(self.add)
        found.post("/track/{token}/close")(self.close)
        found.post("/track/{token}/data")(self.data)

    def track(self, request: Request, token: Token) -> Response:
        """How a case stands; where its address was typed, what was said as well."""
        opened = self._opened(request, token)
        return self.page.answer(request, opened) if opened else self._nowhere(request)

    def open(self, request: Request, token: Token, posted: Form) -> Response:
        """The address of origin was typed, or is to count no longer."""
        opened = self._opened(request, token)
        if opened is None:
            return self._nowhere(request)
        if posted.fields.get("do") == "shut":
            response = self._back(opened, "shut")
            response.delete_cookie(PURPOSE, path=f"/track/{token}")
            return response
        network = network_of(request)
        if not (self._by_link.allows(token, network) and self._by_network.allows(network)):
            return self.page.answer(request, opened, Trouble(status=429, fault="too_often"))
        who = known_as(opened.case, posted.fields.get("address", "")[:320], self.service.signer)
        if who is None:
            return self.page.answer(request, opened, Trouble(status=422, fault="address"))
        return self._let_in(request, opened, who)

    def add(self, request: Request, token: Token, posted: Form) -> Response:
        """A precision or a file: it goes the road of the form, and joins the case by its token."""
        opened = self._writable(request, token)
        if opened is None or opened.who is None or not self._posts.allows(network_of(request)):
            return self._refused(request, opened)
        secret = posted.fields.get("draft", "")
        secret = secret if is_secret(secret) else new_secret()
        draft, looked = self._drafted(posted, secret)
        if looked.refused or posted.too_large or not (draft.answers["text"] or draft.files):
            trouble = Trouble(status=422, fault="add", draft=draft, secret=secret, refused=looked.refused)
            return self.page.answer(request, opened, trouble)
        said = self._submission(request, opened, draft.answers["text"])
        said = replace(said, token=token, files=draft.files)
        self.service.reception.take(_once(draft, said), said, draft.digest)
        return self._back(opened, "add")

    def close(self, request: Request, token: Token) -> Response:
        """It is solved: the case is closed by who asked, without a mail to them."""
        opened = self._opened(request, token)
        if opened is None or opened.who is None:
            return self._refused(request, opened)
        if opened.stands.status != Status.CLOSED:
            if not opened.is_theirs:
                return self.page.answer(request, opened, Trouble(status=409, fault="close"))
            try:
                self.desk.act(opened.stands.number, _requester(opened.case), settled)
            except (RefusedError, StaleError):
                return self.page.answer(request, opened, Trouble(status=409, fault="close"))
        return self._back(opened, "close")

    def data(self, request: Request, token: Token, posted: Form) -> Response:
        """A wish about one's data: a case of its own, linked to this one."""
        opened = self._writable(request, token)
        wish = posted.fields.get("wish", "")
        if opened is None or opened.who is None or not self._posts.allows(network_of(request)):
            return self._refused(request, opened)
        if wish not in DATA or not self.service.profile.web_form.privacy.path:
            return self.page.answer(request, opened, Trouble(status=422, fault="data"))
        words = self.service.reader.words(request)
        text = "\n\n".join(filter(None, (words(f"track.data.{wish}"), posted.fields.get("text", "")[:LONGEST_TEXT])))
        said = self._submission(request, opened, text)
        path = self.service.profile.web_form.privacy.path
        secret = posted.fields.get("draft", "")
        draft = self.service.drafts.find(secret if is_secret(secret) else new_secret())
        said = replace(said, path=path)
        self.service.reception.take(_once(draft, said), said, draft.digest)
        return self._back(opened, "data")

    def _submission(self, request: Request, opened: Opened, text: str) -> Submission:
        case = opened.case
        name = case.requester_name if opened.who is Who.REQUESTER else ""
        lang = self.service.reader.language(request)
        return Submission(lang=lang, name=name, email=opened.address, number=case.number, text=text)

    def _drafted(self, posted: Posted, secret: str) -> tuple[Draft, Looked]:
        """What was typed, kept with the files that came."""
        known = self.service.drafts.find(secret)
        text = storable(posted.fields.get("text", ""), LONGEST_TEXT).strip()
        looked = look(posted.files, known.files)
        return self.service.drafts.keep(replace(known, answers={"text": text}), looked), looked

    def _let_in(self, request: Request, opened: Opened, who: Who) -> Response:
        until = self.service.clock() + LASTING
        value = f"{opened.case.id} {who} {int(until.timestamp())} {self._key(opened.case, who)}"
        response = self._back(opened, "")
        response.set_cookie(
            PURPOSE,
            self.service.signer.seal(PURPOSE, value),
            max_age=int(LASTING.total_seconds()),
            path=f"/track/{opened.token}",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    def _writable(self, request: Request, token: str) -> Opened | None:
        """The same, where the service has a form by whose road things come in."""
        return self._opened(request, token) if self.service.profile.web_form.themes else None

    def _opened(self, request: Request, token: str) -> Opened | None:
        """The case that the link leads to, and who its reader is; None where it leads nowhere."""
        with self.service.store.reading() as tx:
            case = tx.cases.find(self.service.signer.tracked(token) or 0)
            stands = tx.cases.standing(case.id) if case is not None else None
        if case is None or case.hidden:
            return None
        return Opened(case, stands, token, self._who(request, case))

    def _who(self, request: Request, case: Any) -> Who | None:
        sealed = self.service.signer.unseal(PURPOSE, request.cookies.get(PURPOSE, ""))
        identity, _, rest = (sealed or "").partition(" ")
        if identity != str(case.id):
            return None
        who, until, key = rest.split(" ")
        is_late = datetime.fromtimestamp(int(until), UTC) < self.service.clock()
        return None if is_late or key != self._key(case, Who(who)) else Who(who)

    def _key(self, case: Any, who: Who) -> str:
        """Whose address was typed: somebody else may be the requester by now."""
        return self.service.signer.person_key(getattr(case, who) or "")

    def _back(self, opened: Opened, done: str) -> Response:
        """To the page, which says what was done."""
        return RedirectResponse(f"/track/{opened.token}{f'?done={done}' if done else ''}", status_code=303)

    def _refused(self, request: Request, opened: Opened | None) -> Response:
        """The link leads nowhere, the address counts no longer, or it was too much."""
        if opened is None:
            return self._nowhere(request)
        if opened.who is None:
            return self.page.answer(request, opened, Trouble(status=403, fault="shut"))
        return self.page.answer(request, opened, Trouble(status=429, fault="too_often"))

    def _nowhere(self, request: Request) -> Response:
        return self.service.reader.page(request, "nowhere.html", status=404)

    @property
    def page(self) -> TrackPage:
        return TrackPage(self.service)

    @property
    def desk(self) -> Desk:
        service = self.service
        calendars = Calendars(service.profile, service.calendars)
        return Desk(service.store, service.profile, service.signer, calendars, service.clock)

    @cached_property
    def _by_link(self) -> Rate:
        return Rate("track.link", BY_LINK, self.service.counters)

    @cached_property
    def _by_network(self) -> Rate:
        return Rate("track.network", BY_NETWORK, self.service.counters)

    @cached_property
    def _posts(self) -> Rate:
        return Rate("track.posts", POSTS, self.service.counters)


def _once(draft: Draft, said: Submission) -> str:
    """The key under which that is taken once: the same where a button was pressed twice, and another for what was
    written next on the same page, which browsers bring back as it was."""
    files = [(one.filename, one.size) for one in said.files]
    return sha256(repr((draft.digest, said.path, said.text, files)).encode()).hexdigest()


def _requester(case: Any) -> Agent:
    """Who asked, as somebody who acts."""
    return Agent(id="requester", name=case.requester_name, queues=())

"""`/desk/incidents`: what many people report at once, and what was announced. Each form is one act and leads back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from cases import major
from cases.case import Status
from cases.dossier import mailbox_of
from cases.mails import Mail
from cases.major import Fault, Incident, Part, State, Texts, TextsError, Tie
from cases.policy import OutboundKind
from cases.refusal import RefusedError
from cases.secondlevel import second_level_for
from cases.telling import unwritable, words
from desk.composer.writing import desk_of
from desk.incidents import drafts
from desk.incidents.acts import Incidents
from desk.incidents.rows import incident_of
from desk.incidents.shown import audience, bars
from desk.panel.posted import Posted, Sent
from desk.routes_files import LARGEST
from desk.said import refused
from desk.service import Service
from desk.similar import similar
from notify.preview import Preview, preview

Identity = Annotated[int, Path(ge=1, le=LARGEST)]
PATH = "/desk/incidents"


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says beside how the incident stands: what is wrong with which text, why something cannot be done,
    what would leave, and what was typed."""

    section: str = ""
    texts: Texts = field(default_factory=dict)
    faults: Mapping[tuple[Part, str], Fault] = field(default_factory=dict)
    cause: str = ""
    mend: str = ""
    previews: tuple[Preview, ...] = ()
    automatic: bool = False

    def fault(self, section: str, part: str, lang: str) -> str:
        """What is wrong with a text, '' where nothing is."""
        return self.faults.get((Part(part), lang), "") if section == self.section else ""

    def text(self, section: str, part: str, lang: str, otherwise: Texts) -> str:
        """What stands in a field: what was typed, else what is proposed."""
        among = self.texts if section == self.section else otherwise
        return among.get(Part(part), {}).get(lang, "")


@dataclass(frozen=True)
class IncidentPages:
    """The list, one incident, and what is done with it."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PATH)(self.list)
        found.get(f"{PATH}/new")(self.new)
        found.post(f"{PATH}/new")(self.start)
        found.get(f"{PATH}/{{identity}}")(self.one)
        found.get(f"{PATH}/{{identity}}/{{form}}")(self.back)
        found.post(f"{PATH}/{{identity}}/announce")(self.announce)
        found.post(f"{PATH}/{{identity}}/update")(self.update)
        found.post(f"{PATH}/{{identity}}/close")(self.close)
        found.post(f"{PATH}/{{identity}}/dismiss")(self.dismiss)
        found.post(f"{PATH}/{{identity}}/automatic")(self.automatic)
        found.post(f"{PATH}/{{identity}}/link")(self.link)
        found.post(f"{PATH}/{{identity}}/unlink")(self.unlink)

    @property
    def _acts(self) -> Incidents:
        return Incidents(desk_of(self.service))

    def list(self, request: Request) -> Response:
        """Proposed, running, past."""
        with self.service.store.reading() as tx:
            rows = tx.incidents.latest()
        groups = {state: [row for row in rows if row.state == state] for state in (State.PROPOSED, State.RUNNING)}
        past = [row for row in rows if row.state in (State.OVER, State.DISMISSED)]
        return self.service.reader.page(request, "incidents.html", groups={**groups, "past": past}, any=bool(rows))

    def new(self, request: Request, case: str = "") -> Response:
        """A form for one that a person saw first; with a case, those that are like it are named too."""
        numbers = [case] if case else []
        with self.service.store.reading() as tx:
            row = tx.cases.find_number(case.strip().upper()) if case else None
            if row:
                alike = [one.row for one in similar(tx, row.id)]
                numbers = [row.number, *(one.number for one in alike if one.status != Status.CLOSED)]
        return self._new(request, "\n".join(dict.fromkeys(numbers)))

    def _new(self, request: Request, numbers: str, *, tool: str = "", fault: tuple[str, str] = ("", "")) -> Response:
        values = {"numbers": numbers, "tool": tool, "cause": fault[0], "mend": fault[1]}
        status = 422 if fault[0] else 200
        return self.service.reader.page(request, "incident_new.html", status=status, **values)

    def start(self, request: Request, sent: Sent) -> Response:
        """Propose it, with these cases."""
        numbers = sent["cases"].replace(",", " ").split()
        known = {one.id for one in self.service.profile.tools}
        tool = sent["tool"] if sent["tool"] in known else ""
        try:
            identity = self._acts.start(request.state.person.agent, numbers[:500], tool)
        except RefusedError as error:
            fault = refused(self.service.reader.words(request), error)
            return self._new(request, sent["cases"], tool=tool, fault=fault)
        return RedirectResponse(f"{PATH}/{identity}?done=started", status_code=303)

    def one(self, request: Request, identity: Identity) -> Response:
        """The evidence, and what can be done."""
        return self._shown(request, identity, Said())

    def back(self, request: Request, identity: Identity, form: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the incident."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{PATH}/{identity}{query}", status_code=303)

    def announce(self, request: Request, identity: Identity, sent: Sent) -> Response:
        """Announce it, or show what would leave."""
        automatic = sent["automatic"] == "yes"

        def do(who: Any, texts: Texts) -> None:
            self._acts.announce(identity, who, texts, automatic=automatic, version=sent.version)

        return self._told(request, identity, sent, Said("announce", automatic=automatic), do)

    def update(self, request: Request, identity: Identity, sent: Sent) -> Response:
        """Tell all of them something new, or show what would leave."""

        def do(who: Any, texts: Texts) -> None:
            self._acts.update(identity, who, texts, version=sent.version)

        return self._told(request, identity, sent, Said("update"), do)

    def close(self, request: Request, identity: Identity, sent: Sent) -> Response:
        """End it, or show what would leave."""

        def do(who: Any, texts: Texts) -> None:
            self._acts.close(identity, who, texts, version=sent.version)

        return self._told(request, identity, sent, Said("close"), do)

    def dismiss(self, request: Request, identity: Identity, sent: Sent) -> Response:
        who = request.state.person.agent
        return self._done(
            request, identity, Said("dismiss"), lambda: self._acts.dismiss(identity, who, version=sent.version)
        )

    def automatic(self, request: Request, identity: Identity, sent: Sent) -> Response:
        """Whether later cases are linked without a person."""
        who, on = request.state.person.agent, sent["automatic"] == "yes"
        return self._done(request, identity, Said("automatic"), lambda: self._acts.choose(identity, who, automatic=on))

    def link(self, request: Request, identity: Identity, sent: Sent) -> Response:
        """Link the cases that were chosen, or all that are proposed."""
        who, numbers = request.state.person.agent, sent["cases"].replace(",", " ").split()
        return self._done(request, identity, Said("link"), lambda: self._acts.link(identity, who, numbers[:500]))

    def unlink(self, request: Request, identity: Identity, sent: Sent) -> Response:
        who = request.state.person.agent
        return self._done(request, identity, Said("unlink"), lambda: self._acts.unlink(identity, who, sent["case"]))

    def _told(
        self, request: Request, identity: int, sent: Posted, said: Said, do: Callable[[Any, Texts], None]
    ) -> Response:
        """Do what its texts are for, or show them as mails first."""
        texts = _texts(sent, self.service.profile.languages)
        said = replace(said, texts=texts)
        if sent["preview"]:
            return self._shown(request, identity, said, previewed=True)
        return self._done(request, identity, said, lambda: do(request.state.person.agent, texts))

    def _done(self, request: Request, identity: int, said: Said, do: Callable[[], object]) -> Response:
        """Do it and lead back to the page, which says so; where it is refused, show the form with what was typed."""
        try:
            do()
        except TextsError as error:
            return self._shown(request, identity, replace(said, faults=error.faults), status=422)
        except RefusedError as error:
            cause, mend = refused(self.service.reader.words(request), error)
            return self._shown(request, identity, replace(said, cause=cause, mend=mend), status=409)
        return RedirectResponse(f"{PATH}/{identity}?done={said.section}#done", status_code=303)

    def _shown(
        self, request: Request, identity: int, said: Said, *, status: int = 200, previewed: bool = False
    ) -> Response:
        with self.service.store.reading() as tx:
            row, ties = tx.incidents.find(identity), tx.incidents.ties(identity)
        if row is None:
            return self.service.reader.missing(request)
        incident = incident_of(row)
        mine = [one for one in ties if one.state != Tie.UNLINKED]
        reached = audience(mine, self.service.profile)
        if previewed:
            said = replace(said, previews=self._previews(incident, mine, said, request))
        return self.service.reader.page(
            request,
            "incident.html",
            status=status,
            row=row,
            incident=incident,
            ties=ties,
            mine=mine,
            reached=reached,
            bars=bars(mine),
            said=said,
            announcement=drafts.announcement(incident, self.service.profile),
            closing=drafts.closing(incident, self.service.profile),
            major=self._major(incident),
            longest=major.LONGEST,
            done=request.query_params.get("done", ""),
        )

    def _major(self, incident: Incident) -> str:
        """Where the second level is told, '' for nowhere."""
        found = second_level_for(incident.tool, self.service.profile.second_level)
        return found.major if found else ""

    def _previews(self, incident: Incident, ties: Any, said: Said, request: Request) -> tuple[Preview, ...]:
        """The mail in each language in which somebody is written to."""
        found = dict[str, Preview]()
        for one in ties:
            if one.lang not in found and not unwritable(one.requester, self.service.profile):
                mail = self._mail(
                    replace(incident, texts={str(part): told for part, told in said.texts.items()}),
                    one,
                    request.state.person.name,
                    said.section,
                )
                found[one.lang] = preview(mail, self.service.profile, self.service.signer, self.service.clock())
        return tuple(found.values())

    def _mail(self, incident: Incident, one: Any, by: str, section: str) -> Mail:
        kind = OutboundKind.CLOSING if section == "close" else OutboundKind.INCIDENT
        text = words(incident, Part.MESSAGE, one.lang)
        return Mail(
            kind=kind,
            key="",
            case_id=one.case_id,
            mailbox=mailbox_of(self.service.profile, ""),
            recipient=one.requester,
            lang=one.lang,
            context={"number": one.number, "tool": one.tool, "text": text, "by": by, "closing": 1},
        )


def _texts(sent: Posted, languages: tuple[str, ...]) -> Texts:
    """What was typed, by part and language."""
    return {
        part: {lang: sent[f"{part}.{lang}"].replace("\r\n", "\n") for lang in languages}
        for part in Part
        if any(f"{part}.{lang}" in sent.values for lang in languages)
    }

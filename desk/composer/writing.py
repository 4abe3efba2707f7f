"""Keeps what somebody writes on a case, and sends it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from cases import actions
from cases.acting import Acting, Effect
from cases.dangers import danger
from cases.dossier import Dossier
from cases.recalling import held_back, recall
from cases.timers import Calendars
from desk.access import Person
from desk.actions import Act, Desk, Done
from desk.composer.draft import Draft, Kind, draft, key
from desk.composer.posted import Then, Written
from desk.composer.sent import last_answer
from desk.service import Service
from ingest.web.submission import Upload
from ingest.web.uploads import Refused, look
from store.tx import Transaction


def desk_of(service: Service) -> Desk:
    """What acts on the cases of a service."""
    calendars = Calendars(service.profile, service.calendars)
    return Desk(service.store, service.profile, service.signer, calendars, service.clock, scan=service.scan)


@dataclass(frozen=True)
class Writing:
    """What one person writes on one case."""

    service: Service
    person: Person
    case: Any

    def save(self, posted: Written) -> tuple[Draft, tuple[Refused, ...]]:
        """Keep what was posted as the draft, with its files; those that are not taken are said."""
        now = self.service.clock()
        with self.service.store.reading() as tx:
            kept = self._kept(tx, posted)
        looked = look(posted.files, kept)  # takes a while: nobody else's writing waits for it

        def saved(tx: Transaction) -> Draft:
            tx.drafts.keep_files(looked.bodies, now)
            files = self._kept(tx, posted) + looked.uploads
            begun = Draft(kind=posted.kind, text=posted.text, lang=posted.lang, files=files, saved_at=now)
            self._keep(tx, begun)
            return begun

        begun = self.service.store.run("draft.save", saved)
        cut = (Refused("", "together"),) if posted.cut else ()
        return begun, tuple(_worded(one) for one in looked.refused) + cut

    def discard(self) -> None:
        """Forget the draft."""
        self.service.store.run("draft.discard", lambda tx: self._keep(tx, Draft()))

    def send(self, begun: Draft, posted: Written) -> Done:
        """Answer or note that, and forget the draft; the files of a note wait for the answer. Raises RefusedError,
        StaleError."""
        rest = replace(begun, kind=Kind.REPLY, text="", files=begun.files if begun.kind is Kind.NOTE else ())
        gone = [one.key for one in begun.files if one not in rest.files]

        def forget(tx: Transaction) -> None:
            tx.drafts.sent(gone)
            self._keep(tx, rest)

        desk, act = desk_of(self.service), _act(begun, posted.then)
        return desk.act(self.case.number, self.person.agent, act, posted.version, also=forget)

    def recall(self) -> Done:
        """Take the last answer back into the composer, before what was begun since. Raises RefusedError."""
        desk = desk_of(self.service)
        with self.service.store.reading() as tx:
            sent = last_answer(tx, desk.read(self.case.number), self.person.agent.id)
        back = partial(self._put_back, sent=sent)
        return desk.act(self.case.number, self.person.agent, recall, also=back)

    def _put_back(self, tx: Transaction, sent: Draft) -> None:
        """Before what was begun since, if anything was."""
        begun = draft(tx.drafts.find(self.person.id, key(self.case.id)))
        text = "\n\n".join(filter(str.strip, (sent.text, begun.text)))
        tx.drafts.taken_back([one.key for one in sent.files], self.service.clock())
        self._keep(tx, replace(sent, text=text, files=tuple(dict.fromkeys(sent.files + begun.files))))

    def _kept(self, tx: Transaction, posted: Written) -> tuple[Upload, ...]:
        """The files of the draft that stay in it."""
        known = draft(tx.drafts.find(self.person.id, key(self.case.id))).files
        return tuple(one for one in known if one.key in posted.keep)

    def _keep(self, tx: Transaction, begun: Draft) -> None:
        if begun.is_empty:
            tx.drafts.remove(self.person.id, key(self.case.id))
        else:
            tx.drafts.save(self.person.id, key(self.case.id), begun.body(), self.service.clock())


def _worded(one: Refused) -> Refused:
    """What is more than a kind that is not taken is called by its name."""
    found = danger(one.filename) if one.why == "kind" else None
    return replace(one, why=found) if found else one


def _act(begun: Draft, then: Then) -> Act:
    if begun.kind is Kind.NOTE:
        return partial(actions.note, text=begun.text)
    return partial(_answered, begun=begun, then=then)


def _answered(case: Dossier, acting: Acting, begun: Draft, then: Then) -> Effect:
    spoken = replace(case, lang=begun.lang if begun.lang in acting.profile.languages else case.lang)
    answer = actions.reply(spoken, acting, begun.text, wait=then is Then.WAIT, end=then is Then.CLOSE)
    files = [{"filename": one.filename, "content_type": one.content_type, "sha256": one.key} for one in begun.files]
    return held_back(actions.enclosing(answer, files), case, timedelta(seconds=acting.profile.undo_seconds))

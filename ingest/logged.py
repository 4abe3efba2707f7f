"""Calls off the line become cases: one for each reason, in the transaction that keeps the call itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.case import EntryKind, Status, case_number
from cases.event import Channel, Tags
from cases.logged import NO_TOOL, LoggedCall, Outcome, ended_at
from cases.profile import Profile
from cases.timers import Calendars, Timers, events, timers
from cases.tokens import Signer
from cases.triage import Opening, Triage, case_target, columns, kept_here, told, triage
from ingest.called import found_by
from ingest.proposal import UNTIMED
from ingest.rows import tag_details
from store.timelines import Line
from store.tx import Store, Transaction

SOURCE = "logged"
"""Where such a case came from: no mailbox and no line."""
PER_TRANSACTION = 50
"""Calls written at once: somebody on the phone waits for the same lock."""
TAKE_BACK = timedelta(minutes=15)
"""How long a call can be taken back."""
STATUS = {Outcome.SOLVED: Status.CLOSED, Outcome.OPEN: Status.OPEN, Outcome.ESCALATED: Status.ESCALATED}

Row = dict[str, Any]
Kept = tuple[LoggedCall, str]
"""A call and the number of its case."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Calls against those that are kept: `new`, `known` as they are, and `changed` since they were kept."""

    new: tuple[LoggedCall, ...]
    known: tuple[LoggedCall, ...]
    changed: tuple[LoggedCall, ...]


@dataclass(frozen=True, kw_only=True)
class Logbook:
    """Keeps calls that people log, and opens their cases."""

    store: Store
    profile: Profile
    signer: Signer
    calendars: Calendars
    clock: Callable[[], datetime]

    def write(self, calls: Sequence[LoggedCall]) -> set[str]:
        """Keep the calls, every one with a key; the keys that were new. What was kept before stays as it is."""
        new: set[str] = set()
        for start in range(0, len(calls), PER_TRANSACTION):
            new |= self._write(calls[start : start + PER_TRANSACTION])
        return new

    def take_back(self, key: str) -> bool:
        """Undo: the call counts no longer and its case is hidden, where it is fresh and nobody has touched the case."""
        now = self.clock()

        def taken_back(tx: Transaction) -> bool:
            row = tx.logged.find([key]).get(key)
            fresh = row is not None and row.version == 1 and now - row.made_at <= TAKE_BACK
            if row is None or not fresh or not tx.cases.hide(row.case_id, row.version, now):
                return False
            tx.logged.remove(key)
            tx.cases.add_entries([_entry(row.case_id, EntryKind.WITHDRAWN, now, row.agent, row.person_key)])
            return True

        return self.store.run("logged.take_back", taken_back)

    def find(self, key: str) -> Kept | None:
        """A call that is kept, or None."""
        with self.store.reading() as tx:
            row = tx.logged.find([key]).get(key)
        return _kept(row) if row else None

    def between(self, since: datetime, until: datetime) -> list[Kept]:
        """The calls of [since, until), oldest first."""
        with self.store.reading() as tx:
            return [_kept(row) for row in tx.logged.between(since, until)]

    def compare(self, calls: Sequence[LoggedCall]) -> Comparison:
        """Which of these calls are kept already; each has a key."""
        with self.store.reading() as tx:
            kept = {key: _kept(row)[0] for key, row in tx.logged.find({call.key for call in calls}).items()}
        return Comparison(
            new=tuple(call for call in calls if call.key not in kept),
            known=tuple(call for call in calls if kept.get(call.key) == call),
            changed=tuple(call for call in calls if call.key in kept and kept[call.key] != call),
        )

    def _write(self, calls: Sequence[LoggedCall]) -> set[str]:
        now = self.clock()

        def written(tx: Transaction) -> set[str]:
            new = tx.logged.add_once([self._row(call, now) for call in calls])
            fresh = {call.key: call for call in calls if call.key in new}
            self._open(tx, list(fresh.values()), now)
            return new

        return self.store.run("logged.write", written)

    def _open(self, tx: Transaction, calls: Sequence[LoggedCall], now: datetime) -> None:
        if not calls:
            return
        year = now.astimezone(ZoneInfo(self.profile.timezone)).year
        opened = list(zip(calls, tx.cases.reserve(year, len(calls)), strict=True))
        linked = {identity: alike for call, identity in opened if (alike := self._alike(tx, call))}
        rows = [self._case(call, identity, now) | {"linked_case_id": linked.get(identity)} for call, identity in opened]
        tx.cases.add(rows)
        tx.search.add(map(found_by, rows))
        tx.cases.add_keys(("participant", key, case) for call, case in opened if (key := self._person(call)))
        lines = [line for call, identity in opened for line in self._lines(call, identity, self._begun(call))]
        lines += [self._proposed(call, identity, linked) for call, identity in opened if identity in linked]
        tx.cases.add_entries(lines)
        tx.logged.tie({call.key: identity for call, identity in opened})

    def _alike(self, tx: Transaction, call: LoggedCall) -> int | None:
        """The newest open case of the same caller on the same tool: a person decides whether they belong together."""
        if not call.number or call.tool == NO_TOOL:
            return None
        own = self.signer.person_key(call.number)
        cases = tx.calls.open_cases([tx.contacts.person_of(call.number) or own, own])
        return next((row.id for row in cases if row.tool == call.tool), None)

    def _row(self, call: LoggedCall, now: datetime) -> Row:
        return {
            "key": call.key,
            "at": call.at,
            "agent": call.agent,
            "caller_name": call.name,
            "caller": call.number or None,
            "lang": call.lang,
            "motif": call.motif,
            "tool": call.tool,
            "reason": call.reason,
            "outcome": call.outcome,
            "minutes": call.minutes,
            "made_at": now,
            "person_key": self._person(call),
        }

    def _case(self, call: LoggedCall, identity: int, now: datetime) -> Row:
        tags, begun = self._tags(call), self._begun(call)
        return {
            "id": identity,
            "number": case_number(self.profile.case_prefix, identity),
            "status": STATUS[call.outcome],
            "channel": Channel.PHONE,
            "source": SOURCE,
            "subject": call.reason.splitlines()[0],
            "lang": tags.lang,
            "category": tags.category,
            "motif": tags.motif,
            "tool": tags.tool,
            "scope": tags.scope,
            "review": tags.review,
            "tags": tag_details(tags),
            "flags": [],
            "requester_name": call.name,
            "requester": "",
            "submitter": "",
            "phone": call.number or None,
            "opened_at": call.at,
            "touched_at": ended_at(call),
            "closed_at": ended_at(call) if call.outcome is Outcome.SOLVED else None,
            "person_key": self._person(call),
            **columns(begun),
            **self._timers(begun, self._lines(call, identity, begun), call.at, now).columns(),
        }

    def _timers(self, begun: Triage, lines: Sequence[Row], at: datetime, now: datetime) -> Timers:
        """Who called was spoken to. Nobody is reminded of calls that come from an old sheet."""
        if now - at > timedelta(hours=self.profile.automatic_mail.stale_hours):
            return UNTIMED
        timeline = [Line(line["kind"], line["at"], line["data"]) for line in lines]
        target = case_target(self.profile, begun.assessment.priority, begun.traits["category"], review=False)
        clocks = self.calendars.of_clocks(SOURCE)
        return timers(events(at, timeline), target, clocks, self.profile, (now, ()))

    def _tags(self, call: LoggedCall) -> Tags:
        """What a person chose needs no second look."""
        category = self.profile.category_of(call.motif)
        tags = Tags(lang=call.lang, category=category, motif=call.motif, tool=call.tool, scope="in")
        return replace(tags, review=False, reason=SOURCE)

    def _begun(self, call: LoggedCall) -> Triage:
        """A person of ours has the case in hand: nothing is passed on at once."""
        opening = Opening(channel=Channel.PHONE, source=SOURCE, tags=self._tags(call))
        return kept_here(triage(opening, self.calendars, call.at))

    def _lines(self, call: LoggedCall, identity: int, begun: Triage) -> list[Row]:
        """What was said, and where it led."""
        row = _entry(identity, EntryKind.LOGGED, call.at, call.agent, self._person(call))
        logged = row | {"text": call.reason, "data": {"outcome": call.outcome, "minutes": call.minutes}}
        return [logged, row | {"kind": EntryKind.ROUTED, "data": told(begun)}]

    def _proposed(self, call: LoggedCall, identity: int, linked: Mapping[int, int]) -> Row:
        row = _entry(identity, EntryKind.LINK_PROPOSED, call.at, call.agent, self._person(call))
        return row | {"data": {"case_id": linked[identity]}}

    def _person(self, call: LoggedCall) -> str | None:
        return self.signer.person_key(call.number) if call.number else None


def _kept(row: Any) -> Kept:
    call = LoggedCall(
        key=row.key,
        at=row.at,
        agent=row.agent,
        name=row.caller_name,
        number=row.caller or "",
        lang=row.lang,
        motif=row.motif,
        tool=row.tool,
        reason=row.reason,
        outcome=Outcome(row.outcome),
        minutes=row.minutes,
    )
    return call, row.number


def _entry(identity: int, kind: EntryKind, at: datetime, actor: str, person: str | None) -> Row:
    return {"case_id": identity, "kind": kind, "at": at, "actor": actor, "text": "", "data": {}, "person_key": person}

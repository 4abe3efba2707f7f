"""The case of a call: opened or joined once, and settled when it is known what became of the call.

A case number that the caller keyed joins that case only where the caller has part in it: anybody can key a number.
Everything else that may belong together is proposed to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.case import EntryKind, Status, after_reply, case_number, numbered
from cases.event import Channel
from cases.matching import Age, Candidate, Evidence, age
from cases.phone import Line
from cases.policy import OutboundKind, team_told, window
from cases.profile import Profile
from cases.timers import Calendars
from cases.tokens import Signer
from cases.triage import columns, told
from ingest.called import found_by
from ingest.voice import timing
from ingest.voice.call import Call
from ingest.voice.event import Result
from ingest.voice.numbers import written
from ingest.voice.outcome import TOLD, status_after
from store.known import Questions
from store.tx import Kind, Transaction

FLAGS = {Result.VOICEMAIL: "voicemail", Result.CALLBACK: "callback", Result.MISSED: "missed_call"}
ACTOR = "phone"


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Files the calls of one service."""

    profile: Profile
    signer: Signer
    calendars: Calendars

    def line(self, name: str) -> Line:
        """The line of that name; the first one, where the profile has it no longer."""
        return next((line for line in self.profile.lines if line.name == name), self.profile.lines[0])

    def file(self, tx: Transaction, call: Call, now: datetime) -> Call:
        """The call in its case: the one whose number was keyed, or a new one."""
        keys = persons(tx, self.signer, call.caller)
        keyed = self._keyed(tx, call, keys)
        if keyed and keyed.participant and not self._is_old(keyed, now):
            filed = replace(call, case_id=keyed.id)
            self._join(tx, filed, Status(keyed.status), now)
        else:
            linked = keyed.id if keyed else self._alike(tx, call, keys)
            filed = self._open(tx, call, linked, keys, now)
        if call.state.recorded:
            tx.calls.own_recordings(filed, filed.case_id or 0)
        return filed

    def settle(self, tx: Transaction, call: Call, before: Result | None, now: datetime) -> None:
        """Write what became of a call, or what became of it after all, into its case, and tell the team."""
        result = call.result or Result.ABANDONED
        ended = entry(call, EntryKind.CALL, now, result=result, seconds=call.seconds, by=call.answered_by)
        timeline = tx.timelines.of([call.case_id or 0])[call.case_id or 0]
        if self._has_joined(tx, call):
            timing.add(tx, timeline, [ended], self.calendars)
            return
        status = status_after(result, call.state)
        ours = {Status.NEW} | ({status_after(before, call.state)} if before else set())
        flags = [FLAGS[result]] if result in FLAGS else []
        moves = timing.moves(timeline.status, status) if timeline.status in ours else ()
        timing.add(tx, timeline, [ended, *(entry(call, kind, now) for kind in moves)], self.calendars)
        tx.cases.settle(timeline.case_id, ours, status, flags, now)
        if result in TOLD:
            self._notify(tx, call, flags, now)

    def _join(self, tx: Transaction, call: Call, status: Status, now: datetime) -> None:
        """The call in a case that is there: one that waits for the caller goes on, a closed one is open again."""
        after = after_reply(status)
        timeline = tx.timelines.of([call.case_id or 0])[call.case_id or 0]
        tx.cases.touch([{"case_id": call.case_id, "read": status, "status": after, "touched_at": now}])
        entries = [entry(call, kind, now) for kind in timing.moves(status, after)] + _begins(call, now)
        if entries:
            timing.add(tx, timeline, entries, self.calendars)

    def _keyed(self, tx: Transaction, call: Call, keys: Sequence[str]) -> Any:
        if not call.state.keyed_case:
            return None
        return tx.calls.keyed_case(numbered(call.started_at.year, call.state.keyed_case), keys)

    def _is_old(self, keyed: Any, now: datetime) -> bool:
        candidate = Candidate(
            case_id=keyed.id,
            evidence=Evidence.NUMBER,
            participant=True,
            status=Status(keyed.status),
            touched_at=keyed.touched_at,
        )
        return age(candidate, self.profile.matching, now) is Age.OLD

    def _has_joined(self, tx: Transaction, call: Call) -> bool:
        keyed = call.state.keyed_case
        found = tx.cases.standing(numbered(call.started_at.year, keyed)) if keyed else None
        return found is not None and call.case_id == found.id

    def _alike(self, tx: Transaction, call: Call, keys: Sequence[str]) -> int | None:
        """The newest open case of the same caller on the same tool."""
        tools = {call.tool, *call.state.tools}
        return next((row.id for row in tx.calls.open_cases(keys) if row.tool in tools), None)

    def _open(self, tx: Transaction, call: Call, linked: int | None, keys: Sequence[str], now: datetime) -> Call:
        year = now.astimezone(ZoneInfo(self.profile.timezone)).year
        [identity] = tx.cases.reserve(year, 1)
        person = keys[0] if keys else None
        name = tx.calls.latest_name(keys)
        filed, begun = replace(call, case_id=identity), timing.begun(call, self._lang(call), self.calendars, now)
        row = self._case(call, identity, now) | _whose(person, name) | {"linked_case_id": linked}
        tx.cases.add([row | columns(begun)])
        if person:
            tx.cases.add_keys([("participant", person, identity)])
        tx.search.add([found_by(row)])
        entries = [entry(filed, EntryKind.LINK_PROPOSED, now, case_id=linked)] if linked else []
        tx.cases.add_entries([*entries, entry(filed, EntryKind.ROUTED, now, **told(begun)), *_begins(filed, now)])
        return filed

    def _case(self, call: Call, identity: int, now: datetime) -> dict[str, Any]:
        """What the menu knows. Kind and reason of the request are for a person to say."""
        return {
            "id": identity,
            "number": case_number(self.profile.case_prefix, identity),
            "status": Status.NEW,
            "channel": Channel.PHONE,
            "source": call.line,
            "subject": "",
            "lang": self._lang(call),
            "category": "",
            "motif": "",
            "tool": call.tool,
            "scope": "in",
            "review": True,
            "tags": _tags(call),
            "flags": [],
            "phone": call.caller,
            "opened_at": now,
            "touched_at": now,
        }

    def _lang(self, call: Call) -> str:
        return call.state.lang or self.line(call.line).language or self.profile.default_language

    def _notify(self, tx: Transaction, call: Call, flags: Sequence[str], now: datetime) -> None:
        source = self.line(call.line).mailbox
        rules, team = self.profile.automatic_mail, team_told(self.profile, source, 0)
        if not team:
            return
        asked = Questions(recipients=[team], window_start=now - window(rules), hour_start=now - timedelta(hours=1))
        if team_told(self.profile, source, tx.known.ask(asked).sent_to.get(team, 0)):
            tx.outbound.add_once([self._notice(call, team, flags, now)])
            tx.wake(Kind.OUTBOUND)

    def _notice(self, call: Call, team: str, flags: Sequence[str], now: datetime) -> dict[str, Any]:
        identity = call.case_id or 0
        box = self.profile.mailbox(self.line(call.line).mailbox)
        key = f"{OutboundKind.NOTICE}:{identity}"
        return {
            "key": key,
            "kind": OutboundKind.NOTICE,
            "case_id": identity,
            "mailbox": box.name,
            "recipient": team,
            "lang": box.language,
            "message_id": self.signer.message_id(identity, key, self.profile.mail_domain),
            "automatic": True,
            "context": {
                "number": case_number(self.profile.case_prefix, identity),
                "sender": written(call.caller) if call.caller else "",
                "tool": call.tool,
                "review": True,
                "flags": list(flags),
            },
            "created_at": now,
            "due_at": now,
            "person_key": self.signer.person_key(team),
        }


def persons(tx: Transaction, signer: Signer, number: str | None) -> list[str]:
    """The keys of whom a number belongs to: first the person that it was linked to, if any, then itself."""
    if not number:
        return []
    own = signer.person_key(number)
    return [tx.contacts.person_of(number) or own, own]


def entry(call: Call, kind: EntryKind, at: datetime, **data: Any) -> dict[str, Any]:
    """A line of the timeline about a call."""
    return {
        "case_id": call.case_id,
        "kind": kind,
        "at": at,
        "actor": ACTOR,
        "text": "",
        "data": {"call": call.id, **data},
        "person_key": call.person_key,
    }


def _begins(call: Call, now: datetime) -> list[dict[str, Any]]:
    """The line that somebody is on the phone, unless they have hung up."""
    return [] if call.ended_at else [entry(call, EntryKind.CALL, now, result="")]


def _whose(person: str | None, name: str) -> dict[str, Any]:
    return {"requester_name": name, "requester": "", "submitter": "", "person_key": person}


def _tags(call: Call) -> dict[str, Any]:
    """As the classifier's, where pages expect them; `candidates` are the tools that the caller's choice leaves."""
    return {
        "urgency": 3,
        "impact": 3,
        "several_requests": False,
        "confidence": {},
        "reason": "phone",
        "evidence": [],
        "model": "",
        "candidates": list(call.state.tools),
    }

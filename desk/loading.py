"""Cases as actions look at them, read out of the database: as many statements for a hundred as for one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.dossier import Dossier, Relay, Sent
from cases.policy import window
from cases.profile import Profile
from desk.dossier import Rows, dossier
from store.known import Questions
from store.tx import Transaction

LONGEST_ID = 18
"""Digits that a database takes as a number."""


@dataclass(frozen=True, slots=True)
class Loading:
    """Reads within one transaction. `now` is when automatic mail is counted."""

    tx: Transaction
    profile: Profile
    now: datetime

    def load(self, asked: Collection[str]) -> dict[str, Dossier]:
        """The cases with these numbers or ids, by what was asked; those that are not there are left out."""
        ids = {int(one) for one in asked if _is_id(one)}
        found = self.tx.cases.named({_number(one) for one in asked if not _is_id(one)}, ids)
        if not found:
            return {}
        cases = {one.id: one for one in self._sent(self._dossiers(found))}
        known = {str(row.id): cases[row.id] for row in found} | {row.number: cases[row.id] for row in found}
        named = {one: str(int(one)) if _is_id(one) else _number(one) for one in asked}
        return {one: known[name] for one, name in named.items() if name in known}

    def _dossiers(self, found: Sequence[Any]) -> list[Dossier]:
        merged = self.tx.cases.merged_into([row.id for row in found])
        into = {old: new for new, others in merged.items() for old in others}
        own = [row.id for row in found]
        every = [*own, *into]
        entries = _by_case(self.tx.cases.entries(*own))
        inbound = _by_case(self.tx.cases.inbound(*every), into)
        outbound = _by_case(self.tx.cases.outbound(*every), into)
        stays = _by_case(self.tx.escalations.of_case(*own))
        spoken = _by_case(self.tx.recordings.of_case(*every), into)
        relays = (
            [(into[row.id], Relay(row.number, row.submitter)) for row in self.tx.cases.relays(into)] if into else []
        )
        cases = [
            dossier(
                Rows(
                    case=row,
                    entries=entries.get(row.id, ()),
                    inbound=inbound.get(row.id, ()),
                    outbound=outbound.get(row.id, ()),
                    escalations=stays.get(row.id, ()),
                    transcripts=[one.transcript for one in spoken.get(row.id, ()) if one.transcript],
                    merged=merged.get(row.id, ()),
                ),
                self.profile,
            )
            for row in found
        ]
        return [replace(one, relays=tuple(relay for of, relay in relays if of == one.id)) for one in cases]

    def _sent(self, cases: Sequence[Dossier]) -> Iterable[Dossier]:
        """The same with how much automatic mail went of late to whom an action may write."""
        mailboxes = {case.mailbox for case in cases}
        staff = (*(self.profile.mailbox(name).team for name in mailboxes), *_agents(self.profile))
        people = (address for case in cases for address in (case.requester.address, case.submitter, *_relays(case)))
        asked = Questions(
            recipients={address.lower() for address in (*people, *staff) if address},
            mailboxes=mailboxes,
            window_start=self.now - window(self.profile.automatic_mail),
            hour_start=self.now - timedelta(hours=1),
        )
        answers = self.tx.known.ask(asked)
        for case in cases:
            yield replace(case, sent=Sent(answers.sent_to, answers.sent_by.get(case.mailbox, 0)))


def _relays(case: Dossier) -> Iterable[str]:
    return (one.address for one in case.relays)


def _agents(profile: Profile) -> Iterable[str]:
    return (one.address for one in profile.routing.agents)


def _is_id(asked: str) -> bool:
    return asked.isdecimal() and len(asked) <= LONGEST_ID


def _number(asked: str) -> str:
    return asked.strip().upper()


def _by_case(rows: Iterable[Any], into: Mapping[int, int] | None = None) -> dict[int, list[Any]]:
    """Rows by their case, in the order that they have; those of a merged case by the one that it went `into`."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault((into or {}).get(row.case_id, row.case_id), []).append(row)
    return found
